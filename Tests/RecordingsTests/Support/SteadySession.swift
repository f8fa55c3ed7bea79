import Augmentation
import Pipeline
import Quantities
import Recordings
import ScenarioFiles
import TestSupport
import Tracing

/// A session made up at a steady pace, with noise from a seed: its true numbers are known.
struct SteadySession {
  var scenario = Scenario(name: "steady")
  var dataset = DatasetFacts(
    count: 1_000, shape: PictureShape(height: 32, width: 32, channels: 3))
  /// Of a batch; three quarters of it are the warp, which is gone while that is off.
  var make = Nanoseconds.microseconds(1_000)
  /// Host work of 200 µs, then compute.
  var step = Nanoseconds.microseconds(3_600)
  /// Times vary evenly by so much of themselves to either side.
  var noise = 0.1
  var length = Nanoseconds.seconds(3)
  var seed: UInt64 = 1
  /// Changes, and when they hold.
  var changes: [(at: Nanoseconds, change: ScenarioChange)] = []

  func measured(
    in folder: TemporaryFolder, from: Nanoseconds = .zero, to: Nanoseconds = .never
  ) throws -> MeasuredSession {
    try MeasuredSession(RecordedSession(path: write(in: folder)), from: from, to: to)
  }

  func write(in folder: TemporaryFolder) throws -> String {
    let path = folder.file("steady-\(seed).pftrace")
    let header = SessionHeader(
      scenario: scenario, dataset: dataset,
      attributes: ScenarioFile.attributes(scenario).pairs.map {
        SessionHeader.Attribute("scenario.\($0.key)", $0.value)
      }, version: "test")
    let file = try SessionFile(creating: path, header: header, replacing: true)
    var run = Run(session: self, random: SeededNumbers(seed: seed))
    run.tell(file)
    var reading = Reading(
      scenario: scenario, dataset: dataset, stages: scenario.generatorStages,
      epoch: EpochReading(samples: dataset.count),
      queue: QueueReading(limit: scenario.queueRoom))
    reading.at = run.now
    file.append(end: reading)
    try file.close()
    return path
  }

  private struct Run {
    let session: SteadySession
    var random: SeededNumbers
    var now = Nanoseconds.zero
    private var scenario: Scenario
    private var generation = 0

    init(session: SteadySession, random: SeededNumbers) {
      self.session = session
      self.random = random
      scenario = session.scenario
    }

    mutating func tell(_ file: SessionFile) {
      var changes = session.changes[...]
      var batch = 0
      while now < session.length {
        if let due = changes.first, due.at <= now {
          changes.removeFirst()
          generation += 1
          scenario.apply(due.change)
          file.append(.asked(due.change, generation: generation, scenario: scenario), at: now)
          file.append(.applied(ChangeApplied(generation: generation, batch: batch, at: now)))
        }
        tell(batch, file)
        batch += 1
      }
    }

    /// A batch made while nobody waits, then its step; one after the other.
    private mutating func tell(_ batch: Int, _ file: SessionFile) {
      let isWarped = scenario.stages.contains(.warp)
      let warp = isWarped ? noisy(session.make * 0.75) : .zero
      let rest = noisy(session.make * 0.25)
      let start = now
      var made = BatchMade(
        batch: batch, worker: 0, pictures: scenario.batchSize, generation: generation, start: start)
      for stage in Stage.allCases {
        made.stages.append(
          StageTime(end: start + (stage.index < Stage.warp.index ? .zero : warp)))
      }
      made.stages[Stage.collate.index].end = start + warp + rest
      made.finished = start + warp + rest
      made.put = made.finished
      made.depth = 1
      if batch % 4 == 0 {
        made.hasStageCPU = true
        made.stages[Stage.warp.index].cpu = warp
        made.stages[Stage.collate.index].cpu = rest
      }
      file.append(.made(made))
      let taken = made.put
      file.append(
        .taken(BatchTaken(batch: batch, wanted: start, at: taken, depth: 0, polls: 0)))
      let host = taken + .microseconds(200)
      let end = host + noisy(session.step - .microseconds(200))
      file.append(
        .stepped(
          StepDone(
            batch: batch, pictures: scenario.batchSize, wanted: start, taken: taken, hostEnd: host,
            transferEnd: host, end: end, lockWait: .zero, cpu: .microseconds(200))))
      now = end
    }

    private mutating func noisy(_ time: Nanoseconds) -> Nanoseconds {
      time * (1 + Double.random(in: -session.noise...session.noise, using: &random))
    }
  }
}
