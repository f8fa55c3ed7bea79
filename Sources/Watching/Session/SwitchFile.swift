import Glibc
import Host

/// A text file that says which stages were switched when: with the job's log, it says of every batch what it
/// was trained on.
struct SwitchFile {
  private let path: String

  /// A file that is made at the first line.
  init(path: String) { self.path = path }

  /// Appends a line with the time of day (UTC); one that can't be written is left out.
  func append(_ text: String) {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let day = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    let moment = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    let line = Array("\(day)T\(moment)Z \(text)\n".utf8)
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard file >= 0 else { return }
    defer { close(file) }
    _ = line.withUnsafeBytes { writeAll($0, to: file) }
  }
}
