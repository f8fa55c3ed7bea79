import Augmentation
import Pipeline
import Quantities
import Testing
import VirtualEngine

/// Epochs with phases, and several GPUs, on simulated time.
@Suite struct EpochPhasesTests {
  private static let facts = DatasetFacts(
    count: 4_000, shape: PictureShape(height: 4, width: 4, channels: 1))

  /// Batches of ten pictures, made in 1 ms by each worker; the device takes 4 ms.
  private var scenario: Scenario {
    var scenario = Scenario(name: "by hand")
    scenario.loader = .blocking
    scenario.batchSize = 10
    scenario.queueLimit = 3
    scenario.consumer.compute = .constant(.milliseconds(4))
    return scenario
  }

  private func costs(_ batch: Duration = .milliseconds(1)) -> StageCosts {
    var times = [Double](repeating: 0, count: Stage.allCases.count)
    times[Stage.load.index] = batch.seconds * 1e9 / 10
    return StageCosts(perPicture: times)
  }

  private func session(_ scenario: Scenario) throws -> VirtualSession {
    var scenario = scenario
    scenario.costs = .profile(
      CostProfile(
        name: "one stage",
        stages: [Stage.load.rawValue: StageCost(fixed: .microseconds(100))]))
    return try #require(
      VirtualSession(
        scenario: scenario, dataset: Self.facts, costs: CostModel(shape: Self.facts.shape),
        machineCores: 8))
  }

  private func epoch(
    _ scenario: Scenario, _ costs: StageCosts, batches: Int? = nil
  ) throws -> Double {
    try #require(
      EpochSimulation(
        scenario, dataset: Self.facts, costs: costs, machineCores: 8, batches: batches)
    ).seconds
  }

  /// The device is the limit, so nothing overlaps: 400 steps of 4 ms and the phases.
  @Test func whereNothingOverlapsTimesAddUp() throws {
    var phased = scenario
    phased.phases.validation = EpochPhases.Validation(samples: 1_000, step: .milliseconds(2))
    phased.phases.checkpoint = EpochPhases.Checkpoint(every: 100, takes: .milliseconds(50))
    phased.phases.firstStep = .seconds(8)
    phased.phases.workerStart = .seconds(3)
    #expect(abs(try epoch(scenario, costs()) - 1.6) < 1e-9)
    #expect(abs(try epoch(phased, costs()) - (1.6 + 0.2 + 0.2)) < 1e-9)
  }

  /// Making is the limit; in each pause the workers make what the queue holds.
  @Test func pausesGiveWorkersALead() throws {
    var phased = scenario
    phased.phases.checkpoint = EpochPhases.Checkpoint(every: 10, takes: .milliseconds(100))
    let alone = try epoch(scenario, costs(.milliseconds(8)))
    #expect(abs(alone - 3.2) < 1e-6)
    let paused = try epoch(phased, costs(.milliseconds(8)))
    // Forty pauses, in each of which four batches are made, one of them in the worker's hand.
    #expect(paused - 4 < alone && paused - 4 > alone - 40 * 4 * 8e-3)
  }

  /// A session of four GPUs takes as long as four sessions of one GPU, each with a worker of its own, that
  /// wait for one another after every step: these are a plain loop here, with draws of their own.
  @Test(arguments: [1.0, 4, 8], [0.0, 1.5])
  func fourGPUsWaitForOneAnother(make: Double, deviation: Double) throws {
    var four = scenario
    four.loader = .torch
    four.workers = 4
    four.prefetch = 2
    four.consumer.gpus = 4
    four.consumer.allReduce = .microseconds(300)
    four.consumer.compute = .normal(
      mean: .milliseconds(4), deviation: .microseconds(Int64(deviation * 1e3)))
    let shared = try epoch(four, costs(.milliseconds(Int64(make))), batches: 20_000)
    let alone = secondsOfSessions(
      4, make: make * 1e-3, compute: four.consumer.compute, allReduce: 0.3e-3,
      ahead: four.prefetch, steps: 5_000)
    // 400 batches are a hundred steps of all four.
    #expect(abs(shared / (alone * 100) - 1) < 0.02, "\(shared) s, \(alone * 100) s")
  }

  /// Seconds of a step of several sessions that wait for one another, each with a worker that makes so many
  /// batches ahead of the one that is trained on.
  private func secondsOfSessions(
    _ count: Int, make: Double, compute: StepTime, allReduce: Double, ahead: Int, steps: Int
  ) -> Double {
    var random = SplitMix(seed: 4)
    // When each session's batches were made, and when its GPU took them.
    var made = [[Double]](repeating: [], count: count)
    var taken: [Double] = []
    var end = 0.0
    for step in 0..<steps {
      for session in 0..<count {
        let last = made[session].last ?? 0
        // A worker begins a batch once an earlier one has been taken.
        let demand = step < ahead ? 0 : taken[step - ahead]
        made[session].append(max(last, demand) + make)
      }
      let begin = max(end, made.map { $0[step] }.max() ?? 0)
      taken.append(begin)
      let slowest =
        (0..<count).map { _ in
          compute.sample(random.positiveUnit(), random.unit()).seconds
        }.max() ?? 0
      end = begin + slowest + allReduce
    }
    return end / Double(steps)
  }

  /// A session's own epochs, the first and those after it, against arithmetic: one after another the
  /// start-up, 400 steps and the phases, whose times the device alone decides.
  @Test(arguments: [(1, 1, 400), (2, 4, 80)])
  func epochsOfASessionAreTheSumOfTheirParts(gpus: Int, accumulate: Int, every: Int) throws {
    var phased = scenario
    phased.loader = .torch
    phased.workers = 2 * gpus
    phased.consumer.host = .microseconds(500)
    phased.consumer.transfer = .microseconds(250)
    phased.consumer.gpus = gpus
    phased.consumer.accumulate = accumulate
    phased.consumer.allReduce = .milliseconds(2)
    phased.phases.validation = EpochPhases.Validation(samples: 1_000, step: .milliseconds(2))
    phased.phases.checkpoint = EpochPhases.Checkpoint(
      every: every / gpus / accumulate, takes: .milliseconds(300))
    phased.phases.firstStep = .seconds(8)
    phased.phases.workerStart = .seconds(3)
    let session = try session(phased)
    var epochs: [Double] = []
    while epochs.count < 4 {
      session.advance(by: .milliseconds(100))
      let epoch = session.reading.epoch
      if let last = epoch.last, epoch.number == epochs.count + 2 { epochs.append(last) }
    }
    let steps = 400 / Double(gpus) * 4.75e-3
    let updates = 400 / Double(gpus * accumulate) * 2e-3
    let checkpoints = 400 / Double(every) * 0.3
    let validation = (100 / Double(gpus)) * 2e-3
    let later = steps + updates + checkpoints + validation
    // The first step in all takes eight seconds; the first batch is made after the start-up.
    let first = later + 3 + 8 - 4.75e-3 + 1e-3
    #expect(abs(epochs[0] / first - 1) < 0.01, "\(epochs[0]) s, calculated \(first) s")
    for epoch in epochs.dropFirst() {
      #expect(abs(epoch / later - 1) < 0.01, "\(epoch) s, calculated \(later) s")
    }
    let settled = try #require(session.reading.epoch.settled)
    #expect(abs(settled.seconds / later - 1) < 0.01)
    #expect(abs(session.reading.epoch.firstExtra - (first - later)) < 0.01 * later)
  }

  /// Validation follows the epoch's last step, and readings say so while it lasts.
  @Test func aSessionSaysItsPhase() throws {
    var phased = scenario
    phased.samplesPerEpoch = 1_000
    phased.phases.validation = EpochPhases.Validation(samples: 1_000, step: .milliseconds(10))
    phased.phases.workerStart = .seconds(1)
    let session = try session(phased)
    session.advance(by: .milliseconds(500))
    #expect(session.reading.epoch.phase == .workerStart && session.reading.batchesTrained == 0)
    // A hundred steps of 4 ms after the start, then a second of validation.
    session.advance(by: .milliseconds(1_300))
    let validating = session.reading.epoch
    // Until it ends the epoch goes on: all is trained, and the rest of the pause is left.
    #expect(validating.phase == .validation && validating.number == 1 && validating.fraction == 1)
    #expect(abs(try #require(validating.remaining) - 0.6) < 0.01)
    #expect(abs(try #require(validating.timeFraction) - 1.8 / 2.4) < 0.01)
    session.advance(by: .milliseconds(700))
    #expect(session.reading.epoch.phase == nil && session.reading.epoch.number == 2)
    let last = try #require(session.reading.epoch.last)
    #expect(abs(last - 2.4) < 0.01, "start-up, steps, validation: \(last) s")
  }

  /// The interval of the time left holds for nine of ten frames, phases or not.
  @Test(arguments: [false, true]) func intervalsOfWhatIsLeftHold(hasPhases: Bool) throws {
    var phased = scenario
    phased.samplesPerEpoch = 20_000
    phased.consumer.compute = .normal(mean: .milliseconds(4), deviation: .milliseconds(1))
    if hasPhases {
      phased.phases.validation = EpochPhases.Validation(samples: 1_000, step: .milliseconds(10))
      phased.phases.checkpoint = EpochPhases.Checkpoint(every: 300, takes: .milliseconds(700))
    }
    let session = try session(phased)
    var frames: [(epoch: Int, at: Double, left: Double, half: Double)] = []
    // Seconds that each epoch took, with the phases behind its last step.
    var lengths: [Double] = []
    while frames.count < 1_400 {
      session.advance(by: .milliseconds(100))
      let epoch = session.reading.epoch
      if let last = epoch.last, epoch.number > lengths.count + 1 { lengths.append(last) }
      if let left = epoch.remaining, let half = epoch.remainingHalf {
        frames.append((epoch.number, session.reading.at.seconds, left, half))
      }
    }
    let known = frames.filter { $0.epoch < lengths.count }
    let held = known.filter { frame in
      let end = lengths.prefix(frame.epoch).reduce(0, +)
      return abs(frame.at + frame.left - end) <= frame.half
    }
    let share = Double(held.count) / Double(known.count)
    #expect(
      known.count > 1_000 && (0.85...0.95).contains(share), "\(share) of \(known.count) frames")
  }
}
