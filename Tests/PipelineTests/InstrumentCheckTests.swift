import Pipeline
import Quantities
import Testing

@Suite struct InstrumentCheckTests {
  @Test func theLawsHold() {
    #expect(
      InstrumentCheck(depth: 4, depthByLaw: 4.1, accounted: 0.99, steps: 500).violation == nil)
    // Too few steps for a verdict.
    #expect(
      InstrumentCheck(depth: 4, depthByLaw: 9, accounted: 0.1, steps: 100).violation == nil)
  }

  @Test func theInstrumentIsBrokenWhereTheyDoNot() {
    #expect(
      InstrumentCheck(depth: 4, depthByLaw: 5, accounted: 1, steps: 500).violation
        == "Little's law doesn't hold: depth 4.0, rate × wait 5.0."
        + " The instrument is broken, not the pipeline.")
    #expect(
      InstrumentCheck(depth: 4, depthByLaw: 4, accounted: 0.52, steps: 500).violation
        == "Only 52 % of the GPU's time is accounted for."
        + " The instrument is broken, not the pipeline.")
  }

  /// Events that were lost show up in the laws.
  @Test(arguments: [false, true]) func lostEventsAreSeen(loses: Bool) {
    var ledger = SessionLedger(scenario: Scenario(name: "test"), dataset: ScriptedSteps.facts)
    var now = Nanoseconds.zero
    for batch in 0..<1_000 {
      var made = BatchMade(batch: batch, worker: 0, pictures: 32, generation: 0, start: now)
      now += .milliseconds(4)
      made.finished = now
      made.put = now
      made.depth = 1
      ledger.record(.made(made))
      let taken = now + .milliseconds(3)
      // The events of most takings are lost, so the depth seems constant.
      if !loses || batch % 8 == 0 {
        ledger.record(
          .taken(BatchTaken(batch: batch, wanted: now, at: taken, depth: 0, polls: 0)))
      }
      ledger.record(
        .stepped(
          StepDone(
            batch: batch, pictures: 32, wanted: now, taken: taken, hostEnd: taken,
            transferEnd: taken, end: now + .milliseconds(4), lockWait: .zero, cpu: .zero)))
    }
    let reading = ledger.reading(at: now)
    #expect((reading.check?.violation != nil) == loses, "\(String(describing: reading.check))")
  }
}
