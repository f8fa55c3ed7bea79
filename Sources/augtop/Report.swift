import Augmentation
import Configuration
import Pipeline

/// The report of a run, schema `augtop-report/1`; keys may be added, never renamed.
struct Report: Encodable {
  var schema = "augtop-report/1"
  var scenario: ScenarioReport
  var wall_s: Double
  var batches: Int
  var images: Int
  var epoch: EpochReport
  var throughput: Throughput
  var gpu: GPU
  var queue: Queue
  var workers: Workers
  var stages: [StageReport]
  var verdict: VerdictReport
  var `self`: Own

  struct Throughput: Encodable {
    var images_per_s: Double
    var batches_per_s: Double
  }

  struct GPU: Encodable {
    var busy_fraction: Double
    var host_fraction: Double
    var starved_fraction: Double
    var step_s: Double
  }

  struct Queue: Encodable {
    var capacity: Int
    var mean_depth: Double
    var p50_depth: Int
    var max_depth: Int
  }

  struct Workers: Encodable {
    var make_s: Double
    var lock_wait_s: Double
    var overrun_s: Double
    var making_fraction: Double
    var napping_fraction: Double
  }

  struct VerdictReport: Encodable {
    var kind: String
    var because: String
    var next: String
  }

  struct Own: Encodable {
    var cpu_fraction: Double
    var emulated_cores: Double
    var dropped_events: Int
    var ns_per_event: Double
    var resident_bytes: Int
  }
}

extension Report {
  init(_ reading: Reading) {
    let verdict = Verdict(reading)
    scenario = ScenarioReport(reading.scenario)
    wall_s = reading.at.seconds
    batches = reading.batchesTrained
    images = reading.imagesTrained
    epoch = EpochReport(reading.epoch)
    throughput = Throughput(
      images_per_s: reading.consumer.imagesPerSecond,
      batches_per_s: reading.consumer.batchesPerSecond)
    gpu = GPU(
      busy_fraction: reading.consumer.busy, host_fraction: reading.consumer.host,
      starved_fraction: reading.consumer.starved, step_s: reading.consumer.step?.seconds ?? 0)
    queue = Queue(
      capacity: reading.queue.limit, mean_depth: reading.queue.meanDepth,
      p50_depth: reading.queue.medianDepth, max_depth: reading.queue.maxDepth)
    workers = Workers(
      make_s: reading.workers.make?.seconds ?? 0, lock_wait_s: reading.workers.lockWait.seconds,
      overrun_s: reading.workers.overrun.seconds, making_fraction: reading.workers.making,
      napping_fraction: reading.workers.napping)
    stages = reading.stages.map(StageReport.init)
    self.verdict = VerdictReport(
      kind: verdict.kind.rawValue, because: verdict.because, next: verdict.advice.sentence)
    self.`self` = Own(
      cpu_fraction: reading.own.cpuFraction, emulated_cores: reading.own.emulatedCores,
      dropped_events: reading.own.droppedEvents, ns_per_event: reading.own.nanosecondsPerEvent,
      resident_bytes: reading.own.residentBytes)
  }
}

/// Seconds; null while there isn't enough to tell.
struct EpochReport: Encodable {
  var seconds: Double?
  var low: Double?
  var high: Double?

  init(_ epoch: EpochReading) {
    let estimate = epoch.settled ?? epoch.estimate
    seconds = estimate?.seconds ?? epoch.projected
    low = estimate?.low
    high = estimate?.high
  }

  private enum Key: CodingKey { case seconds, low, high }

  // The keys are always there, as null where nothing is known.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(low, forKey: .low)
    try container.encode(high, forKey: .high)
  }
}

struct StageReport: Encodable {
  var reading: StageReading

  init(_ reading: StageReading) { self.reading = reading }

  private enum Key: CodingKey {
    case id, enabled, cpu_us_per_image, wall_us_per_image, epoch_delta_s, epoch_delta_low_s
    case epoch_delta_high_s
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(reading.stage.rawValue, forKey: .id)
    try container.encode(reading.isOn, forKey: .enabled)
    try container.encode(reading.cpuPerImage?.microseconds, forKey: .cpu_us_per_image)
    try container.encode(reading.wallPerImage?.microseconds, forKey: .wall_us_per_image)
    try container.encode(reading.epochDelta?.seconds, forKey: .epoch_delta_s)
    try container.encode(reading.epochDelta?.low, forKey: .epoch_delta_low_s)
    try container.encode(reading.epochDelta?.high, forKey: .epoch_delta_high_s)
  }
}

/// The scenario under its file's keys.
struct ScenarioReport: Encodable {
  var scenario: Scenario

  init(_ scenario: Scenario) { self.scenario = scenario }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (key, value) in ScenarioFile.attributes(scenario).pairs {
      try encode(value, as: Key(stringValue: key), in: &container)
    }
  }

  /// TOML's scalars are JSON's; only arrays need their elements told apart.
  private func encode(
    _ value: String, as key: Key, in container: inout KeyedEncodingContainer<Key>
  ) throws {
    if value == "true" || value == "false" {
      try container.encode(value == "true", forKey: key)
    } else if let whole = Int(value) {
      try container.encode(whole, forKey: key)
    } else if let number = Double(value) {
      try container.encode(number, forKey: key)
    } else if key.stringValue == "stages.off" {
      let off = Stage.allCases.filter { !scenario.stages.contains($0) }
      try container.encode(off.map(\.rawValue), forKey: key)
    } else if key.stringValue == "augmentation.zoom-range" {
      let zoom = scenario.settings.zoomRange
      try container.encode([zoom.low, zoom.high], forKey: key)
    } else {
      try container.encode(String(value.dropFirst().dropLast()), forKey: key)
    }
  }
}

extension Verdict.Advice {
  /// What to try, for somebody at a command line.
  var sentence: String {
    switch self {
    case .wait: "run longer: there is not enough to tell yet"
    case .resume: "resume the session"
    case .lessWork(let stage): "try --off \(stage.rawValue): less work"
    case .moreWorkers: "try one worker more: --workers"
    case .blockingLoader: "try --loader blocking: no naps"
    case .fasterGPU: "a faster GPU (--gpu) is all that would help"
    }
  }
}
