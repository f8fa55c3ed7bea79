import Augmentation
import Pipeline
import Quantities
import Testing

@Suite struct VerdictTests {
  /// A session in which a batch takes `make` to make, a step `step`, and one is done each `period`.
  private func reading(
    make: Double, step: Double, period: Double, napping: Double = 0, workers: Int = 1,
    costliest: Stage = .warp, lockWait: Double = 0
  ) -> Reading {
    var reading = Reading(
      scenario: Scenario(name: "verdict"), dataset: ScriptedSteps.facts,
      stages: .generator(AugmentationSettings()), epoch: EpochReading(samples: 50_000),
      queue: QueueReading(limit: 10))
    reading.workers.count = workers
    reading.workers.make = Nanoseconds(seconds: make * 1e-3)
    reading.workers.lockWait = Nanoseconds(seconds: lockWait * 1e-3)
    reading.workers.napping = napping
    reading.workers.making = 1 - napping
    reading.consumer.step = Nanoseconds(seconds: step * 1e-3)
    reading.consumer.batchesPerSecond = 1000 / period
    reading.consumer.starved = max(0, 1 - step / period)
    reading.consumer.busy = min(1, step / period)
    reading.consumer.steps = 100
    reading.stages = reading.stageList.map { stage in
      var entry = StageReading(stage: stage, isOn: true)
      entry.share = stage.id == costliest.id ? 0.78 : 0.02
      return entry
    }
    return reading
  }

  @Test func theDefaultPresetIsInputBoundByWarp() {
    let verdict = Verdict(reading(make: 3.9, step: 3.6, period: 4.03))
    #expect(verdict.kind == .inputBound)
    #expect(verdict.stage == .warp)
    #expect(verdict.because == "warp takes 78 % of making a batch; the GPU starves 11 %.")
    #expect(verdict.advice == .lessWork(.warp))
  }

  /// Of somebody's own job, the loop's time beside training and waiting isn't known.
  @Test func aJobThatIsHeldUpByNeitherSideHandsBatchesOver() {
    var job = reading(make: 3, step: 1.2, period: 3.8, workers: 2)
    job.scenario.dataset = .job(dataset: "Stream")
    job.scenario.loader = .torch
    #expect(Verdict(job).kind == .serializationBound)
    #expect(
      Verdict(job).because.hasPrefix(
        "Neither making batches nor training is the limit: a batch comes every 3.80 ms, possible 1.50 ms."
      ))
    job.consumer.batchesPerSecond = 1000 / 1.6
    #expect(Verdict(job).kind == .inputBound)
    job.scenario.dataset = .synthetic
    job.consumer.batchesPerSecond = 1000 / 3.8
    #expect(Verdict(job).kind == .inputBound)
  }

  /// A job's pool of processes doesn't tell what copying its batches takes, so that isn't said to be the limit.
  @Test func copiesThatAreNotMeasuredAreNoLimit() {
    var job = reading(make: 25, step: 20, period: 22.8, workers: 2)
    job.scenario.dataset = .job(dataset: "Photos")
    job.scenario.loader = .keras3Processes
    #expect(Verdict(job).kind == .gpuBound)
    job.workers.serialization = .milliseconds(4)
    job.consumer.deserialization = .milliseconds(3)
    #expect(Verdict(job).kind == .serializationBound)
    #expect(Verdict(job).because.contains("4.00 ms on a worker and 3.00 ms in the step"))
  }

  /// Without workers nothing overlaps: neither side is the limit alone, and a worker is the advice.
  @Test func aLoopThatMakesItsBatchesIsInputBound() {
    for isJob in [false, true] {
      var reading = reading(make: 3, step: 4, period: 7, workers: 0)
      reading.scenario.loader = .torch
      reading.scenario.workers = 0
      if isJob { reading.scenario.dataset = .job(dataset: "Stream") }
      let verdict = Verdict(reading)
      #expect(verdict.kind == .inputBound && verdict.advice == .moreWorkers)
      #expect(
        verdict.because
          == "No worker: the training loop makes each batch itself, 3.00 ms, and trains 4.00 ms only then."
      )
      reading.workers.make = .microseconds(50)
      reading.consumer.batchesPerSecond = 1000 / 4.05
      #expect(Verdict(reading).kind == .gpuBound)
    }
  }

  @Test func withWarpOffTheWaitPolicyIsTheLimit() {
    let verdict = Verdict(reading(make: 0.9, step: 3.6, period: 5.5, napping: 0.8))
    #expect(verdict.kind == .waitPolicyBound)
    #expect(verdict.stage == nil)
    #expect(
      verdict.because
        == "Workers sleep 80 % while the GPU starves 35 %: a batch every 5.50 ms, possible 3.60 ms."
    )
    #expect(verdict.advice == .blockingLoader)
  }

  /// A short queue makes workers nap most of the time. They also wait a little for the lock, and without
  /// it would nap as much.
  @Test func napsAreNotTheLocksFault() {
    var napping = reading(make: 3.9, step: 3.6, period: 15.4, napping: 0.7, lockWait: 0.15)
    napping.consumer.lockWait = .microseconds(270)
    napping.scenario.interpreterLock = true
    #expect(napping.scenario.hasSharedLock)
    #expect(Verdict(napping).kind == .waitPolicyBound)
    #expect(Verdict(napping).advice == .blockingLoader)
  }

  @Test func theQuestionsOwnGPUIsTheLimit() {
    let verdict = Verdict(reading(make: 3.9, step: 14, period: 14.05, napping: 0.7))
    #expect(verdict.kind == .gpuBound)
    #expect(verdict.stage == nil && verdict.advice == .fasterGPU)
    #expect(verdict.because == "The GPU is the limit: starved 0 %, workers idle 70 %.")
  }

  /// On either side of each border.
  @Test(arguments: [
    (3.61, 3.6, 3.65, 0.0, Verdict.Kind.inputBound), (3.59, 3.6, 3.65, 0.0, .gpuBound),
    (0.9, 3.6, 3.6 * 1.04, 0.8, .gpuBound), (0.9, 3.6, 3.6 * 1.06, 0.8, .waitPolicyBound),
    (0.9, 3.6, 5.5, 0.04, .gpuBound), (0.9, 3.6, 5.5, 0.06, .waitPolicyBound),
    // Slow for other reasons than naps: still the longer side.
    (5, 3.6, 6, 0.0, .inputBound),
  ])
  func borders(
    make: Double, step: Double, period: Double, napping: Double, kind: Verdict.Kind
  ) {
    #expect(
      Verdict(reading(make: make, step: step, period: period, napping: napping)).kind == kind)
  }

  @Test func workersShareTheWorkAndTheLockDoesNot() {
    #expect(Verdict(reading(make: 6, step: 3.6, period: 3.7, workers: 2)).kind == .gpuBound)
    #expect(
      Verdict(reading(make: 6, step: 3.6, period: 4.5, workers: 2, lockWait: 3)).kind
        == .inputBound)
  }

  @Test func whatHelpsAgainstTheInput() {
    var limited = reading(make: 8, step: 3.6, period: 8)
    limited.cores = 4
    #expect(Verdict(limited).advice == .moreWorkers)
    limited.scenario.interpreterLock = true
    #expect(Verdict(limited).advice == .lessWork(.warp))
    // Loading can't be switched off.
    #expect(
      Verdict(reading(make: 8, step: 3.6, period: 8, costliest: .load)).advice == .moreWorkers)
  }

  @Test func measuringUntilThereIsSomethingToJudge() {
    let whole = reading(make: 3.9, step: 3.6, period: 4)
    #expect(Verdict(whole).kind != .measuring)
    var lacks = whole
    lacks.workers.make = nil
    #expect(Verdict(lacks).kind == .measuring)
    lacks = whole
    lacks.consumer.step = nil
    #expect(Verdict(lacks).kind == .measuring)
    lacks = whole
    lacks.consumer.batchesPerSecond = 0
    #expect(Verdict(lacks).kind == .measuring)
    lacks = whole
    lacks.consumer.steps = 9
    #expect(Verdict(lacks).kind == .measuring)
    lacks = whole
    lacks.pending = [.workers(2)]
    #expect(Verdict(lacks).kind == .measuring)
    #expect(Verdict(lacks).advice == .wait)
  }

  @Test func whatFailedSaysWhy() {
    var failed = reading(make: 3.9, step: 3.6, period: 4)
    failed.state = .failed("a.bin has been cut off")
    #expect(Verdict(failed).kind == .failed)
    #expect(Verdict(failed).because == "a.bin has been cut off")
  }

  @Test func pausedBeforeAllElse() {
    var paused = reading(make: 3.9, step: 3.6, period: 4)
    paused.state = .paused
    #expect(Verdict(paused).kind == .paused)
    #expect(Verdict(paused).advice == .resume)
  }
}
