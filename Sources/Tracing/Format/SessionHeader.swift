import Augmentation
import CLinux
import Glibc
package import Pipeline
package import Quantities

/// What a session file says of its session before the first event.
package struct SessionHeader: Sendable {
  /// The layout of session files that this program writes.
  package static let format = 1

  package var scenario: Scenario
  /// Its pictures, where they are known.
  package var dataset: DatasetFacts?
  /// Its stages, in their order.
  package var stages: StageList
  /// The scenario as its file would say it, key by key; and anything else worth keeping.
  package var attributes: [Attribute]
  /// This program's version.
  package var version: String
  package var clocks: SessionClocks
  package var machine: Machine
  package var process: Int32
  /// Tells sessions apart.
  package var identity: Identity

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

  package struct Attribute: Hashable, Sendable {
    package var key: String
    package var value: String

    package init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  package struct Identity: Hashable, Sendable {
    package var high: Int64
    package var low: Int64

    package init(high: Int64, low: Int64) {
      self.high = high
      self.low = low
    }

    package static func random() -> Identity {
      Identity(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
    }
  }

  /// Everything, key by key, in the order in which it is written.
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

/// The moment a session starts on three clocks, in nanoseconds.
package struct SessionClocks: Hashable, Sendable {
  /// CLOCK_MONOTONIC: what a session's times are counted on.
  package var monotonic: UInt64
  package var boottime: UInt64
  /// Since 1970.
  package var realtime: UInt64

  package init(monotonic: UInt64, boottime: UInt64, realtime: UInt64) {
    self.monotonic = monotonic
    self.boottime = boottime
    self.realtime = realtime
  }

  package static func now() -> SessionClocks {
    SessionClocks(
      monotonic: read(CLOCK_MONOTONIC), boottime: read(CLOCK_BOOTTIME),
      realtime: read(CLOCK_REALTIME))
  }

  /// The moment when CLOCK_MONOTONIC stood there.
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
  package var system: String
  package var release: String
  package var build: String
  package var architecture: String
  /// The processor's name; empty where the kernel doesn't say.
  package var processor: String
  /// Processors this process may run on.
  package var cores: Int

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
