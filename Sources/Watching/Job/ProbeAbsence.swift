import Glibc
import Host

/// Why no Python of a job has the probe in it, as far as its processes show.
package enum ProbeAbsence: Sendable, Equatable {
  /// Python was started with an option that leaves it out, as `-S`.
  case option(String, program: String)
  /// A program that holds a Python of its own, as PyInstaller makes them.
  case frozen(program: String)
  /// A process of another user, who can't read the folder.
  case otherUser(program: String)
  /// A Python without one of the two variables, or with another `PYTHONPATH`.
  case variable(String, program: String)
  /// A Python that doesn't have the folder in its file system, as a container's.
  case otherFiles(program: String)
  /// There is no Python: the name of the program that runs.
  case noPython(program: String)

  /// Nothing was seen that tells.
  case unknown

  /// As far as a command tells that ended before its processes were looked at.
  package init(of command: [String]) {
    if let first = command.first, Self.isPython(Self.name(of: first)),
      let option = Self.option(in: command.dropFirst())
    {
      self = .option(option, program: Self.name(of: first))
    } else {
      self = .unknown
    }
  }

  /// Longer lists of arguments and variables are cut.
  private static let longest = 131_072
  /// Files that a process has mapped, as text.
  private static let longestMaps = 1_048_576

  /// Looks at a process and those that it has started, of which the one that says most counts; nil where none of them
  /// can be looked at, as one that has ended, and where a Python should have the probe.
  package static func look(at root: Int32, folder: WatchFolder) -> ProbeAbsence? {
    var without: ProbeAbsence?
    for process in ProcessTree.descendants(of: root) {
      guard let program = program(of: process) else { continue }
      switch reason(of: process, program, folder) {
      case nil: return nil
      case .noPython(let program)?: without = .noPython(program: program)
      case let found?: return found
      }
    }
    return without
  }

  /// The program that a process has been started as; nil for one that is gone.
  private static func program(of process: Int32) -> String? {
    list("/proc/\(process)/cmdline")?.first.map { name(of: $0) }
  }

  /// Nil for a Python that should have the probe, and where that can't be told.
  private static func reason(
    of process: Int32, _ program: String, _ folder: WatchFolder
  ) -> ProbeAbsence? {
    let arguments = list("/proc/\(process)/cmdline") ?? []
    var facts = stat()
    guard stat("/proc/\(process)", &facts) == 0 else { return nil }
    if facts.st_uid != geteuid() { return .otherUser(program: program) }
    guard let path = link("/proc/\(process)/exe") else { return nil }
    guard isPython(name(of: path)) else {
      return holdsPython(process) ? .frozen(program: program) : .noPython(program: program)
    }
    if let option = option(in: arguments.dropFirst()) { return .option(option, program: program) }
    guard let variables = list("/proc/\(process)/environ") else { return nil }
    guard variables.contains("AUGTOP_WATCH=" + folder.path) else {
      return .variable("AUGTOP_WATCH", program: program)
    }
    let paths = variables.first { $0.hasPrefix("PYTHONPATH=") }?.dropFirst("PYTHONPATH=".count)
    guard paths?.split(separator: ":").contains(Substring(folder.probe)) ?? false else {
      return .variable("PYTHONPATH", program: program)
    }
    let isThere = access("/proc/\(process)/root" + folder.probe, F_OK) == 0 || errno != ENOENT
    return isThere ? nil : .otherFiles(program: program)
  }

  /// The first of Python's options that leave out variables or `site`: `-S`, `-I`, `-E`, alone or among others.
  package static func option(in arguments: some Sequence<String>) -> String? {
    var isValue = false
    for argument in arguments {
      if isValue {
        isValue = false
        continue
      }
      // A long option, or the script.
      if argument.hasPrefix("--") { continue }
      guard argument.hasPrefix("-"), argument.count > 1 else { return nil }
      for (place, letter) in argument.dropFirst().enumerated() {
        switch letter {
        case "S", "I", "E": return "-\(letter)"
        // What follows is the program's.
        case "c", "m": return nil
        case "W", "X":
          isValue = place == argument.count - 2
        default: continue
        }
        break
      }
    }
    return nil
  }

  private static func isPython(_ program: String) -> Bool {
    program.hasPrefix("python") || program.hasPrefix("pypy")
  }

  /// Whether a program that isn't called Python has Python's library in it.
  private static func holdsPython(_ process: Int32) -> Bool {
    text("/proc/\(process)/maps", longest: longestMaps)?.contains("/libpython") ?? false
  }

  private static func name(of path: String) -> String {
    String(path.split(separator: "/").last ?? Substring(path))
  }

  /// Nil for a file that can't be read.
  private static func list(_ path: String) -> [String]? {
    text(path, longest: longest)?.split(separator: "\0").map(String.init)
  }

  /// A file of `/proc` that may need several reads.
  private static func text(_ path: String, longest: Int) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: longest)
    var count = 0
    while count < longest {
      let some = bytes.withUnsafeMutableBytes {
        read(file, $0.baseAddress! + count, longest - count)
      }
      guard some > 0 else { break }
      count += some
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  private static func link(_ path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
