import Glibc

/// Clock frequencies and idle states, as the kernel exports them; both change timings without any
/// change of the work.
///
/// - Source: Linux, Documentation/admin-guide/pm/cpufreq.rst, cpuidle.rst, intel_pstate.rst.
struct ClockFacts: Equatable {
  /// A core with a clock that the kernel sets.
  struct Core: Equatable {
    var number: Int
    var governor: String?
    var driver: String?
    /// Clocks in kHz.
    var lowest: Int?
    var highest: Int?
    var now: Int?
    /// The hint to a processor that chooses its own clock.
    var preference: String?
  }

  /// An idle state of a processor.
  struct IdleState: Equatable {
    var name: String
    /// To wake up from it, in microseconds.
    var latency: Int?
    var isDisabled: Bool
  }

  /// The processors.
  var cores: [Core] = []
  /// Processors that the kernel has, with or without a clock that it shows.
  var processors = 0
  /// Whether the clock may exceed its nominal frequency (turbo, boost); nil where the kernel
  /// doesn't export it.
  var hasBoost: Bool?
  /// The kernel's driver for idle states; nil where it names none.
  var idleDriver: String?
  /// The kernel's choice of idle states; nil where it names none.
  var idleGovernor: String?
  /// Of the first core that has any.
  var idleStates: [IdleState] = []
  /// Whether the machine is a virtual one.
  var isGuest = false
  /// As /proc/cpuinfo has it, in MHz; what a guest sees is the host's nominal clock.
  var statedMegahertz: Double?
  /// Whether two processors share a core.
  var sharesCores: Bool?
  /// How much later than asked a plain sleep may end, in nanoseconds.
  var timerSlack: Int?
  /// The kernel's ticks a second; nil for a copy of another machine.
  var ticks: Int?

  /// Reads the facts from /sys and /proc, or from a copy of them.
  init(_ system: SystemFolder) {
    let base = "/sys/devices/system/cpu"
    let numbers = system.numbers(in: base, of: "cpu")
    processors = numbers.count
    cores = numbers.compactMap { Core($0, "\(base)/cpu\($0)/cpufreq", system) }
    hasBoost = Self.boost(base, system)
    idleDriver = system.line("\(base)/cpuidle/current_driver").flatMap { $0 == "none" ? nil : $0 }
    idleGovernor =
      system.line("\(base)/cpuidle/current_governor")
      ?? system.line("\(base)/cpuidle/current_governor_ro")
    idleStates =
      numbers.lazy.map { Self.idleStates("\(base)/cpu\($0)/cpuidle", system) }
      .first { !$0.isEmpty } ?? []
    let flags = system.line("/proc/cpuinfo", beginning: "flags") ?? ""
    isGuest = flags.split(separator: " ").contains("hypervisor")
    statedMegahertz = system.line("/proc/cpuinfo", beginning: "cpu MHz").flatMap { Double($0) }
    sharesCores = system.number("\(base)/smt/active").map { $0 != 0 }
    timerSlack = system.number("/proc/self/timerslack_ns")
    if system.root.isEmpty {
      var tick = timespec()
      // The coarse clock moves once a tick.
      if clock_getres(CLOCK_MONOTONIC_COARSE, &tick) == 0, tick.tv_sec == 0, tick.tv_nsec > 0 {
        ticks = Int((1e9 / Double(tick.tv_nsec)).rounded())
      }
    }
  }

  private static func boost(_ base: String, _ system: SystemFolder) -> Bool? {
    if let turboIsOff = system.number("\(base)/intel_pstate/no_turbo") { return turboIsOff == 0 }
    return system.number("\(base)/cpufreq/boost").map { $0 != 0 }
  }

  private static func idleStates(_ folder: String, _ system: SystemFolder) -> [IdleState] {
    system.numbers(in: folder, of: "state").map { number in
      let state = "\(folder)/state\(number)"
      return IdleState(
        name: system.line("\(state)/name") ?? "state\(number)",
        latency: system.number("\(state)/latency"),
        isDisabled: (system.number("\(state)/disable") ?? 0) != 0)
    }
  }
}

extension ClockFacts.Core {
  /// nil where the kernel shows nothing of this core's clock.
  fileprivate init?(_ number: Int, _ folder: String, _ system: SystemFolder) {
    self.number = number
    governor = system.line("\(folder)/scaling_governor")
    driver = system.line("\(folder)/scaling_driver")
    lowest = system.number("\(folder)/scaling_min_freq")
    highest = system.number("\(folder)/scaling_max_freq")
    now = system.number("\(folder)/scaling_cur_freq")
    preference = system.line("\(folder)/energy_performance_preference")
    guard governor != nil || driver != nil || now != nil else { return nil }
  }
}
