import Pipeline
import Quantities
import Testing

/// Steps, updates, epochs and phases, counted by hand.
@Suite struct StepScheduleTests {
  private struct Phase: Equatable {
    var batch: Int
    var kind: PhaseKind
    var seconds: Double
  }

  /// Phases and milliseconds on the device after each of so many batches of ten pictures; 40 are an epoch.
  private func train(
    _ scenario: Scenario, batches: Int, from schedule: StepSchedule = StepSchedule()
  ) -> (phases: [Phase], device: [Double]) {
    var schedule = schedule
    var (phases, device): ([Phase], [Double]) = ([], [])
    for batch in 1...batches {
      let time = schedule.device(
        scenario.consumer, transfer: 1e6, compute: 4e6,
        allReduce: Double(Nanoseconds(scenario.consumer.allReduce).count))
      device.append((time.transfer + time.compute) * 1e-6)
      _ = schedule.phases(
        after: 10, in: scenario, samplesPerEpoch: 40, boundary: scenario.boundary(machineCores: 2)
      ) { kind, length in
        phases.append(Phase(batch: batch, kind: kind, seconds: length * 1e-9))
      }
    }
    return (phases, device)
  }

  private let plain = Scenario(name: "by hand")

  @Test func stepsAloneHaveNoPhases() {
    let (phases, device) = train(plain, batches: 9)
    #expect(phases.isEmpty && device == Array(repeating: 5, count: 9))
  }

  @Test func phasesComeInTheirOrder() {
    var scenario = plain
    scenario.batchSize = 10
    scenario.phases.validation = EpochPhases.Validation(
      samples: 25, step: .seconds(1), every: 2)
    scenario.phases.checkpoint = EpochPhases.Checkpoint(every: 4, takes: .seconds(7))
    scenario.phases.firstStep = .seconds(2) + scenario.consumer.wholeStep
    #expect(
      train(scenario, batches: 8).phases == [
        Phase(batch: 1, kind: .firstStep, seconds: 2),
        Phase(batch: 4, kind: .checkpoint, seconds: 7),
        Phase(batch: 8, kind: .checkpoint, seconds: 7),
        // 25 pictures are three batches.
        Phase(batch: 8, kind: .validation, seconds: 3),
      ])
    // In the mean over epochs of four batches.
    #expect(scenario.seconds(of: .validation, batches: 4, machineCores: 2) == 1.5)
    #expect(scenario.seconds(of: .checkpoint, batches: 4, machineCores: 2) == 7)
    #expect(scenario.phaseSeconds(batches: 4, machineCores: 2) == 8.5)
    #expect(scenario.firstEpochSeconds(machineCores: 2) == 2)
  }

  /// Four workers end in two turns on two cores; the validation comes between their end and the next ones' start.
  @Test func workersEndAndStartBetweenEpochs() {
    var scenario = plain
    scenario.batchSize = 10
    scenario.loader = .torch
    scenario.workers = 4
    scenario.phases.validation = EpochPhases.Validation(samples: 10, step: .seconds(1), every: 1)
    var profile = CostProfile(name: "set", stages: [:])
    var costs = LoaderCosts()
    (costs[.start], costs[.boot]) = (.seconds(3), .seconds(5))
    (costs[.drain], costs[.resume]) = (.seconds(2), .seconds(1))
    profile.loader = costs
    scenario.costs = .profile(profile)
    let ended = Phase(batch: 4, kind: .workerEnd, seconds: 4)
    let validated = Phase(batch: 4, kind: .validation, seconds: 1)
    let anew = [ended, validated, Phase(batch: 4, kind: .workerStart, seconds: 12)]
    #expect(train(scenario, batches: 4).phases == anew)
    #expect(scenario.phaseSeconds(batches: 4, machineCores: 2) == 17)
    let boundary = scenario.boundary(machineCores: 2)
    #expect((0..<4).map { boundary.bootLeft(of: $0, among: 4).seconds } == [0, 0, 2, 5])
    #expect(scenario.firstStart.start == .seconds(12))
    #expect(scenario.firstEpochSeconds(machineCores: 2) == 0)
    scenario.keepsWorkers = true
    let kept = [validated, Phase(batch: 4, kind: .workerStart, seconds: 1)]
    #expect(train(scenario, batches: 4).phases == kept)
    #expect(scenario.firstEpochSeconds(machineCores: 2) == 11)
    scenario.phases.workerStart = .seconds(8)
    #expect(scenario.firstStart.start == .seconds(8))
    // The loop makes its batches itself, or a watched job's loader was measured as it is.
    scenario.workers = 0
    #expect(scenario.boundary(machineCores: 2) == EpochBoundary())
    scenario.workers = 4
    scenario.dataset = .job(dataset: "Pictures")
    #expect(scenario.boundary(machineCores: 2) == EpochBoundary())
  }

  @Test func aFirstStepThatIsNoLongerIsNoPhase() {
    var scenario = plain
    scenario.phases.firstStep = .milliseconds(1)
    #expect(train(scenario, batches: 2).phases.isEmpty)
    #expect(scenario.firstEpochSeconds(machineCores: 2) == 0)
  }

  @Test func severalGPUsWaitForTheLastBatch() {
    var scenario = plain
    scenario.consumer.gpus = 3
    scenario.consumer.accumulate = 2
    scenario.consumer.allReduce = .milliseconds(2)
    scenario.phases.checkpoint = EpochPhases.Checkpoint(every: 1, takes: .seconds(1))
    let (phases, device) = train(scenario, batches: 9)
    #expect(device == [0, 0, 5, 0, 0, 7, 0, 0, 5])
    #expect(phases == [Phase(batch: 6, kind: .checkpoint, seconds: 1)])
    #expect(scenario.batchesPerUpdate == 6)
  }

  @Test func aStepTakesAsLongAsItsSlowestGPU() {
    var consumer = Consumer()
    consumer.gpus = 3
    var schedule = StepSchedule()
    let times = [4.0, 9, 5, 3, 2, 1, 1, 1, 7].map { compute in
      schedule.device(consumer, transfer: 0, compute: compute, allReduce: 0).compute
    }
    #expect(times == [0, 0, 9, 0, 0, 3, 0, 0, 7])
  }

  @Test func aPinnedTransferHidesBehindCompute() {
    var scenario = plain
    scenario.consumer.isPinned = true
    #expect(train(scenario, batches: 1).device == [4])
    scenario.consumer.compute = .constant(.milliseconds(4))
    scenario.consumer.transfer = .milliseconds(6)
    #expect(scenario.consumer.wholeStep == .milliseconds(6))
  }

  @Test func anEpochThatBeginsAnewIsValidatedLater() {
    var scenario = plain
    scenario.batchSize = 10
    scenario.phases.validation = EpochPhases.Validation(samples: 10, step: .seconds(1))
    var schedule = StepSchedule()
    for _ in 0..<3 {
      _ = schedule.device(scenario.consumer, transfer: 0, compute: 0, allReduce: 0)
      let hasEnded = schedule.phases(
        after: 10, in: scenario, samplesPerEpoch: 40, boundary: EpochBoundary()
      ) { _, _ in
        Issue.record("no phase is due")
      }
      #expect(!hasEnded)
    }
    schedule.restartEpoch()
    #expect(
      train(scenario, batches: 4, from: schedule).phases == [
        Phase(batch: 4, kind: .validation, seconds: 1)
      ])
  }

  @Test(
    arguments: [
      ("validation", EpochPhases.Validation(samples: 0), nil),
      ("validation", EpochPhases.Validation(samples: 1, step: .seconds(3_601)), nil),
      ("validation", EpochPhases.Validation(samples: 1, every: 0), nil),
      ("checkpoint", nil, EpochPhases.Checkpoint(every: 0, takes: .seconds(1))),
      ("checkpoint", nil, EpochPhases.Checkpoint(every: 1, takes: .seconds(-1))),
    ] as [(String, EpochPhases.Validation?, EpochPhases.Checkpoint?)])
  func numbersOutOfBoundsAreRefused(
    option: String, validation: EpochPhases.Validation?, checkpoint: EpochPhases.Checkpoint?
  ) {
    var scenario = plain
    scenario.phases.validation = validation
    scenario.phases.checkpoint = checkpoint
    let fault = #expect(throws: ScenarioFault.self) { try scenario.check() }
    #expect(fault?.option == option)
  }
}
