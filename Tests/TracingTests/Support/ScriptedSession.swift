import Augmentation
import Pipeline
import Quantities
import TestSupport
import Tracing

/// A made-up session with its sums, counted while it is made and not from what is written.
struct ScriptedSession {
  var events: [Event] = []
  /// Nanoseconds by track and slice, as a viewer adds them up.
  var sums: [String: [String: Int64]] = [:]
  /// CPU time of batches and stages, and time in the lock, by annotation.
  var numbers: [String: Int64] = [:]
  /// Queue depths in the order of time.
  var depths: [Int64] = []
  private var depthTimes: [(at: Nanoseconds, depth: Int64)] = []

  static let scenario = Scenario(name: "scripted \"ünïcode\" 批次")

  /// - Parameter batches: How many batches each worker makes.
  init(workers: Int, batches: Int, seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    for worker in 0..<workers { make(batches, worker: worker, of: workers, with: &random) }
    train(workers * batches, with: &random)
    depths = depthTimes.sorted { $0.at < $1.at }.map(\.depth)
  }

  /// Writes the session as a file, and flushes it now and then, as a recorder does.
  func write(to path: String) throws {
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    for (index, event) in events.enumerated() {
      file.append(event)
      if index % 100 == 0 { try file.flush() }
    }
    try file.close()
  }

  private mutating func make(
    _ batches: Int, worker: Int, of workers: Int, with random: inout SeededNumbers
  ) {
    let track = "worker \(worker + 1)"
    // Workers and consumer both record depths; odd times for the consumer avoid ties in the order.
    var now = Nanoseconds(Int64(worker) * 2)
    func spend(_ most: Int64, _ random: inout SeededNumbers) -> Nanoseconds {
      now = now + Nanoseconds(Int64.random(in: 0...most, using: &random) * 2 * Int64(workers))
      return now
    }
    for index in 0..<batches {
      let start = spend(1_000, &random)
      var made = BatchMade(
        batch: index * workers + worker, worker: worker, pictures: index % 32 + 1,
        generation: index / 10, start: start)
      made.hasStageCPU = index % 16 == 0
      for stage in Stage.allCases {
        // Every third stage of some batches takes no time and has no slice.
        let before = now
        var time = StageTime(end: (stage.index + index) % 3 == 0 ? now : spend(40_000, &random))
        let wall = (now - before).count
        if wall > 0 { add(wall, track, stage.rawValue) }
        if index % 4 == 1 { time.wait = Nanoseconds(wall / 3) }
        if made.hasStageCPU, wall > 0 {
          time.cpu = Nanoseconds(wall / 2)
          numbers["\(stage.rawValue) cpu_ns", default: 0] += wall / 2
        }
        made.stages.append(time)
      }
      made.finished = spend(500, &random)
      if index % 5 == 2 {
        let wait = WorkerWait(
          worker: worker, reason: .room, start: now, end: spend(80_000, &random))
        events.append(.waited(wait))
        add((wait.end - wait.start).count, track, "wait for room")
      }
      made.put = spend(100, &random)
      made.depth = Int.random(in: 1...10, using: &random)
      depthTimes.append((made.put, Int64(made.depth)))
      made.cpu = Nanoseconds((made.finished - made.start).count / 2)
      if index % 9 == 0 { made.serialization = Nanoseconds(1_234) }
      made.lockWait = Nanoseconds(Int64.random(in: 0...5_000_000, using: &random))
      numbers["batch cpu_ns", default: 0] += (made.cpu?.count ?? 0)
      numbers["batch lock_wait_ns", default: 0] += made.lockWait.count
      numbers["batch overrun_ns", default: 0] += 0
      add((made.put - made.start).count, track, "batch")
      events.append(.made(made))
      if index % 7 == 3 {
        let wait = WorkerWait(
          worker: worker, reason: .nap, start: now, end: spend(50_000_000, &random))
        events.append(.waited(wait))
        add((wait.end - wait.start).count, track, "nap: queue full")
      }
    }
  }

  private mutating func train(_ steps: Int, with random: inout SeededNumbers) {
    let track = "gpu (simulated)"
    var now = Nanoseconds(1)
    func spend(_ most: Int64) -> Nanoseconds {
      now = now + Nanoseconds(Int64.random(in: 0...most, using: &random) * 2)
      return now
    }
    for batch in 0..<steps {
      let wanted = now
      let at = batch % 3 == 0 ? now : spend(10_000_000)
      if at > wanted { add((at - wanted).count, track, "starved") }
      // A full lane dropped some takings: the step still has its wait.
      if batch % 11 != 5 {
        let depth = Int.random(in: 0...9, using: &random)
        events.append(
          .taken(
            BatchTaken(
              batch: batch, wanted: wanted, at: at, depth: depth,
              polls: at > wanted ? batch % 4 : 0)))
        depthTimes.append((at, Int64(depth)))
      }
      var step = StepDone(
        batch: batch, pictures: 32, wanted: wanted, taken: at, hostEnd: spend(200_000),
        transferEnd: batch % 2 == 0 ? now : spend(90_000), end: spend(3_400_000),
        lockWait: .microseconds(Int64(batch)), cpu: .microseconds(200))
      if batch % 5 == 0 { (step.deserialization, step.clock) = (Nanoseconds(77), 0.4) }
      let locked = min(step.lockWait, step.hostEnd - step.taken)
      add((step.hostEnd - step.taken - locked).count, track, "host")
      add(locked.count, track, "wait for the lock")
      add((step.transferEnd - step.hostEnd).count, track, "transfer")
      add((step.end - step.transferEnd).count, track, "compute")
      add((step.end - step.taken).count, track, "step")
      numbers["step cpu_ns", default: 0] += step.cpu.count
      numbers["step lock_wait_ns", default: 0] += step.lockWait.count
      events.append(.stepped(step))
    }
  }

  private mutating func add(_ count: Int64, _ track: String, _ slice: String) {
    guard count > 0 || slice == "batch" || slice == "step" else { return }
    sums[track, default: [:]][slice, default: 0] += count
  }

  static func header(
    clocks: SessionClocks = SessionClocks(
      monotonic: 123_456_789_012_345, boottime: 123_456_999_000_000,
      realtime: 1_790_000_000_000_000_000)
  ) -> SessionHeader {
    SessionHeader(
      scenario: scenario,
      attributes: [
        SessionHeader.Attribute("scenario.name", scenario.name),
        SessionHeader.Attribute("scenario.text", "[loader]\nname = \"keras-threads\" # ü 批次\n"),
      ],
      version: "0.1.0-test", clocks: clocks, process: 4711)
  }

  /// A reading with a number in every counter.
  static func reading(at: Nanoseconds, _ step: Int) -> Reading {
    var reading = Reading(
      scenario: scenario,
      dataset: DatasetFacts(count: 50_000, shape: PictureShape(height: 32, width: 32, channels: 3)),
      stages: scenario.generatorStages, epoch: EpochReading(samples: 50_000),
      queue: QueueReading(limit: 10))
    reading.at = at
    reading.consumer.busy = 0.84 / Double(step)
    reading.consumer.host = 0.05
    reading.consumer.starved = 0.11
    reading.consumer.imagesPerSecond = 7_936.5 * Double(step)
    reading.imagesTrained = 32 * step
    reading.own.cpuFraction = 0.004
    reading.own.emulatedCores = 1.02
    reading.own.droppedEvents = step
    reading.own.residentBytes = 90_000_000
    reading.stages = reading.stageList.map { stage in
      var one = StageReading(stage: stage, isOn: true)
      if stage.id != .zoom { one.cpuPerImage = Nanoseconds(Int64(stage.id.index * 1_000 + step)) }
      return one
    }
    return reading
  }
}
