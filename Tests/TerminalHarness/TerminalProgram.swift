import Glibc

/// How a program ended.
package enum ProgramEnd: Hashable, Sendable {
  case exited(Int32)
  case signaled(Int32)
}

/// Why a program couldn't be started in a pseudo-terminal.
package enum HarnessFault: Error, Hashable {
  case noPseudoTerminal(errno: Int32)
  case notStarted(program: String, errno: Int32)
}

/// A key as the emulated terminal sends it.
package enum HarnessKey: String, Sendable {
  case up = "\u{1B}OA"
  case down = "\u{1B}OB"
  case right = "\u{1B}OC"
  case left = "\u{1B}OD"
  case home = "\u{1B}OH"
  case end = "\u{1B}OF"
  case pageUp = "\u{1B}[5~"
  case pageDown = "\u{1B}[6~"
  case delete = "\u{1B}[3~"
  case backtab = "\u{1B}[Z"
  case f1 = "\u{1B}OP"
  case escape = "\u{1B}"
  case enter = "\r"
  case tab = "\t"
  case space = " "
  case backspace = "\u{7F}"
  case interrupt = "\u{3}"
  case suspend = "\u{1A}"
}

/// A program running in a real pseudo-terminal, its controlling one, watched by an `Emulator`.
///
/// A class since it stands for a process; it belongs to one test and is killed with it.
package final class TerminalProgram {
  package let processID: Int32
  package private(set) var screen: Emulator
  /// Everything the program wrote.
  package private(set) var output: [UInt8] = []
  package private(set) var end: ProgramEnd?
  /// The terminal's modes before the program started.
  package let modesBefore: TerminalModes

  /// Whether nobody reads what the program writes, as at the other end of a connection that stalls.
  package var isUnread = false

  private var master: Int32
  /// Kept open, so that nothing the program wrote is lost when it ends.
  private let slave: Int32

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - program: A path, or the name of an executable of this package.
  ///   - environment: Added to `TERM`, `LANG=C.UTF-8` and what a program needs; nil removes.
  package init(
    _ program: String, _ arguments: [String] = [], environment: [String: String?] = [:],
    columns: Int = 80, rows: Int = 24
  ) throws(HarnessFault) {
    let pair = try PseudoTerminal.open(columns: columns, rows: rows)
    master = pair.master
    slave = pair.slave
    screen = Emulator(columns: columns, rows: rows)
    modesBefore = TerminalModes(of: pair.slave)
    let path = program.contains("/") ? program : ExecutableFolder.path(of: program)
    do throws(HarnessFault) {
      processID = try Spawn.start(
        path, arguments, environment: Spawn.environment(environment), terminal: pair.slavePath)
    } catch {
      close(pair.master)
      close(pair.slave)
      throw error
    }
  }

  deinit {
    if end == nil {
      kill(processID, SIGKILL)
      waitpid(processID, nil, 0)
    }
    if master >= 0 { close(master) }
    close(slave)
  }

  /// The terminal's modes now.
  package var modes: TerminalModes { TerminalModes(of: slave) }

  package func send(_ text: String) { send(bytes: Array(text.utf8)) }

  /// Sends bytes that need not be text.
  package func send(bytes: [UInt8]) {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      if written > 0 {
        bytes = bytes.dropFirst(written)
      } else if errno != EAGAIN && errno != EINTR {
        return
      } else {
        take(within: 10)
      }
    }
  }

  package func send(_ key: HarnessKey) { send(key.rawValue) }

  package func send(signal: Int32) { kill(processID, signal) }

  /// Resizes the window; the kernel sends the program SIGWINCH.
  package func resize(columns: Int, rows: Int) {
    take(within: 0)
    screen.resize(columns: columns, rows: rows)
    PseudoTerminal.setSize(of: master, columns: columns, rows: rows)
  }

  /// Resizes the window alone: a size that nobody could draw.
  package func setWindow(columns: Int, rows: Int) {
    PseudoTerminal.setSize(of: master, columns: columns, rows: rows)
  }

  /// Waits until the terminal takes no more output: it is stopped, or full and unread.
  ///
  /// - Parameter key: Sent until then, to make the program write.
  package func waitUntilBlocked(
    sending key: String = "", _ limit: Duration = .seconds(20)
  ) -> Bool {
    let deadline = ContinuousClock.now + limit
    while true {
      var source = pollfd(fd: slave, events: Int16(POLLOUT), revents: 0)
      if poll(&source, 1, 0) == 0 { return true }
      if ContinuousClock.now > deadline { return false }
      send(key)
      take(within: 5)
    }
  }

  /// Closes the terminal's other side, as when a window is closed or a connection lost.
  package func hangUp() {
    close(master)
    master = -1
  }

  /// Feeds the screen until a condition holds; false when the time is over or the program ended
  /// without it.
  @discardableResult
  package func waitFor(
    _ limit: Duration = .seconds(20), _ condition: (Emulator) -> Bool
  ) -> Bool {
    let deadline = ContinuousClock.now + limit
    while !condition(screen) {
      if ContinuousClock.now > deadline { return false }
      let wasRunning = end == nil
      take(within: 20)
      checkEnd()
      if !wasRunning { return condition(screen) }
    }
    return true
  }

  /// Waits until the screen shows a text.
  @discardableResult
  package func waitFor(_ text: String, within limit: Duration = .seconds(20)) -> Bool {
    waitFor(limit) { $0.contains(text) }
  }

  /// Waits until the program ends by itself and takes all it wrote; nil, and the program is
  /// killed, when the time is over.
  @discardableResult
  package func waitForEnd(_ limit: Duration = .seconds(20)) -> ProgramEnd? {
    let deadline = ContinuousClock.now + limit
    while end == nil {
      take(within: 5)
      checkEnd()
      if end == nil, ContinuousClock.now > deadline {
        kill(processID, SIGKILL)
        var status: Int32 = 0
        waitpid(processID, &status, 0)
        end = .signaled(SIGKILL)
        return nil
      }
    }
    take(within: 0)
    return end
  }

  /// Whether the process is stopped, as after Ctrl-Z.
  package func waitForStop(_ limit: Duration = .seconds(20)) -> Bool {
    let deadline = ContinuousClock.now + limit
    var status: Int32 = 0
    while ContinuousClock.now < deadline {
      take(within: 5)
      if waitpid(processID, &status, WNOHANG | WUNTRACED) == processID {
        if status & 0xFF == 0x7F { return true }
        note(status)
        return false
      }
    }
    return false
  }

  /// The process's resident memory in bytes; 0 once it has ended.
  package var residentBytes: Int {
    guard let file = fopen("/proc/\(processID)/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, 256, file) != nil else { return 0 }
    let words = String(decoding: line.map(UInt8.init(bitPattern:)), as: UTF8.self).split(
      separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * Int(getpagesize()) : 0
  }

  private func checkEnd() {
    guard end == nil else { return }
    var status: Int32 = 0
    if waitpid(processID, &status, WNOHANG) == processID { note(status) }
  }

  private func note(_ status: Int32) {
    // WIFSIGNALED, WTERMSIG, WEXITSTATUS are macros that Swift doesn't see.
    let signal = status & 0x7F
    end = signal == 0 ? .exited(status >> 8 & 0xFF) : .signaled(signal)
  }

  /// Takes all output there is, waiting for the first of it.
  private func take(within milliseconds: Int32) {
    guard master >= 0, !isUnread else {
      if milliseconds > 0 { usleep(UInt32(milliseconds) * 1000) }
      return
    }
    var source = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&source, 1, milliseconds) > 0 else { return }
    var chunk = [UInt8](repeating: 0, count: 16384)
    while case let count = read(master, &chunk, chunk.count), count > 0 {
      output += chunk[..<count]
      screen.feed(chunk[..<count])
    }
  }
}
