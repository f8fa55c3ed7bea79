import Augmentation
import Pipeline
import Quantities
import ScenarioFiles

/// The report of a run, schema `augtop-report/1`; keys may be added, never renamed.
struct Report: Encodable {
  /// The schema's name and version.
  var schema = "augtop-report/1"
  /// The scenario in force at the end.
  var scenario: ScenarioReport
  /// Seconds since the session's start.
  var wallS: Double
  /// Batches trained.
  var batches: Int
  /// Pictures trained.
  var images: Int
  /// The epoch's duration.
  var epoch: EpochReport
  /// Rates over the report's window.
  var throughput: Throughput
  /// The simulated GPU over the report's window.
  var gpu: GPU
  /// The queue over the report's window.
  var queue: Queue
  /// The workers over the report's window.
  var workers: Workers
  /// The stages, in their order.
  var stages: [StageReport]
  /// The limit and the advice.
  var verdict: VerdictReport
  /// The cost of augtop itself.
  var `self`: Own

  /// Rates a second.
  struct Throughput: Encodable {
    var imagesPerS: Double
    var batchesPerS: Double
  }

  /// Shares of the GPU's time, and the mean of a step in seconds.
  struct GPU: Encodable {
    var busyFraction: Double
    var hostFraction: Double
    var starvedFraction: Double
    var stepS: Double
  }

  /// Depths in batches.
  struct Queue: Encodable {
    var capacity: Int
    var meanDepth: Double
    var p50Depth: Int
    var maxDepth: Int
  }

  /// Seconds a batch, and shares of the workers' time.
  struct Workers: Encodable {
    var makeS: Double
    var lockWaitS: Double
    var overrunS: Double
    var makingFraction: Double
    var nappingFraction: Double
  }

  /// The verdict in words.
  struct VerdictReport: Encodable {
    var kind: String
    var because: String
    var next: String
    var inversion: String?
    var warning: String?
  }

  /// augtop's own cost: CPU as a share of one core, memory in bytes.
  struct Own: Encodable {
    var cpuFraction: Double
    var emulatedCores: Double
    var droppedEvents: Int
    var nsPerEvent: Double
    var residentBytes: Int
  }
}

extension Report {
  /// The report of a reading.
  init(_ reading: Reading) {
    let verdict = Verdict(reading)
    scenario = ScenarioReport(reading.scenario, reading.stageList)
    wallS = reading.at.seconds
    batches = reading.batchesTrained
    images = reading.imagesTrained
    epoch = EpochReport(reading.epoch)
    throughput = Throughput(
      imagesPerS: reading.consumer.imagesPerSecond,
      batchesPerS: reading.consumer.batchesPerSecond)
    gpu = GPU(
      busyFraction: reading.consumer.busy, hostFraction: reading.consumer.host,
      starvedFraction: reading.consumer.starved, stepS: reading.consumer.step?.seconds ?? 0)
    queue = Queue(
      capacity: reading.queue.limit, meanDepth: reading.queue.meanDepth,
      p50Depth: reading.queue.medianDepth, maxDepth: reading.queue.maxDepth)
    workers = Workers(
      makeS: reading.workers.make?.seconds ?? 0, lockWaitS: reading.workers.lockWait.seconds,
      overrunS: reading.workers.overrun.seconds, makingFraction: reading.workers.making,
      nappingFraction: reading.workers.napping)
    stages = reading.stages.map(StageReport.init)
    self.verdict = VerdictReport(
      kind: verdict.kind.rawValue, because: verdict.because,
      next: verdict.advice.sentence(reading.stageList),
      inversion: verdict.inversion, warning: verdict.warning)
    self.`self` = Own(
      cpuFraction: reading.own.cpuFraction, emulatedCores: reading.own.emulatedCores,
      droppedEvents: reading.own.droppedEvents, nsPerEvent: reading.own.nanosecondsPerEvent,
      residentBytes: reading.own.residentBytes)
  }
}

/// Seconds; null while too little has been measured.
struct EpochReport: Encodable {
  /// The epoch's duration; null before the first step.
  var seconds: Double?
  /// The lower end of its 90 % interval; null until there is one.
  var low: Double?
  /// The upper end of its 90 % interval; null until there is one.
  var high: Double?

  /// The settled estimate, else the present one, else the projection.
  init(_ epoch: EpochReading) {
    let estimate = epoch.settled ?? epoch.estimate
    seconds = estimate?.seconds ?? epoch.projected
    low = estimate?.low
    high = estimate?.high
  }

  private enum Key: CodingKey { case seconds, low, high }

  /// Always writes all keys; a value that wasn't measured is null.
  ///
  /// - Throws: The encoder's error.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(low, forKey: .low)
    try container.encode(high, forKey: .high)
  }
}

/// One stage: microseconds a picture, and the change of the epoch if it is switched, in seconds.
struct StageReport: Encodable {
  /// The stage's figures.
  var reading: StageReading

  /// A stage's report.
  init(_ reading: StageReading) { self.reading = reading }

  private enum Key: CodingKey {
    case id, enabled, cpuUsPerImage, wallUsPerImage, epochDeltaS, epochDeltaLowS
    case epochDeltaHighS
  }

  /// Always writes all keys; a value that wasn't measured is null.
  ///
  /// - Throws: The encoder's error.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(reading.stage.name, forKey: .id)
    try container.encode(reading.isOn, forKey: .enabled)
    try container.encode(reading.cpuPerImage?.microseconds, forKey: .cpuUsPerImage)
    try container.encode(reading.wallPerImage?.microseconds, forKey: .wallUsPerImage)
    try container.encode(reading.epochDelta?.seconds, forKey: .epochDeltaS)
    try container.encode(reading.epochDelta?.low, forKey: .epochDeltaLowS)
    try container.encode(reading.epochDelta?.high, forKey: .epochDeltaHighS)
  }
}

/// The scenario under its file's keys.
struct ScenarioReport: Encodable {
  /// The scenario.
  var scenario: Scenario
  /// The session's stages.
  var stages: StageList

  /// A scenario's report, with the names of the session's stages.
  init(_ scenario: Scenario, _ stages: StageList) {
    self.scenario = scenario
    self.stages = stages
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
  }

  /// Writes the scenario file's attributes in their order.
  ///
  /// - Throws: The encoder's error.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (key, value) in ScenarioFile.attributes(scenario, stages: stages).pairs {
      try encode(value, as: Key(stringValue: key), in: &container)
    }
  }

  /// TOML's scalars are JSON's; only arrays need a case for each type of element.
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
      let off = stages.filter { !scenario.stages.contains($0.id) }
      try container.encode(off.map(\.name), forKey: key)
    } else if key.stringValue == "augmentation.zoom-range" {
      let zoom = scenario.settings.zoomRange
      try container.encode([zoom.low, zoom.high], forKey: key)
    } else {
      try container.encode(String(value.dropFirst().dropLast()), forKey: key)
    }
  }
}

extension Verdict.Advice {
  /// The advice for the user of a command line.
  ///
  /// - Parameter stages: The session's.
  func sentence(_ stages: StageList) -> String {
    switch self {
    case .wait: "run longer: there is not enough to tell yet"
    case .resume: "resume the session"
    case .lessWork(let stage): "try --off \(stages[stage].name): less work"
    case .moreWorkers: "try one worker more: --workers"
    case .blockingLoader: "try --loader blocking: no naps"
    case .fasterGPU: "a faster GPU (--gpu) is all that would help"
    case .noLock: "try --no-gil, or workers that share no lock: --loader torch"
    case .noGovernor: "try --governor off: the highest clock"
    case .sharedMemory: "try --loader torch: batches in shared memory"
    }
  }
}
