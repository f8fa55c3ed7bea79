import Glibc
package import Host

/// How a job ended.
package enum JobEnd: Sendable, Equatable {
  /// With this exit status.
  case exited(Int32)
  /// By this signal.
  case killed(signal: Int32)

  /// The exit status that a shell has for it: 128 and the signal where one ended it.
  package var status: Int32 {
    switch self {
    case .exited(let status): status
    case .killed(let signal): 128 + signal
    }
  }
}

/// A job that augtop has started. It goes on by itself where augtop ends.
///
/// A class because it has an identity, the process; only one thread uses it.
package final class JobProcess {
  /// Its process id.
  package let id: Int32
  private var ended: JobEnd?

  /// Starts a command with the probe.
  ///
  /// - Parameters:
  ///   - command: A program, looked for on `PATH`, and its arguments; not empty.
  ///   - variables: Environment variables that are set for it.
  ///   - output: The descriptor that it writes its output and errors to; nil leaves it augtop's own.
  ///   - isApart: Whether it gets a process group of its own and no input, so that keys for the screen
  ///     don't reach it.
  /// - Throws: The system's error where the command can't be started.
  package init(
    _ command: [String], variables: [String: String], output: Int32?, errorsOnly: Bool = false,
    isApart: Bool
  ) throws(SystemError) {
    precondition(!command.isEmpty, "a job has a command")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Signals that augtop ignores are the job's as ever.
    var standard = sigset_t()
    sigemptyset(&standard)
    for number in [SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGQUIT, SIGHUP] {
      sigaddset(&standard, number)
    }
    posix_spawnattr_setsigdefault(&attributes, &standard)
    var flags = Int16(POSIX_SPAWN_SETSIGDEF)
    if isApart {
      flags |= Int16(POSIX_SPAWN_SETPGROUP)
      posix_spawnattr_setpgroup(&attributes, 0)
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    posix_spawnattr_setflags(&attributes, flags)
    if let output {
      posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
      if !errorsOnly { posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO) }
    }
    var arguments = command.map { strdup($0) } + [nil]
    var environment = Self.environment(with: variables).map { strdup($0) } + [nil]
    defer { for text in arguments + environment { free(text) } }
    var id: pid_t = 0
    let code = posix_spawnp(&id, command[0], &actions, &attributes, &arguments, &environment)
    guard code == 0 else { throw SystemError(code: code) }
    self.id = id
  }

  /// How it ended; nil while it runs.
  package var end: JobEnd? {
    if let ended { return ended }
    var status: Int32 = 0
    guard waitpid(id, &status, WNOHANG) == id else { return nil }
    let signal = status & 0x7f
    ended = signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
    return ended
  }

  /// Sends it a signal; nothing where it has ended.
  package func send(_ signal: Int32) {
    if end == nil { kill(id, signal) }
  }

  private static func environment(with variables: [String: String]) -> [String] {
    var kept: [String] = []
    var next = environ
    while let text = next.pointee {
      let variable = String(cString: text)
      if !variables.keys.contains(where: { variable.hasPrefix($0 + "=") }) { kept.append(variable) }
      next += 1
    }
    return kept + variables.map { "\($0.key)=\($0.value)" }.sorted()
  }
}

extension JobProcess {
  /// The variables that bring the probe into a job's Python processes.
  package static func variables(for folder: WatchFolder) -> [String: String] {
    let own = getenv("PYTHONPATH").map { String(cString: $0) } ?? ""
    return [
      "AUGTOP_WATCH": folder.path,
      "PYTHONPATH": own.isEmpty ? folder.probe : folder.probe + ":" + own,
    ]
  }
}
