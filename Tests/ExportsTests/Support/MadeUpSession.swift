import Augmentation
import Pipeline
import Quantities
import Recordings
import ScenarioFiles
import TestSupport
import Tracing

/// A session made up from a seed, with sums counted from its events and from nothing that is written.
struct MadeUpSession {
  var events: [Event] = []
  /// Nanoseconds by slice, of slices that took any time.
  var times: [String: Int64] = [:]
  var batches = 0
  var steps = 0
  var pictures = 0
  var scenario: Scenario

  init(workers: Int = 3, batches: Int = 40, seed: UInt64) {
    scenario = Scenario(name: "made \"up\" <b>&</b> | 批次")
    scenario.workers = workers
    scenario.loader = .blocking
    var random = SeededNumbers(seed: seed)
    var clocks = [Nanoseconds](repeating: .zero, count: workers)
    var consumer = Nanoseconds.milliseconds(1)
    for batch in 0..<batches {
      let worker = batch % workers
      make(batch, worker, &clocks[worker], &random)
      train(batch, &consumer, &random)
    }
    events.sort { $0.at < $1.at }
  }

  private mutating func make(
    _ batch: Int, _ worker: Int, _ now: inout Nanoseconds, _ random: inout SeededNumbers
  ) {
    func spend(_ most: Int64, _ random: inout SeededNumbers) -> Nanoseconds {
      now = now + Nanoseconds(Int64.random(in: 1...most, using: &random))
      return now
    }
    if batch % 5 == 0 {
      let reason: WorkerWait.Reason = batch % 2 == 0 ? .nap : .demand
      let start = now
      let end = spend(9_000_000, &random)
      events.append(
        .waited(WorkerWait(worker: worker, reason: reason, start: start, end: end)))
      add(end - start, reason == .nap ? "nap: queue full" : "wait for demand")
    }
    var made = BatchMade(
      batch: batch, worker: worker, pictures: batch % 7 + 1, generation: 0, start: now)
    for stage in Stage.allCases {
      let before = now
      // Stages that take no time have no slice.
      made.stages.append(
        StageTime(end: (stage.index + batch) % 4 == 0 ? now : spend(80_000, &random)))
      add(now - before, stage.rawValue)
    }
    if batch % 6 == 0 {
      made.serialization = spend(30_000, &random) - made.stages[13].end
      add(made.serialization, "serialize")
    }
    made.finished = spend(500, &random)
    made.put = now
    if batch % 3 == 0 {
      let end = spend(100_000, &random)
      events.append(
        .waited(WorkerWait(worker: worker, reason: .room, start: made.finished, end: end)))
      add(end - made.finished, "wait for room")
      made.put = end
    }
    made.depth = Int.random(in: 1...10, using: &random)
    made.cpu = Nanoseconds(12_345)
    if batch % 4 == 0 {
      made.hasStageCPU = true
      for index in made.stages.indices { made.stages[index].cpu = Nanoseconds(Int64(batch) + 1) }
    }
    made.lockWait = Nanoseconds(Int64(batch))
    events.append(.made(made))
    add(made.put - made.start, "batch")
    batches += 1
  }

  private mutating func train(
    _ batch: Int, _ now: inout Nanoseconds, _ random: inout SeededNumbers
  ) {
    func spend(_ most: Int64, _ random: inout SeededNumbers) -> Nanoseconds {
      now = now + Nanoseconds(Int64.random(in: 1...most, using: &random))
      return now
    }
    let wanted = now
    let taken = batch % 4 == 0 ? now : spend(2_000_000, &random)
    events.append(
      .taken(
        BatchTaken(
          batch: batch, wanted: wanted, at: taken, depth: batch % 10, polls: taken > wanted ? 2 : 0)
      ))
    let locked = batch % 3 == 0 ? now : spend(40_000, &random)
    let step = StepDone(
      batch: batch, pictures: batch % 7 + 1, wanted: wanted, taken: taken,
      hostEnd: spend(300_000, &random), transferEnd: batch % 2 == 0 ? now : spend(90_000, &random),
      end: spend(3_000_000, &random), lockWait: locked - taken, cpu: .microseconds(200))
    events.append(.stepped(step))
    add(step.taken - step.wanted, "starved")
    add(locked - taken, "wait for the lock")
    add(step.hostEnd - locked, "host")
    add(step.transferEnd - step.hostEnd, "transfer")
    add(step.end - step.transferEnd, "compute")
    add(step.end - step.taken, "step")
    steps += 1
    pictures += step.pictures
    pause(after: batch, &now, &random)
  }

  /// The first step's rest, a checkpoint after every fifth step and a validation after every eighth.
  private mutating func pause(
    after batch: Int, _ now: inout Nanoseconds, _ random: inout SeededNumbers
  ) {
    var kinds: [PhaseKind] = batch == 0 ? [.firstStep] : []
    if batch % 5 == 4 { kinds.append(.checkpoint) }
    if batch % 8 == 7 { kinds.append(.validation) }
    for kind in kinds {
      let start = now
      now = now + Nanoseconds(Int64.random(in: 1...5_000_000, using: &random))
      events.append(.phase(PhaseBegun(kind, start: start, end: now)))
      add(now - start, kind.title)
    }
  }

  private mutating func add(_ time: Nanoseconds, _ name: String) {
    if time > .zero { times[name, default: 0] += time.count }
  }

  /// Writes it, with two switches, a marker, a reading and its end, and opens it again.
  func recorded(in folder: TemporaryFolder) throws -> RecordedSession {
    try RecordedSession(path: write(in: folder))
  }

  func write(in folder: TemporaryFolder) throws -> String {
    let path = folder.file("session.pftrace")
    let header = SessionHeader(
      scenario: scenario,
      dataset: DatasetFacts(
        count: 1_000, shape: PictureShape(height: 32, width: 32, channels: 3)),
      attributes: ScenarioFile.attributes(scenario).pairs.map {
        SessionHeader.Attribute("scenario.\($0.key)", $0.value)
      }, version: "test")
    let file = try SessionFile(creating: path, header: header, replacing: true)
    let change = ScenarioChange.stage(.warp, on: false)
    for (index, event) in events.enumerated() {
      file.append(event)
      if index == events.count / 2 {
        file.append(
          .asked(change, generation: 1, scenario: scenario.applying(change)), at: event.at)
        file.append(.marker("half, \"so far\"\n<i>"), at: event.at)
      }
    }
    let last = events.map(\.at).max() ?? .zero
    var reading = Reading(
      scenario: scenario,
      dataset: DatasetFacts(count: 1_000, shape: .init(height: 1, width: 1, channels: 1)),
      stages: scenario.generatorStages, epoch: EpochReading(samples: 1_000),
      queue: QueueReading(limit: 10))
    reading.at = last + .milliseconds(1)
    reading.batchesMade = batches
    reading.batchesTrained = steps
    file.append(.asked(.workers(2), generation: 2, scenario: scenario), at: last)
    file.append(OwnWork(.drawing, from: last, to: last + .microseconds(7)))
    file.append(end: reading)
    try file.close()
    return path
  }
}
