import Augmentation
import Pipeline
import Quantities
import Testing

/// A watched job's validation, which comes as it is seen, is part of its epochs.
@Suite struct JobValidationTests {
  /// Epochs of 100 steps of 10 ms, each with a validation of 300 ms; the third one is half over.
  ///
  /// - Parameter saving: How long the job writes a checkpoint after each epoch's validation.
  private func ledger(
    validates: Bool, saving: Nanoseconds = .zero
  ) -> (SessionLedger, now: Nanoseconds) {
    var ledger = SessionLedger(
      scenario: Scenario(name: "train.py", dataset: .job(dataset: "D")),
      dataset: DatasetFacts(count: 3_200, shape: .cifar))
    var now = Nanoseconds.zero
    for batch in 0..<250 {
      let end = now + .milliseconds(10)
      ledger.record(
        .stepped(
          StepDone(
            batch: batch, pictures: 32, wanted: now, taken: now, hostEnd: now, transferEnd: now,
            end: end, lockWait: .zero, cpu: .zero)))
      now = end
      guard (batch + 1).isMultiple(of: 100) else { continue }
      let pause = now
      now += .milliseconds(300)
      if validates {
        ledger.record(.phase(PhaseBegun(.validation, start: pause, end: now)))
      }
      now += saving
    }
    return (ledger, now)
  }

  @Test func validationIsPartOfTheEpochsTime() throws {
    var (ledger, now) = ledger(validates: true)
    let epoch = ledger.reading(at: now).epoch
    #expect(epoch.phaseShares.map(\.kind) == [.validation])
    #expect(abs(epoch.phaseShares[0].seconds - 0.3) < 1e-9)
    #expect(abs(try #require(epoch.projected) - 1.3) < 0.02)
    // Half of the steps, and a validation.
    #expect(abs(try #require(epoch.remaining) - 0.8) < 0.05)
    #expect(abs(try #require(epoch.last) - 1.3) < 1e-6)
    #expect(epoch.phasePlaces.map(\.end) == [1])
  }

  @Test func aJobThatNeverValidatesHasNone() throws {
    var (ledger, now) = ledger(validates: false)
    let epoch = ledger.reading(at: now).epoch
    #expect(epoch.phaseShares.isEmpty && epoch.phasePlaces.isEmpty)
  }

  /// Without a validation nobody knows what the pause is; it is no part of an epoch's time then, nor is what follows a
  /// validation.
  @Test(arguments: [true, false])
  func anEpochBeginsAfterThePauseBeforeIt(validates: Bool) throws {
    var (ledger, now) = ledger(validates: validates, saving: .milliseconds(700))
    let epoch = ledger.reading(at: now).epoch
    let whole = validates ? 1.3 : 1.0
    #expect(abs(try #require(epoch.last) - whole) < 1e-6)
    #expect(abs(try #require(epoch.projected) - whole) < 0.02)
    #expect(abs(try #require(epoch.thisEpoch) - whole) < 0.06)
    #expect(try #require(epoch.estimate).half < 0.02)
  }

  /// Workers that start anew cost each epoch something that no step has.
  @Test func theStartOfWorkersIsPartOfTheEpoch() throws {
    var (ledger, now) = ledger(validates: false)
    var epoch = ledger.reading(at: now).epoch
    let before = try #require(epoch.projected)
    epoch.addWorkerStart(.milliseconds(200))
    #expect(abs(try #require(epoch.projected) - before - 0.2) < 1e-9)
    #expect(epoch.phaseShares == [PhaseShare(kind: .workerStart, seconds: 0.2)])
    epoch.addWorkerStart(.zero)
    #expect(epoch.phaseShares.count == 1)
  }

  /// While it lasts, the epoch before isn't over.
  @Test func aValidationIsShownWhileItLasts() {
    var (ledger, now) = ledger(validates: true)
    var epoch = ledger.reading(at: now).epoch
    epoch.samplesSeen = 0
    epoch.showValidation(for: .milliseconds(100))
    #expect(epoch.phase == .validation && epoch.number == 2 && epoch.fraction == 1)
    #expect(abs((epoch.remaining ?? 0) - 0.2) < 1e-9)
  }
}
