import Glibc
import Host
package import Quantities

/// How long threads waited for a core, relative to the CPU time that they got, over the last seconds.
///
/// - Source: Linux Documentation/scheduler/sched-stats.rst, `/proc/PID/task/TID/schedstat`.
package struct RunDelays: Sendable {
  /// Between two samples.
  private static let interval = Nanoseconds.seconds(1)
  /// Samples that the figures are over, besides the first.
  private static let window = 3
  /// So little CPU time says nothing.
  private static let least = 1_000_000.0

  /// Nanoseconds since a thread's start.
  private struct Sample {
    var cpu: Double
    var delay: Double

    static func - (new: Sample, old: Sample) -> Sample {
      Sample(cpu: new.cpu - old.cpu, delay: new.delay - old.delay)
    }
  }

  /// Of a process that trains: of all its threads together.
  private struct Training {
    var process: Int32
    var cpu: [Double]
  }

  private var samples: [Int32: [Sample]] = [:]
  private var training: Training?
  private var last: Nanoseconds?

  /// Nothing seen yet.
  package init() {}

  /// Takes a sample where one is due.
  ///
  /// - Parameters:
  ///   - processes: Whose main threads are looked at.
  ///   - trainer: The one of them that trains, whose other threads are looked at as well.
  /// - Complexity: O(processes + threads of the one that trains).
  package mutating func look(
    at processes: some Sequence<Int32>, training trainer: Int32?, now: Nanoseconds
  ) {
    if let last, now - last < Self.interval { return }
    last = now
    var seen: [Int32: [Sample]] = [:]
    for process in Set(processes) {
      guard let sample = Self.sample("/proc/\(process)/schedstat") else { continue }
      seen[process] = (samples[process] ?? []).suffix(Self.window) + [sample]
    }
    samples = seen
    guard let trainer, let all = Self.threads(of: trainer) else {
      training = nil
      return
    }
    let before = training?.process == trainer ? training?.cpu ?? [] : []
    training = Training(process: trainer, cpu: before.suffix(Self.window) + [all])
  }

  /// A main thread's wait for a core relative to its CPU time; before the second sample since its start, nil where it
  /// can't be told.
  package func delay(of process: Int32) -> Double? {
    guard let samples = samples[process], let newest = samples.last, let oldest = samples.first
    else { return nil }
    let some = samples.count > 1 ? newest - oldest : newest
    guard some.cpu >= Self.least else { return newest.cpu > 0 ? newest.delay / newest.cpu : nil }
    return some.delay / some.cpu
  }

  /// Threads of the training process that compute while its main thread does, that one included; 1 where it can't
  /// be told.
  package var threads: Double {
    guard let training, training.cpu.count > 1, let samples = samples[training.process],
      samples.count > 1
    else { return 1 }
    let count = min(samples.count, training.cpu.count)
    let main = samples[samples.count - 1] - samples[samples.count - count]
    let all = training.cpu[training.cpu.count - 1] - training.cpu[training.cpu.count - count]
    return main.cpu >= Self.least ? max(1, all / main.cpu) : 1
  }

  private static func sample(_ path: String) -> Sample? {
    let fields = KernelText.read(path)?.split(separator: " ") ?? []
    guard fields.count > 1, let cpu = Double(fields[0]), let delay = Double(fields[1]) else {
      return nil
    }
    return Sample(cpu: cpu, delay: delay)
  }

  /// CPU nanoseconds of all threads that live.
  private static func threads(of process: Int32) -> Double? {
    let path = "/proc/\(process)/task"
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var sum = 0.0
    while let entry = readdir(folder) {
      let thread = withUnsafePointer(to: &entry.pointee.d_name) {
        String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      guard Int32(thread) != nil, let sample = sample("\(path)/\(thread)/schedstat") else {
        continue
      }
      sum += sample.cpu
    }
    return sum
  }
}
