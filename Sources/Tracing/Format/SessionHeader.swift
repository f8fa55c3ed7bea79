import Augmentation
import CLinux
import Glibc
package import Pipeline
package import Quantities

/// The facts about a session that its file holds before the first event.
package struct SessionHeader: Sendable {
  /// The layout of session files that this program writes.
  package static let format = 1

  /// The scenario that the session begins with.
  package var scenario: Scenario
  /// The number and shape of its pictures; nil where they aren't known.
  package var dataset: DatasetFacts?
  /// Its stages, in their order.
  package var stages: StageList
  /// The scenario's keys and values, as a scenario file has them, and any further attributes.
  package var attributes: [Attribute]
  /// This program's version.
  package var version: String
  /// The session's start on the system's clocks.
  package var clocks: SessionClocks
  /// The machine that the session runs on.
  package var machine: Machine
  /// The process's id.
  package var process: Int32
  /// A random number that distinguishes this session from all others.
  package var identity: Identity

  /// A header; by default of a session that starts now, in this process, on this machine.
  ///
  /// - Parameter stages: Nil means the stages of the scenario's generator.
  package init(
    scenario: Scenario, dataset: DatasetFacts? = nil, stages: StageList? = nil,
    attributes: [Attribute] = [], version: String,
    clocks: SessionClocks = .now(), machine: Machine = .current(), process: Int32 = getpid(),
    identity: Identity = .random()
  ) {
    self.scenario = scenario
    self.dataset = dataset
    self.stages = stages ?? scenario.generatorStages
    self.attributes = attributes
    self.version = version
    self.clocks = clocks
    self.machine = machine
    self.process = process
    self.identity = identity
  }

  /// A key and its value.
  package struct Attribute: Hashable, Sendable {
    /// The key, with dots between its parts: `machine.cores`.
    package var key: String
    /// The value as text.
    package var value: String

    /// An attribute of a key and a value.
    package init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  /// A session's identity: 128 bits, written as the trace's UUID.
  package struct Identity: Hashable, Sendable {
    /// The upper 64 bits.
    package var high: Int64
    /// The lower 64 bits.
    package var low: Int64

    /// An identity that was read from a file.
    package init(high: Int64, low: Int64) {
      self.high = high
      self.low = low
    }

    /// A new identity from the system's random number generator.
    package static func random() -> Identity {
      Identity(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
    }
  }

  /// All facts of the header as attributes, in the order in which they are written.
  package var allAttributes: [Attribute] {
    [
      Attribute("augtop.version", version),
      Attribute("session.scenario", scenario.name),
      Attribute("session.seed", "\(scenario.seed)"),
      Attribute("session.compute_ns", ExactTime.write(scenario.consumer.compute.mean)),
      Attribute("clock.monotonic_ns", "\(clocks.monotonic)"),
      Attribute("clock.boottime_ns", "\(clocks.boottime)"),
      Attribute("clock.realtime_ns", "\(clocks.realtime)"),
      Attribute("machine.kernel", "\(machine.system) \(machine.release)"),
      Attribute("machine.architecture", machine.architecture),
      Attribute("machine.cpu", machine.processor),
      Attribute("machine.cores", "\(machine.cores)"),
    ] + stepAttributes + datasetAttributes + StageListText.write(stages, on: scenario.stages)
      + CostProfileText.write(scenario.costs) + attributes
  }

  private var stepAttributes: [Attribute] {
    guard case .sampled(let steps) = scenario.consumer.compute else { return [] }
    return [Attribute("session.step_times_ns", StepTimesText.write(steps.recording))]
  }

  private var datasetAttributes: [Attribute] {
    guard let dataset else { return [] }
    return [
      Attribute("dataset.pictures", "\(dataset.count)"),
      Attribute("dataset.height", "\(dataset.shape.height)"),
      Attribute("dataset.width", "\(dataset.shape.width)"),
      Attribute("dataset.channels", "\(dataset.shape.channels)"),
    ]
  }
}

/// The start of a session on three clocks, in nanoseconds.
package struct SessionClocks: Hashable, Sendable {
  /// CLOCK_MONOTONIC, which the times of a session are counted on.
  package var monotonic: UInt64
  /// CLOCK_BOOTTIME: time since the machine's start, sleep included.
  package var boottime: UInt64
  /// CLOCK_REALTIME: time since 1970 (UTC).
  package var realtime: UInt64

  /// Three readings of one moment, in nanoseconds.
  package init(monotonic: UInt64, boottime: UInt64, realtime: UInt64) {
    self.monotonic = monotonic
    self.boottime = boottime
    self.realtime = realtime
  }

  /// The present moment; the three clocks are read one after the other.
  package static func now() -> SessionClocks {
    SessionClocks(
      monotonic: read(CLOCK_MONOTONIC), boottime: read(CLOCK_BOOTTIME),
      realtime: read(CLOCK_REALTIME))
  }

  /// The moment at which CLOCK_MONOTONIC had the value `moment`; the two other clocks are computed
  /// from their present distance to it.
  package init(monotonic moment: Nanoseconds) {
    let now = Self.now()
    let elapsed = now.monotonic &- UInt64(moment.count)
    self.init(
      monotonic: UInt64(moment.count), boottime: now.boottime &- elapsed,
      realtime: now.realtime &- elapsed)
  }

  private static func read(_ clock: Int32) -> UInt64 { UInt64(cl_clock_ns(clock)) }
}

/// The machine a session ran on.
package struct Machine: Hashable, Sendable {
  /// The kernel's name, as "Linux".
  package var system: String
  /// The kernel's release, as "6.8.0-45-generic".
  package var release: String
  /// The kernel's build, `version` of `uname`: its number and date.
  package var build: String
  /// The processor's architecture, as "x86_64".
  package var architecture: String
  /// The processor's name; empty where `/proc/cpuinfo` has no "model name".
  package var processor: String
  /// The number of processors that this process may run on.
  package var cores: Int

  /// A machine, as a session file describes it.
  package init(
    system: String, release: String, build: String, architecture: String, processor: String,
    cores: Int
  ) {
    self.system = system
    self.release = release
    self.build = build
    self.architecture = architecture
    self.processor = processor
    self.cores = cores
  }

  /// The machine that this process runs on, from `uname` and `/proc/cpuinfo`.
  package static func current() -> Machine {
    var names = utsname()
    uname(&names)
    return Machine(
      system: text(of: names.sysname), release: text(of: names.release),
      build: text(of: names.version), architecture: text(of: names.machine),
      processor: processorName(), cores: Int(cl_usable_processors()))
  }

  /// A C array of characters that ends at its first zero.
  private static func text<Characters>(of characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private static func processorName() -> String {
    guard let file = fopen("/proc/cpuinfo", "r") else { return "" }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      guard text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") else { continue }
      return String(text[text.index(after: colon)...].drop { $0 == " " })
    }
    return ""
  }
}
