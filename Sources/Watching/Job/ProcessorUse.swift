import CLinux
import Glibc
import Host
package import Quantities

/// Who uses the machine's processors: a job's processes, and all others but augtop, over the last seconds.
///
/// - Source: proc(5), `/proc/stat` and `/proc/PID/stat`.
package struct ProcessorUse: Sendable {
  /// Between two samples.
  package static let interval = Nanoseconds.seconds(1)
  /// Samples that the figures are over.
  private static let window = 5

  private struct Sample {
    var at: Nanoseconds
    /// CPU time in seconds: of all programs, of augtop, of each of the job's processes.
    var all: Double
    var own: Double
    var job: [Int32: Double]
  }

  private var samples: [Sample] = []

  /// Nothing seen yet.
  package init() {}

  /// Takes a sample where one is due; where `/proc` can't be read, none.
  ///
  /// - Parameter processes: The job's.
  /// - Complexity: O(processes).
  package mutating func look(at processes: some Sequence<Int32>) {
    let now = Nanoseconds(cl_monotonic_ns())
    if let last = samples.last, now - last.at < Self.interval { return }
    guard let all = Self.machineTime() else { return }
    var job: [Int32: Double] = [:]
    for process in Set(processes) { job[process] = Self.time(of: process) }
    samples.append(
      Sample(at: now, all: all, own: Nanoseconds(cl_process_cpu_ns()).seconds, job: job))
    if samples.count > Self.window { samples.removeFirst() }
  }

  /// Cores that the job's processes keep busy, and other programs; nil before the second sample.
  package var cores: (job: Double, others: Double)? {
    guard let first = samples.first, let last = samples.last, last.at > first.at else { return nil }
    let wall = (last.at - first.at).seconds
    // A process that has begun since then has all its time in the window; one that has ended had an unknown part.
    let job = last.job.reduce(0) { $0 + $1.value - (first.job[$1.key] ?? 0) }
    let others = last.all - first.all - (last.own - first.own) - job
    return (max(0, job / wall), max(0, others / wall))
  }

  private static let tick = 1 / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))

  /// User, nice, system, irq and softirq of the first line.
  private static func machineTime() -> Double? {
    guard let line = KernelText.read("/proc/stat")?.prefix(while: { $0 != "\n" }) else {
      return nil
    }
    let fields = line.split(separator: " ").dropFirst().map { Double($0) ?? 0 }
    guard fields.count >= 7 else { return nil }
    return (fields[0] + fields[1] + fields[2] + fields[5] + fields[6]) * tick
  }

  /// Fields 14 and 15; nil for a process that is gone.
  private static func time(of process: Int32) -> Double? {
    // The command's name, in parentheses, may hold anything.
    guard let text = KernelText.read("/proc/\(process)/stat"), let end = text.lastIndex(of: ")")
    else {
      return nil
    }
    let fields = text[end...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
      return nil
    }
    return (user + system) * tick
  }
}
