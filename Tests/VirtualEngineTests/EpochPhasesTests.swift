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

  private func epoch(_ scenario: Scenario, _ costs: StageCosts) throws -> Double {
    try #require(
      EpochSimulation(scenario, dataset: Self.facts, costs: costs, machineCores: 8)
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

  /// One session of four GPUs is as fast as a session of one GPU that gets four times the workers' batches:
  /// a step waits for four batches.
  @Test(arguments: [1.0, 2, 8]) func fourGPUsWaitForOneAnother(make: Double) throws {
    var four = scenario
    four.loader = .torch
    four.workers = 4
    four.prefetch = 2
    four.consumer.gpus = 4
    // A session of one of the GPUs, whose worker makes its own batches; the others are like it.
    var one = four
    one.workers = 1
    one.consumer.gpus = 1
    let costs = costs(.milliseconds(Int64(make)))
    let shared = try epoch(four, costs)
    let alone = try epoch(one, costs) / 4
    #expect(abs(shared / alone - 1) < 0.02, "\(shared) s, \(alone) s")
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
    #expect(validating.phase == .validation && validating.number == 2)
    session.advance(by: .milliseconds(700))
    #expect(session.reading.epoch.phase == nil)
    let last = try #require(session.reading.epoch.last)
    #expect(abs(last - 2.4) < 0.01, "start-up, steps, validation: \(last) s")
  }

  /// What the screen says is left holds for nine of ten frames, phases or not.
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
      if let last = epoch.last {
        lengths.removeLast(lengths.count - min(lengths.count, epoch.number - 2))
        lengths.append(last)
      }
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
