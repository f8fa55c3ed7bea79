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
  /// It went on for longer than a measurement can take.
  case endless(Duration)
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
/// children end with it, even where it has ended before them, or where this program is killed. NumPy's libraries are limited to one thread each. The last bytes of standard error
/// are kept for its last line.
package final class PythonScript {
  /// Longer lines are a fault.
  private static let longestLine = 4096
  /// The time between two calls of `keepsGoing`, in milliseconds.
  private static let slice: Int32 = 100

  private let id: pid_t
  /// The process group that the script and its children are in.
  var group: pid_t { id }
  private let channel: Int32
  /// The reading end of the pipe that is the script's standard error.
  private let errorOutput: Int32
  private var lastErrors: [UInt8] = []
  /// As many bytes of standard error are kept.
  private static let keptErrors = 2048
  private var pending: [UInt8] = []
  private var isReaped = false

  /// Starts `python -c script arguments…`.
  ///
  /// - Parameter python: A path, or a name that is looked for on `PATH`.
  /// - Throws: `PythonFault.notStarted` where a socket, a temporary file or the process can't be made.
  package init(
    python: String, script: String, arguments: [String] = []
  ) throws(PythonFault) {
    var errors: [Int32] = [-1, -1]
    guard pipe(&errors) == 0 else { throw .notStarted(errno: errno) }
    for end in errors { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(errors[1]) }
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      let code = errno
      close(errors[0])
      throw .notStarted(errno: code)
    }
    defer { close(ends[1]) }
    do {
      id = try Self.spawn(
        python, ["-c", script] + arguments, channel: ends[1], errorOutput: errors[1])
    } catch {
      close(ends[0])
      close(errors[0])
      throw error
    }
    channel = ends[0]
    errorOutput = errors[0]
    _ = fcntl(errorOutput, F_SETFL, O_NONBLOCK)
  }

  deinit {
    close(channel)
    close(errorOutput)
    if !isReaped {
      kill(-id, SIGKILL)
      _ = waitpid(id, nil, 0)
    }
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
    var look = [
      pollfd(fd: channel, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errorOutput, events: Int16(POLLIN), revents: 0),
    ]
    // A pipe that is closed would end every poll at once.
    guard poll(&look, hasErrorOutput ? 2 : 1, Self.slice) > 0 else { return }
    if hasErrorOutput, look[1].revents != 0 { readErrorOutput() }
    guard look[0].revents != 0 else { return }
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
    // It has closed its output: an end of its own is near.
    for _ in 0..<100 {
      readErrorOutput()
      if cl_has_ended(id) == 1 {
        // Its children, before its number may be another process's.
        kill(-id, SIGKILL)
        var status: Int32 = 0
        waitpid(id, &status, 0)
        isReaped = true
        readErrorOutput()
        let signal = status & 0x7f
        let end = signal == 0 ? PythonEnd.exited(status >> 8 & 0xff) : .killed(signal: signal)
        return .ended(end, lastLine: lastLine)
      }
      usleep(10_000)
    }
    return .ended(.hungUp, lastLine: lastLine)
  }

  /// Whether standard error is still open.
  private var hasErrorOutput = true

  /// Reads what standard error has, and keeps its end.
  private func readErrorOutput() {
    // One read: more may come as fast as it is read, and the script's lines must have their turn.
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(errorOutput, &bytes, bytes.count)
    if count == 0 { hasErrorOutput = false }
    guard count > 0 else { return }
    lastErrors += bytes[..<count].suffix(Self.keptErrors)
    lastErrors = lastErrors.suffix(Self.keptErrors)
  }

  private var lastLine: String {
    let lines = String(decoding: lastErrors, as: UTF8.self).split(separator: "\n")
    return lines.last { $0.contains { $0 != " " } }.map(String.init) ?? ""
  }

  private static func spawn(
    _ program: String, _ arguments: [String], channel: Int32, errorOutput: Int32
  ) throws(PythonFault) -> pid_t {
    var argv = ([program] + arguments).map { strdup($0) } + [nil]
    var envp = environment().map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    var id: pid_t = 0
    let code = cl_spawn(&id, program, &argv, &envp, channel, errorOutput)
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
