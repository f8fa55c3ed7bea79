import Glibc

/// Starts a program as the leader of a session whose terminal it is.
enum Spawn {
  // POSIX_SPAWN_SETSID of <spawn.h>, a GNU extension that Swift doesn't import.
  private static let newSession: Int16 = 0x80

  static func start(
    _ path: String, _ arguments: [String], environment: [String], terminal: String
  ) throws(HarnessFault) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // A session leader's first terminal becomes its controlling one.
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes,
      newSession | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    var processID: pid_t = 0
    let result = posix_spawn(&processID, path, &actions, &attributes, &argv, &envp)
    guard result == 0 else { throw .notStarted(program: path, errno: result) }
    return processID
  }

  /// The environment of a program, as `NAME=value`: the default with a test's changes.
  static func environment(_ changes: [String: String?]) -> [String] {
    var variables: [String: String?] = [
      "TERM": TinyEntry.name, "TERMINFO": TinyEntry.compiled, "LANG": "C.UTF-8",
      // Swift's backtracer would wait for a key after a crash.
      "SWIFT_BACKTRACE": "enable=no",
    ]
    for name in ["PATH", "HOME", "LLVM_PROFILE_FILE", "LD_LIBRARY_PATH", "ASAN_OPTIONS"] {
      variables[name] = getenv(name).map { String(cString: $0) }
    }
    variables.merge(changes) { _, new in new }
    return variables.compactMap { name, value in value.map { "\(name)=\($0)" } }
  }
}
