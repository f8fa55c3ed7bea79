import Augmentation
import Pipeline
import Quantities

/// Feeds a ledger a synthetic session: batches and steps of constant length, switches and naps.
final class ScriptedSteps {
  var ledger: SessionLedger
  private(set) var now = Nanoseconds.zero
  private(set) var scenario: Scenario
  private(set) var generation = 0
  private var batch = 0

  /// 50 000 pictures in 1 563 batches, as the presets have.
  static let facts = DatasetFacts(count: 50_000, shape: .cifar)

  init(_ scenario: Scenario = Scenario(name: "script")) {
    self.scenario = scenario
    ledger = SessionLedger(scenario: scenario, dataset: Self.facts)
  }

  /// Makes and trains batches for `seconds`: each is made in `make`, and trained in `step`, of which
  /// the first quarter is waiting, the second host work, and the rest computing.
  func train(
    _ seconds: Double, step: Nanoseconds = .milliseconds(4), make: Nanoseconds = .milliseconds(2),
    generation: Int? = nil
  ) {
    let end = now + Nanoseconds(seconds: seconds)
    while now < end {
      self.make(make, generation: generation)
      train(step)
    }
  }

  func make(_ length: Nanoseconds, generation: Int? = nil) {
    var made = BatchMade(
      batch: batch, worker: 0, pictures: 32, generation: generation ?? self.generation, start: now)
    // The warp takes three quarters, loading one.
    let quarter = Nanoseconds(length.count / 4)
    for stage in Stage.allCases {
      made.stages.append(
        StageTime(
          end: now + (stage.index < Stage.warp.index ? quarter : length),
          cpu: stage == .warp ? length : .zero))
    }
    made.hasStageCPU = true
    made.finished = now + length
    made.put = made.finished
    made.depth = 1
    ledger.record(.made(made))
  }

  func train(_ step: Nanoseconds) {
    let quarter = Nanoseconds(step.count / 4)
    let taken = now + quarter
    ledger.record(
      .taken(BatchTaken(batch: batch, wanted: now, at: taken, depth: 0, polls: 0)))
    ledger.record(
      .stepped(
        StepDone(
          batch: batch, pictures: 32, wanted: now, taken: taken, hostEnd: taken + quarter,
          transferEnd: taken + quarter, end: now + step, lockWait: .zero, cpu: .zero)))
    now += step
    batch += 1
  }

  func nap(_ length: Nanoseconds, _ reason: WorkerWait.Reason) {
    ledger.record(
      .waited(WorkerWait(worker: 0, reason: reason, start: now - length, end: now)))
  }

  /// Asks for a change; it isn't in force yet.
  func ask(_ change: ScenarioChange) {
    generation += 1
    scenario.apply(change)
    ledger.note(.asked(change, generation: generation, scenario: scenario), at: now)
  }

  /// The first batch of the newest generation begins.
  func begin() {
    ledger.record(.applied(ChangeApplied(generation: generation, batch: batch, at: now)))
  }

  func change(_ change: ScenarioChange) {
    ask(change)
    begin()
  }

  func wait(_ seconds: Double) { now += Nanoseconds(seconds: seconds) }

  func reading() -> Reading { ledger.reading(at: now) }
}

/// The epoch that steps of this length make.
func epochSeconds(_ step: Nanoseconds) -> Double { step.seconds * 1_563 }
