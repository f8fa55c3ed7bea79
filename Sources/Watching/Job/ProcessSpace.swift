import Glibc
import Host

/// Where the number of a process means it: one start of a machine, and a namespace of numbers, as a container has its own.
///
/// - Source: pid_namespaces(7); proc(5), `NSpid` in `/proc/PID/status`.
package struct ProcessSpace: Hashable, Sendable {
  /// The machine's start: `/proc/sys/kernel/random/boot_id`.
  private let boot: String
  /// The namespace's inode.
  private let namespace: UInt64

  /// That of this process; nil where `/proc` doesn't tell.
  package static let own = ProcessSpace(of: "self")

  /// As a probe writes it, `BOOT INODE`; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let namespace = UInt64(parts[1]) else { return nil }
    boot = String(parts[0].prefix(64))
    self.namespace = namespace
  }

  private init?(of process: String) {
    guard let boot = KernelText.read("/proc/sys/kernel/random/boot_id"),
      let namespace = Self.namespace(of: process)
    else { return nil }
    self.boot = String(boot.prefix { $0 != "\n" })
    self.namespace = namespace
  }

  /// The number here of the process that has `number` there; nil for one of another machine, and for one that is gone
  /// or can't be seen from here.
  ///
  /// - Complexity: O(processes) for another namespace, O(1) for the own.
  package func here(_ number: Int32) -> Int32? {
    guard let own = Self.own, own != self else { return number }
    guard own.boot == boot else { return nil }
    return ProcessTree.all().first {
      Self.namespace(of: "\($0)") == namespace && Self.innermost(of: $0) == number
    }
  }

  private static func namespace(of process: String) -> UInt64? {
    var facts = stat()
    return stat("/proc/\(process)/ns/pid", &facts) == 0 ? UInt64(facts.st_ino) : nil
  }

  /// The number of a process in the namespace that it is in.
  private static func innermost(of process: Int32) -> Int32? {
    let lines = KernelText.read("/proc/\(process)/status", longest: 4_096)?.split(separator: "\n")
    let line = lines?.first { $0.hasPrefix("NSpid:") }
    return line?.split { $0 == " " || $0 == "\t" }.last.flatMap { Int32($0) }
  }
}
