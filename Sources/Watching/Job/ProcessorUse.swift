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

  /// CPU time of one process, in seconds.
  package struct Times: Sendable, Equatable {
    /// Of its own threads.
    package var own: Double
    /// Of its children that have ended, as it was told so: with their own children.
    package var reaped: Double

    /// CPU times as the system has them.
    package init(own: Double, reaped: Double) {
      self.own = own
      self.reaped = reaped
    }
  }

  /// Sums at a moment, in seconds of CPU time: of all programs, of augtop, of the job.
  private struct Sample {
    var at: Nanoseconds
    var all: Double
    var own: Double
    var job: Double
  }

  private var samples: [Sample] = []
  /// By process of the job that lives: its times at the last sample.
  private var known: [Int32: Times] = [:]
  /// What processes that have ended had taken by their last sample, until a parent's `reaped` has it, too.
  private var unreaped = 0.0
  /// All that the job was seen to take, which never falls.
  private var taken = 0.0

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
    var job: [Int32: Times] = [:]
    for process in Set(processes) { job[process] = Self.times(of: process) }
    take(job, all: all, own: Nanoseconds(cl_process_cpu_ns()).seconds, at: now)
  }

  /// Takes in a sample.
  ///
  /// - Parameters:
  ///   - job: By process of the job that lives.
  ///   - all: CPU seconds of all programs.
  ///   - own: Those of augtop.
  package mutating func take(_ job: [Int32: Times], all: Double, own: Double, at now: Nanoseconds) {
    if let first = samples.first {
      // A process that has begun since then has taken all its time since then.
      var ended = 0.0
      for (process, times) in job {
        let before = known[process] ?? Times(own: 0, reaped: 0)
        taken += max(0, times.own - before.own)
        ended += max(0, times.reaped - before.reaped)
      }
      for (process, times) in known where job[process] == nil {
        unreaped += times.own + times.reaped
      }
      // Of those that have ended, what was seen counts already; what they took since then is new. That can't be
      // more than anybody took: a program that was never seen brings its whole life with it.
      let seen = min(unreaped, ended)
      unreaped -= seen
      let others = all - first.all - (own - first.own) - (taken - first.job)
      taken += min(ended - seen, max(0, others))
    }
    known = job
    samples.append(Sample(at: now, all: all, own: own, job: taken))
    if samples.count > Self.window { samples.removeFirst() }
  }

  /// Cores that the job's processes keep busy, those that have ended meanwhile included, and other programs; nil
  /// before the second sample.
  package var cores: (job: Double, others: Double)? {
    guard let first = samples.first, let last = samples.last, last.at > first.at else { return nil }
    let wall = (last.at - first.at).seconds
    let job = last.job - first.job
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

  /// Fields 14 to 17; nil for a process that is gone.
  private static func times(of process: Int32) -> Times? {
    // The command's name, in parentheses, may hold anything.
    guard let text = KernelText.read("/proc/\(process)/stat"), let end = text.lastIndex(of: ")")
    else {
      return nil
    }
    let fields = text[end...].split(separator: " ").dropFirst(12).prefix(4).compactMap {
      Double($0)
    }
    guard fields.count == 4 else { return nil }
    return Times(own: (fields[0] + fields[1]) * tick, reaped: (fields[2] + fields[3]) * tick)
  }
}
