import Augmentation
import Pipeline
import Quantities
import TestSupport
import Testing

@Suite struct SteadyVerdictTests {
  /// The default preset's figures with the noise of a loaded machine: 10 % on all of them.
  private func reading(
    at tenth: Int, _ noise: inout SeededNumbers, make: Double = 3.9, lock: Double = 0.12,
    naps: Double = 0
  ) -> Reading {
    func varied(_ value: Double) -> Double { value * Double.random(in: 0.9...1.1, using: &noise) }
    var scenario = Scenario(name: "steady")
    scenario.interpreterLock = true
    scenario.costs = .profile(CostProfile(name: "keras-1.1", stages: [:]))
    var reading = Reading(
      scenario: scenario, dataset: DatasetFacts(count: 50_000, shape: .cifar),
      stages: scenario.generatorStages, epoch: EpochReading(samples: 50_000),
      queue: QueueReading(limit: 10))
    reading.at = .milliseconds(Int64(tenth) * 100)
    reading.cores = 2
    reading.workers.count = 1
    let made = varied(make)
    reading.workers.make = Nanoseconds(seconds: made * 1e-3)
    reading.workers.lockWait = Nanoseconds(seconds: varied(lock) * 1e-3)
    reading.workers.napping = naps
    reading.consumer.step = Nanoseconds(seconds: varied(3.6) * 1e-3)
    reading.consumer.steps = 500
    reading.consumer.starved = 0.1
    reading.consumer.batchesPerSecond = 1e3 / varied(made + lock + 0.1)
    reading.stages = scenario.generatorStages.map { StageReading(stage: $0, isOn: true) }
    reading.stages[Stage.warp.index].share = varied(0.5)
    reading.stages[Stage.compose.index].share = varied(0.48)
    return reading
  }

  /// Each reading alone changes its mind again and again; the steady verdict never does.
  @Test func aSteadyStateHasOneVerdict() {
    var noise = SeededNumbers(seed: 16)
    let readings = (0..<600).map { reading(at: $0, &noise) }
    let alone = readings.map { Verdict($0) }
    let flipsAlone = zip(alone, alone.dropFirst()).count {
      $0.kind != $1.kind || $0.stage != $1.stage
    }
    #expect(flipsAlone > 20)
    var steady = SteadyVerdict(readings[0])
    for reading in readings.prefix(30) { steady.take(reading) }
    let first = steady.verdict
    for reading in readings.dropFirst(30) {
      steady.take(reading)
      #expect(steady.verdict.kind == first.kind && steady.verdict.stage == first.stage)
    }
  }

  /// A change of the scenario counts at once, a change of the figures after seconds.
  @Test func whatLastsIsSeen() {
    var noise = SeededNumbers(seed: 17)
    var steady = SteadyVerdict(reading(at: 0, &noise))
    for tenth in 1..<50 { steady.take(reading(at: tenth, &noise)) }
    #expect(steady.verdict.kind == .inputBound)
    for tenth in 50..<150 { steady.take(reading(at: tenth, &noise, make: 2, lock: 0.01)) }
    #expect(steady.verdict.kind == .gpuBound)
    var changed = reading(at: 151, &noise)
    changed.scenario.workers = 2
    steady.take(changed)
    #expect(steady.verdict.kind == Verdict(changed).kind)
  }

  /// Between two limits the first verdict stays for a while, but not for good: a session that came from
  /// elsewhere agrees after a minute with one that was always there, and neither changes its mind again.
  @Test(arguments: [(2.0, 3.5), (4.2, 3.5), (4.2, 3.7), (2.0, 3.7)]) func historyIsForgotten(
    before: Double, now: Double
  ) {
    var noise = SeededNumbers(seed: 20)
    var always = SteadyVerdict(reading(at: 0, &noise, make: now, lock: 0))
    var elsewhere = SteadyVerdict(reading(at: 0, &noise, make: before, lock: 0))
    var stood = 0
    for tenth in 1..<1_500 {
      always.take(reading(at: tenth, &noise, make: now, lock: 0))
      let made = tenth < 300 ? before : now
      elsewhere.take(reading(at: tenth, &noise, make: made, lock: 0))
      if elsewhere.verdict.kind == (before < 3.6 ? .gpuBound : .inputBound) { stood = tenth }
      guard tenth >= 900 else { continue }
      #expect(always.verdict.kind == elsewhere.verdict.kind, "at \(tenth)")
      #expect(always.verdict.kind == (now < 3.6 ? .gpuBound : .inputBound), "at \(tenth)")
    }
    // Where the margin holds it, it isn't given up at once.
    if (before < 3.6) != (now < 3.6) { #expect(stood > 350) }
  }

  /// The first figures after a change may be those of a burst: what contradicts them counts at once.
  @Test func theFirstFiguresAfterAChangeDoNotStay() {
    var noise = SeededNumbers(seed: 18)
    var steady = SteadyVerdict(reading(at: 0, &noise, make: 1, lock: 0.01))
    #expect(steady.verdict.kind == .gpuBound)
    steady.take(reading(at: 1, &noise, make: 3.9, lock: 0.01))
    #expect(steady.verdict.kind == .inputBound)
  }

  /// A watched job whose batches come about one and a half times as late as its work allows.
  @Test func aJobThatHandsOverBatchesHasOneVerdict() {
    var noise = SeededNumbers(seed: 19)
    func job(_ tenth: Int) -> Reading {
      var reading = reading(at: tenth, &noise, make: 1, lock: 0)
      reading.scenario.dataset = .job(dataset: "Pictures")
      reading.scenario.interpreterLock = false
      reading.consumer.step = .milliseconds(3)
      // The memory of five seconds leaves a wave of this length.
      let wave = 4.5 + 0.35 * (tenth / 60 % 2 == 0 ? 1 : -1)
      reading.consumer.batchesPerSecond = 1e3 / wave
      return reading
    }
    let readings = (0..<900).map(job)
    var steady = SteadyVerdict(readings[0])
    for reading in readings.prefix(100) { steady.take(reading) }
    #expect(steady.verdict.kind == .serializationBound)
    for reading in readings.dropFirst(100) {
      steady.take(reading)
      #expect(steady.verdict.kind == .serializationBound, "\(reading.at)")
    }
  }
}
