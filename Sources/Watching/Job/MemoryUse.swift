import CLinux
import Glibc
import Host
package import Quantities

/// The memory of the process that trains, and whether it creeps.
///
/// - Source: proc(5), `/proc/PID/statm`.
package struct MemoryUse: Sendable {
  /// Caches and pools fill up at first.
  private static let settling = Nanoseconds.seconds(20)
  /// A shorter time says nothing about a rate.
  private static let leastSpan = Nanoseconds.seconds(20)
  /// Less than this share of the memory a minute is no creeping.
  private static let noticeable = 0.01

  private var begun: Nanoseconds?
  private var first: (at: Nanoseconds, bytes: Int)?
  private var last: (at: Nanoseconds, bytes: Int)?

  /// Nothing seen yet.
  package init() {}

  /// Takes a sample; of a process that is gone, none.
  package mutating func look(at process: Int32) {
    let fields = KernelText.read("/proc/\(process)/statm")?.split(separator: " ") ?? []
    guard fields.count > 1, let pages = Int(fields[1]) else { return }
    take(pages * Int(sysconf(Int32(_SC_PAGESIZE))), at: Nanoseconds(cl_monotonic_ns()))
  }

  /// Takes in resident bytes at a moment.
  package mutating func take(_ bytes: Int, at now: Nanoseconds) {
    begun = begun ?? now
    if first == nil, now - (begun ?? now) >= Self.settling { first = (now, bytes) }
    last = (now, bytes)
  }

  /// Resident bytes; nil before the first sample.
  package var bytes: Int? { last?.bytes }

  /// Bytes a minute that it grows by; nil where that isn't known yet, and where it doesn't grow.
  package var creep: Double? {
    guard let first, let last, last.at - first.at >= Self.leastSpan, first.bytes > 0 else {
      return nil
    }
    let rate = Double(last.bytes - first.bytes) / (last.at - first.at).seconds * 60
    return rate > Self.noticeable * Double(first.bytes) ? rate : nil
  }
}
