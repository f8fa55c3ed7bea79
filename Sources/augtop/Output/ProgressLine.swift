import CLinux
import Glibc
import Quantities

/// A progress bar on standard error, if that is a terminal.
struct ProgressLine {
  private let total: Int
  private let isShown: Bool
  private let start = cl_monotonic_ns()
  private var lastShown: Int64 = 0
  /// Redrawn this often.
  private static let interval: Int64 = 100_000_000
  /// The bar's largest width in columns; forty columns are left for the text.
  private static let widest = 30
  private let width: Int

  /// A line for `total` items; nothing is shown before the first `show`.
  init(total: Int) {
    self.total = max(1, total)
    var size = winsize()
    let isTerminal = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0
    isShown = isatty(STDERR_FILENO) == 1
    width = isTerminal ? min(Self.widest, max(0, Int(size.ws_col) - 40)) : Self.widest
  }

  private func bar(_ fraction: Double) -> String {
    let filled = Int(min(1, max(0, fraction)) * Double(width))
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: ".", count: width - filled) + "] "
  }

  /// Shows how many items are done, at most a few times a second.
  mutating func show(_ done: Int) {
    let now = cl_monotonic_ns()
    guard isShown, now - lastShown > Self.interval || done == total else { return }
    lastShown = now
    let seconds = max(1e-9, Double(now - start) * 1e-9)
    let rate = NumberText.rate(Double(done) / seconds)
    let bar = bar(Double(done) / Double(total))
    writeError("\r\(bar)\(done * 100 / total) %  \(done)/\(total)  \(rate)/s  ")
  }

  /// The same for work that has no count: a share from 0 to 1, and the time left.
  mutating func show(fraction: Double) {
    let now = cl_monotonic_ns()
    guard isShown, now - lastShown > Self.interval || fraction >= 1 else { return }
    lastShown = now
    let spent = Double(now - start) * 1e-9
    let left = fraction > 0 ? NumberText.fixed(spent / fraction - spent, 0) : "–"
    writeError("\r\(bar(fraction))\(NumberText.percent(fraction))  \(left) s left  ")
  }

  /// Ends the line.
  func end() {
    if isShown { writeError("\n") }
  }
}
