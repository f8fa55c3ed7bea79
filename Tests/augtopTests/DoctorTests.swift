import Foundation
import TestSupport
import Testing

/// The doctor before copies of other machines' /proc and /sys.
@Suite struct DoctorTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func put(_ path: String, _ text: String) throws {
    let parent = (folder.path(path) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try folder.write(path, text: text + "\n")
  }

  private func putCore(
    _ number: Int, governor: String, highest: Int, now: Int, preference: String? = nil
  ) throws {
    let core = "sys/devices/system/cpu/cpu\(number)/cpufreq/"
    try put(core + "scaling_governor", governor)
    try put(core + "scaling_driver", "intel_pstate")
    try put(core + "scaling_min_freq", "800000")
    try put(core + "scaling_max_freq", "\(highest)")
    try put(core + "scaling_cur_freq", "\(now)")
    if let preference { try put(core + "energy_performance_preference", preference) }
  }

  private func putIdleState(
    _ number: Int, _ name: String, latency: Int, isDisabled: Bool = false
  ) throws {
    let state = "sys/devices/system/cpu/cpu0/cpuidle/state\(number)/"
    try put(state + "name", name)
    try put(state + "latency", "\(latency)")
    try put(state + "disable", isDisabled ? "1" : "0")
  }

  /// The doctor's lines about the copy, each without the spaces around it.
  private func lines() throws -> [String] {
    let doctor = try Command("doctor", "--root", folder.path)
    #expect(doctor.status == 0, "\(doctor.complaints)")
    return doctor.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private func expect(
    _ lines: [String], _ name: String, _ value: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let isThere = lines.contains {
      $0.hasPrefix(name) && $0.dropFirst(name.count).drop { $0 == " " } == value
    }
    #expect(
      isThere, "no '\(name)  \(value)' in\n\(lines.joined(separator: "\n"))",
      sourceLocation: sourceLocation)
  }

  /// What watching a job needs: shared memory, and a Python with a framework.
  @Test func aPythonIsFoundWithItsFrameworks() throws {
    let python = folder.path("python3")
    let script = "#!/bin/sh\necho /opt/bin/python3 3.12.1\necho torch 2.5.0\necho keras 3.5\n"
    try writeProgram(script, to: python)
    let doctor = try Command(["doctor"], environment: ["PATH": folder.path, "TERM": "no-such"])
    let lines = doctor.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    expect(lines, "Python", "/opt/bin/python3 3.12.1")
    expect(lines, "frameworks", "torch 2.5.0, keras 3.5")
    #expect(lines.contains { $0.hasPrefix("shared memory") })
    #expect(lines.contains { $0.hasPrefix("entry") && $0.contains("none in ") })
    let none = try Command(["doctor"], environment: ["PATH": folder.path("nowhere")])
    #expect(none.output.contains("none on the path"))
  }

  @Test func aLaptop() throws {
    for core in 0..<8 {
      try putCore(
        core, governor: "powersave", highest: 4_200_000, now: 800_000 + core * 100_000,
        preference: "balance_performance")
    }
    for core in 8..<10 {
      try putCore(core, governor: "performance", highest: 3_100_000, now: 3_100_000)
    }
    try put("sys/devices/system/cpu/intel_pstate/no_turbo", "0")
    try put("sys/devices/system/cpu/cpuidle/current_driver", "intel_idle")
    try put("sys/devices/system/cpu/cpuidle/current_governor", "menu")
    try putIdleState(0, "POLL", latency: 0)
    try putIdleState(1, "C1E", latency: 10)
    try putIdleState(2, "C6", latency: 133)
    try putIdleState(3, "C10", latency: 890, isDisabled: true)
    try put("sys/devices/system/cpu/smt/active", "1")
    try put("proc/self/timerslack_ns", "50000")
    try put("proc/cpuinfo", "processor\t: 0\ncpu MHz\t\t: 1400.1\nflags\t\t: fpu sse avx2")

    let lines = try lines()
    expect(
      lines, "clock of 0–7",
      "governor powersave, driver intel_pstate, 0.80 to 4.20 GHz, preference balance_performance")
    expect(
      lines, "clock of 8–9", "governor performance, driver intel_pstate, 0.80 to 3.10 GHz")
    expect(lines, "GHz now, cpu0…", "0.80 0.90 1.00 1.10 1.20 1.30 1.40 1.50")
    expect(lines, "cpu8…", "3.10 3.10")
    expect(lines, "turbo", "on")
    expect(
      lines, "! governor powersave:",
      "clocks follow the load, so native times move with it")
    expect(
      lines, "idle states", "POLL 0 µs, C1E 10 µs, C6 133 µs, C10 890 µs (off); intel_idle, menu")
    expect(lines, "! waking from C6 takes up to 133 µs:", "short waits come out long")
    expect(lines, "threads a core", "two or more: they share it")
    expect(lines, "timer slack", "50.0 µs")
    #expect(lines.contains { $0.contains("cpupower frequency-set -g performance") })
    #expect(!lines.contains { $0.hasPrefix("kernel tick") })
  }

  @Test func aVirtualMachine() throws {
    try put("sys/devices/system/cpu/cpu0/topology/core_id", "0")
    try put("sys/devices/system/cpu/cpuidle/current_driver", "none")
    try put("proc/cpuinfo", "cpu MHz : 2599.996\nflags : fpu hypervisor avx2")
    let lines = try lines()
    expect(lines, "governor", "not shown: this is a virtual machine; stated: 2.60 GHz")
    expect(lines, "idle states", "not shown: the host decides")
    #expect(lines.contains { $0.contains("only on the host; here, time one and the same loop") })
    #expect(!lines.contains { $0.contains("turbo") || $0.contains("cpupower") })
  }

  @Test func allCoresFixed() throws {
    for core in 0..<2 {
      try putCore(core, governor: "performance", highest: 3_600_000, now: 3_600_000)
    }
    try put("sys/devices/system/cpu/cpufreq/boost", "0")
    let lines = try lines()
    expect(
      lines, "clock of all 2", "governor performance, driver intel_pstate, 0.80 to 3.60 GHz")
    expect(lines, "turbo", "off")
    #expect(!lines.contains { $0.contains("clocks follow the load") })
  }

  @Test func anEmptyOrBrokenCopyIsNoTrouble() throws {
    expect(try lines(), "governor", "not shown")
    try put("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "fast")
    try put("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "")
    try put("sys/devices/system/cpu/cpu0/cpufreq/scaling_driver", "acpi-cpufreq")
    try put("sys/devices/system/cpu/cpu0/cpuidle/state0/latency", "soon")
    let lines = try lines()
    expect(lines, "clock of all 1", "no governor shown, driver acpi-cpufreq")
    expect(lines, "GHz now, cpu0", "–")
    expect(lines, "idle states", "state0")
  }

  @Test func aCopyThatIsNotThere() throws {
    let doctor = try Command("doctor", "--root", "no-such-folder", in: folder)
    #expect(doctor.status == 2)
    #expect(doctor.complaints.contains("--root no-such-folder: there is no such folder"))
  }

  /// A made-up Python whose NumPy rounds as it is given.
  private func python(_ product: String) throws -> String {
    let path = folder.path("python")
    try writeProgram(
      "#!/bin/sh\necho numpy 9.8\necho product \(product)\necho done\n", to: path)
    return path
  }

  @Test func numPysRoundingIsNamed() throws {
    // Three times a matrix: a, its square's parts separate or fused.
    let a = "0.1 0.7 0 -1.1 0.9 0 0 0 1"
    func square(_ sum: (Double, Double, Double, Double) -> Double) -> String {
      let m = [0.1, 0.7, -1.1, 0.9]
      let parts = [
        sum(m[0], m[0], m[1], m[2]), sum(m[0], m[1], m[1], m[3]), 0,
        sum(m[2], m[0], m[3], m[2]), sum(m[2], m[1], m[3], m[3]), 0, 0, 0, 1,
      ]
      return parts.map { "\($0)" }.joined(separator: " ")
    }
    let separate = square { $0 * $1 + $2 * $3 }
    let fused = square { ($0 * $1).addingProduct($2, $3) }
    for (product, word) in [(separate, "separate:"), (fused, "fused:"), (a, "neither")] {
      let path = try python("\(a) \(a) \(product)")
      let doctor = try Command("doctor", "--python", path)
      #expect(doctor.status == 0, "\(doctor.complaints)")
      let line = doctor.output.split(separator: "\n").first { $0.hasPrefix("  dot ") }
      #expect(line?.contains(" \(word)") == true, "\(doctor.output)")
      #expect(doctor.output.contains("9.8"))
    }
    let missing = try Command("doctor", "--python", folder.path("nowhere"))
    #expect(missing.status == 1 && missing.output.isEmpty)
  }
}
