import Glibc
import Host
import Quantities
import Watching

/// What `augtop watch` finds on a machine: shared memory for the rings, a Python, a terminal's entry.
enum WatchFacts {
  /// A row's name and its value.
  typealias Row = (name: String, value: String)

  /// Rings of as many processes fit in it at least, or a job of that many workers isn't watched whole.
  private static let processes = 64
  private static let frameworks = ["torch", "albumentations", "keras", "tensorflow"]

  /// `/dev/shm`, and a warning where there is little of it.
  static var sharedMemory: (row: Row, warning: String?) {
    var facts = statvfs()
    guard statvfs("/dev/shm", &facts) == 0 else {
      return (("shared memory", "none"), "without /dev/shm a job's rings are files in /tmp")
    }
    func bytes(_ blocks: UInt) -> Int {
      Int(
        clamping: UInt64(blocks).multipliedReportingOverflow(by: UInt64(facts.f_frsize))
          .partialValue)
    }
    let free = bytes(UInt(facts.f_bavail))
    let least = processes * (RingReader.page + RingReader.slots * RingRecord.words * 8)
    let value =
      "/dev/shm, \(NumberText.bytes(free)) free of \(NumberText.bytes(bytes(UInt(facts.f_blocks))))"
    return (
      ("shared memory", value),
      free < least
        ? "a watched job of \(processes) processes takes \(NumberText.bytes(least)); see docker run --shm-size"
        : nil
    )
  }

  /// The entry of `TERM` in the folders that ncurses searches; nil without a `TERM`.
  static var terminalEntry: Row? {
    guard let name = variable("TERM"), let first = name.utf8.first, !name.contains("/") else {
      return nil
    }
    let home = variable("HOME").map { [$0 + "/.terminfo"] } ?? []
    let own = variable("TERMINFO").map { [$0] } ?? []
    let folders = own + home + ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"]
    for folder in folders {
      for letter in [String(UnicodeScalar(first)), String(first, radix: 16)] {
        let path = "\(folder)/\(letter)/\(name)"
        if access(path, R_OK) == 0 { return ("entry", path) }
      }
    }
    return ("entry", "none in \(folders.joined(separator: ", ")): try TERM=xterm-256color")
  }

  /// The first Python on the path with its version, and the frameworks that it finds, without importing them.
  static var python: [Row] {
    let script = [
      "import sys", "from importlib import metadata as m, util as u",
      "print(sys.executable, sys.version.split()[0])", "for n in sys.argv[1:]:",
      "  if u.find_spec(n): print(n, next((d.version for d in m.distributions(name=n)), ''))",
    ].joined(separator: "\n")
    for name in ["python3", "python"] {
      guard let text = output(of: [name, "-c", script] + frameworks), !text.isEmpty else {
        continue
      }
      let lines = text.split(separator: "\n").map(String.init)
      let found = lines.dropFirst().joined(separator: ", ")
      return [
        ("Python", lines.first ?? ""),
        ("frameworks", found.isEmpty ? "none of \(frameworks.joined(separator: ", "))" : found),
      ]
    }
    return [("Python", "none on the path")]
  }

  /// What a command prints within ten seconds; nil where it doesn't start or fails.
  private static func output(of command: [String]) -> String? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let process = try? JobProcess(
      command, variables: [:], output: ends[1], errorsOnly: true, isApart: true)
    close(ends[1])
    guard let process else { return nil }
    var text: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 4096)
    var waiting = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, 10_000) > 0 {
      let count = read(ends[0], &bytes, bytes.count)
      guard count > 0, text.count < 1 << 16 else { break }
      text += bytes[..<count]
    }
    // It ends soon after its output has.
    for _ in 0..<1_000 where process.end == nil { usleep(10_000) }
    process.send(SIGKILL)
    while process.end == nil { usleep(1_000) }
    return process.end == .exited(0) ? String(decoding: text, as: UTF8.self) : nil
  }

  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
