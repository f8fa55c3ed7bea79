import CLinux
import Glibc

/// Why a Python script didn't do its work.
package enum PythonFault: Error, Equatable, Sendable {
  /// There is no such program, or it can't be run.
  case notStarted(errno: Int32)
  /// Packages, under their names on PyPI, that this Python lacks.
  case missing(packages: [String])
  /// It ended by itself; the last line of its standard error.
  case ended(PythonEnd, lastLine: String)
  /// A line came that isn't part of the protocol.
  case unexpected(String)
  /// It came to its end and left something out.
  case incomplete(String)
  /// No line came for this long.
  case timedOut(after: Duration)
  /// The user stopped it; no fault of Python's.
  case interrupted
}

/// How a program ended.
package enum PythonEnd: Equatable, Sendable {
  /// With this exit status.
  case exited(Int32)
  /// By a signal.
  case killed(signal: Int32)
  /// It closed its output and went on.
  case hungUp
}

/// A Python script in a process of its own, driven line by line over its standard input and
/// output; it ends with its owner.
///
/// It runs in a process group of its own, so that Ctrl-C reaches this program alone and the script's
/// children end with it. NumPy's libraries are limited to one thread each. Standard error is kept for
/// its last line.
package final class PythonScript {
  /// Longer lines are a fault.
  private static let longestLine = 4096
  /// The time between two calls of `keepsGoing`, in milliseconds.
  private static let slice: Int32 = 100

  private let id: pid_t
  private let channel: Int32
  private let errorOutput: UnsafeMutablePointer<FILE>
  private var pending: [UInt8] = []
  private var isReaped = false

  /// Starts `python -c script arguments…`.
  ///
  /// - Parameter python: A path, or a name that is looked for on `PATH`.
  /// - Throws: `PythonFault.notStarted` where a socket, a temporary file or the process can't be made.
  package init(
    python: String, script: String, arguments: [String] = []
  ) throws(PythonFault) {
    guard let errorOutput = tmpfile() else { throw .notStarted(errno: errno) }
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      let code = errno
      fclose(errorOutput)
      throw .notStarted(errno: code)
    }
    defer { close(ends[1]) }
    do {
      id = try Self.spawn(
        python, ["-c", script] + arguments, channel: ends[1], errorOutput: fileno(errorOutput))
    } catch {
      close(ends[0])
      fclose(errorOutput)
      throw error
    }
    channel = ends[0]
    self.errorOutput = errorOutput
  }

  deinit {
    close(channel)
    if !isReaped {
      kill(-id, SIGKILL)
      _ = waitpid(id, nil, 0)
    }
    fclose(errorOutput)
  }

  /// Sends a line.
  ///
  /// - Throws: `PythonFault.ended` where the script no longer reads.
  package func sendLine(_ line: String) throws(PythonFault) {
    let bytes = Array((line + "\n").utf8)
    // A few bytes: they fit in the socket whatever the other side does.
    let sent = send(channel, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    guard sent == bytes.count else { throw ended() }
  }

  /// The next line, without its end.
  ///
  /// - Parameters:
  ///   - timeout: The longest time to wait for the line.
  ///   - keepsGoing: Called repeatedly while waiting.
  /// - Throws: `PythonFault.interrupted` where `keepsGoing` is false, `.unexpected` for a line that is too
  ///   long, `.timedOut` where none comes in time, `.ended` where the script has closed its output.
  package func line(
    within limit: Duration, keepsGoing: () -> Bool = { true }
  ) throws(PythonFault) -> String {
    let deadline = cl_monotonic_ns() + Int64(limit / .nanoseconds(1))
    while true {
      guard keepsGoing() else { throw .interrupted }
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeSubrange(...end)
        return line
      }
      guard pending.count <= Self.longestLine else {
        throw .unexpected(String(decoding: pending.prefix(60), as: UTF8.self))
      }
      guard cl_monotonic_ns() < deadline else { throw .timedOut(after: limit) }
      try readMore()
    }
  }

  private func readMore() throws(PythonFault) {
    var look = pollfd(fd: channel, events: Int16(POLLIN), revents: 0)
    guard poll(&look, 1, Self.slice) > 0 else { return }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = read(channel, &bytes, bytes.count)
    if count > 0 {
      pending += bytes[..<count]
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      throw ended()
    }
  }

  /// The fault of a script that has closed its output.
  private func ended() -> PythonFault {
    var status: Int32 = 0
    // It has closed its output: an end of its own is near.
    for _ in 0..<100 {
      if waitpid(id, &status, WNOHANG) == id {
        isReaped = true
        let signal = status & 0x7f
        let end = signal == 0 ? PythonEnd.exited(status >> 8 & 0xff) : .killed(signal: signal)
        return .ended(end, lastLine: lastLine)
      }
      usleep(10_000)
    }
    return .ended(.hungUp, lastLine: lastLine)
  }

  private var lastLine: String {
    let descriptor = fileno(errorOutput)
    var bytes = [UInt8](repeating: 0, count: 2048)
    let start = max(0, lseek(descriptor, 0, SEEK_END) - bytes.count)
    let count = pread(descriptor, &bytes, bytes.count, start)
    guard count > 0 else { return "" }
    let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    return lines.last { $0.contains { $0 != " " } }.map(String.init) ?? ""
  }

  private static func spawn(
    _ program: String, _ arguments: [String], channel: Int32, errorOutput: Int32
  ) throws(PythonFault) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, channel, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, channel, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errorOutput, STDERR_FILENO)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var argv = ([program] + arguments).map { strdup($0) } + [nil]
    var envp = environment().map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    var id: pid_t = 0
    let code = posix_spawnp(&id, program, &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw .notStarted(errno: code) }
    return id
  }

  /// Ours, and one thread for whatever would take more.
  private static func environment() -> [String] {
    let single = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]
    var variables: [String] = []
    var next = environ
    while let text = next.pointee {
      variables.append(String(cString: text))
      next += 1
    }
    return variables.filter { variable in !single.contains { variable.hasPrefix($0 + "=") } }
      + single.map { $0 + "=1" }
  }
}
