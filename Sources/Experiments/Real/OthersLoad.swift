import CLinux
import Glibc
import Host
import Quantities

/// The processors' time since the system's start, and of it what this program and a group of processes
/// took.
struct OthersLoad {
  private let all: Double
  private let own: Double
  private let at: Int64

  /// Reads /proc.
  ///
  /// - Parameter group: The process group that belongs to the measurement.
  /// - Returns: nil where /proc/stat can't be read.
  /// - Complexity: O(processes), some milliseconds.
  init?(group: pid_t) {
    guard let stat = KernelText.read("/proc/stat", longest: 16_384), let all = Self.busy(stat)
    else { return nil }
    at = cl_monotonic_ns()
    let tick = 1 / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    self.all = all * tick
    var own = Double(cl_process_cpu_ns()) * 1e-9
    for id in ProcessTree.all() {
      guard let stat = KernelText.read("/proc/\(id)/stat"),
        let process = ProcessTimes(stat), process.group == Int(group)
      else { continue }
      own += process.ticks * tick
    }
    self.own = own
  }

  /// How many cores others kept busy since an earlier reading; at least 0.
  ///
  /// Ticks are hundredths of a second, so this is worth something over a second or more.
  func cores(since earlier: OthersLoad) -> Double {
    let length = Double(max(1, at - earlier.at)) * 1e-9
    return max(0, (all - earlier.all) - (own - earlier.own)) / length
  }

  /// Ticks of all processors that weren't idle. Interrupts are left out: they are booked on no process,
  /// and the measurement's own timers cause them. Time stolen by the hypervisor counts.
  static func busy(_ stat: String) -> Double? {
    guard let line = stat.split(separator: "\n").first(where: { $0.hasPrefix("cpu ") }) else {
      return nil
    }
    let ticks = line.split(separator: " ").dropFirst().map { Double($0) ?? 0 }
    guard ticks.count >= 8 else { return nil }
    let (user, nice, system, steal) = (ticks[0], ticks[1], ticks[2], ticks[7])
    return user + nice + system + steal
  }
}

/// A process's group and times, as /proc/PID/stat has them.
struct ProcessTimes {
  /// The process group's number.
  let group: Int
  /// CPU time in ticks, of the process and of its children that have ended and been waited for.
  let ticks: Double

  /// nil where the line isn't of that form.
  ///
  /// - Source: proc_pid_stat(5): after the name in brackets, which may hold anything, the third word is
  ///   the group, and the twelfth to fifteenth are the times.
  init?(_ stat: String) {
    guard let end = stat.lastIndex(of: ")") else { return nil }
    let words = stat[stat.index(after: end)...].split(separator: " ")
    guard words.count > 14, let group = Int(words[2]) else { return nil }
    let times = words[11...14].compactMap { Double($0) }
    guard times.count == 4 else { return nil }
    self.group = group
    ticks = times.reduce(0, +)
  }
}
