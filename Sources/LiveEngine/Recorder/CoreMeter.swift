import Glibc
import Quantities

/// The load of each of the machine's processors, all programs together.
///
/// - Source: proc_stat(5): ticks since the system's start, idle and waiting for a disk among them.
struct CoreMeter {
  /// Ticks of one processor.
  struct Ticks: Equatable {
    var busy: UInt64
    var all: UInt64
  }

  /// A tick is a hundredth of a second, so a shorter span would show steps.
  private static let span = Nanoseconds.seconds(1)
  /// The lines of 1 000 processors.
  private static let longest = 1 << 16

  private var samples: [(at: Nanoseconds, ticks: [Ticks])] = []
  private var latest: [Double] = []
  private var buffer = [UInt8](repeating: 0, count: longest)

  /// The share of the last second, 0...1, in which each processor was busy; none where the system doesn't
  /// say it.
  mutating func loads(at now: Nanoseconds) -> [Double] {
    // Less a little, since readings come a tenth of a second apart, give or take.
    if let last = samples.last, now - last.at < Self.span * 0.95 { return latest }
    samples.append((now, read()))
    while samples.count > 2, now - samples[1].at >= Self.span { samples.removeFirst() }
    guard let first = samples.first?.ticks, let last = samples.last?.ticks, samples.count > 1,
      first.count == last.count
    else {
      latest = []
      return latest
    }
    latest = zip(first, last).map { old, new in
      // A processor that was taken offline may count anew.
      guard new.all > old.all, new.busy >= old.busy else { return 0 }
      return min(1, Double(new.busy - old.busy) / Double(new.all - old.all))
    }
    return latest
  }

  /// The processors' lines of a text as /proc/stat has it.
  static func parse(_ text: Substring) -> [Ticks] {
    var processors: [Ticks] = []
    for line in text.split(separator: "\n") {
      guard line.hasPrefix("cpu") else { break }
      let words = line.split(separator: " ")
      // The first line is the sum of all.
      guard let name = words.first, name.count > 3 else { continue }
      let ticks = words.dropFirst().prefix(8).compactMap { UInt64($0) }
      guard ticks.count >= 5 else { continue }
      let all = ticks.reduce(0, &+)
      processors.append(Ticks(busy: all &- ticks[3] &- ticks[4], all: all))
    }
    return processors
  }

  private mutating func read() -> [Ticks] {
    let file = open("/proc/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    let count = Glibc.read(file, &buffer, buffer.count)
    guard count > 0 else { return [] }
    return Self.parse(Substring(decoding: buffer[..<count], as: UTF8.self))
  }
}
