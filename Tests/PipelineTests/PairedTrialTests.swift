import Pipeline
import Quantities
import Testing

@Suite struct PairedTrialTests {
  /// Runs a trial against a session that takes so long a batch on either side; answers with the
  /// sides in the order in which blocks were measured.
  private func run(
    _ trial: inout PairedTrial, asIs: Double, changed: Double, drift: Double = 0
  ) -> [PairedTrial.Side] {
    var sides: [PairedTrial.Side] = []
    var now = 0.0
    var batches = 0.0
    while !trial.isOver, now < 1_000 {
      let side = trial.side
      let before = trial.done
      now += 0.1
      let period = (side == .asIs ? asIs : changed) + drift * now
      batches += 0.1 * 1000 / period
      let whole = batches.rounded(.down)
      trial.observe(
        batches: Int(whole),
        lastStep: Nanoseconds(seconds: now - (batches - whole) * period / 1000),
        at: Nanoseconds(seconds: now), holds: true)
      if trial.done > before { sides.append(side) }
    }
    return sides
  }

  @Test func blocksGoABBAAndTheEffectIsTheirDifference() throws {
    var trial = PairedTrial()
    let sides = run(&trial, asIs: 4, changed: 5)
    #expect(sides == [.asIs, .changed, .changed, .asIs, .asIs, .changed, .changed, .asIs])
    #expect(trial.isOver && trial.side == .asIs)
    let result = try #require(trial.result)
    #expect(abs(result.difference * 1000 - 1) < 0.05, "\(result)")
    #expect(abs(result.asIs * 1000 - 4) < 0.1 && abs(result.changed * 1000 - 5) < 0.1)
    #expect(result.isDistinguishable)
  }

  /// Steps of a second and more, read ten times a second: where in a step a reading comes counts for
  /// nothing.
  @Test func longStepsAreMeasuredToTheirEnds() throws {
    for period in [0.13, 0.7, 1.3] {
      var trial = PairedTrial()
      _ = run(&trial, asIs: period * 1000, changed: period * 1010)
      let result = try #require(trial.result)
      #expect(abs(result.asIs / period - 1) < 1e-6, "\(period): \(result)")
      #expect(abs(result.difference / (0.01 * period) - 1) < 1e-3, "\(period): \(result)")
    }
  }

  /// A steady drift affects both sides equally.
  @Test func aDriftIsNoEffect() throws {
    var trial = PairedTrial()
    _ = run(&trial, asIs: 4, changed: 4, drift: 0.05)
    let result = try #require(trial.result)
    #expect(!result.isDistinguishable, "\(result)")
    #expect(abs(result.difference) < 0.01 * result.asIs)
  }

  @Test func nothingIsMeasuredWhileTheSideDoesNotHold() {
    var trial = PairedTrial()
    for tick in 1...100 {
      let now = Nanoseconds.milliseconds(Int64(tick) * 100)
      trial.observe(batches: tick * 10, lastStep: now, at: now, holds: false)
    }
    #expect(trial.done == 0 && trial.result == nil && trial.side == .asIs)
    #expect(trial.length == .milliseconds(11_200))
  }

  /// One round has an effect, but its interval is wide; a stalled session ends no block.
  @Test func halfAnExperimentSaysSo() throws {
    var trial = PairedTrial(blocks: 4)
    _ = run(&trial, asIs: 4, changed: 5)
    #expect(trial.isOver)
    #expect(try #require(trial.result).half >= 0)
    var stalled = PairedTrial()
    for tick in 1...100 {
      stalled.observe(
        batches: 7, lastStep: .zero, at: .milliseconds(Int64(tick) * 100), holds: true)
    }
    #expect(stalled.done == 0)
  }

  /// A machine that stands for a moment spoils a block or two of many, and not the result.
  @Test func aFewDisturbedBlocksDoNotMatter() throws {
    var scenario = Scenario(name: "brief")
    scenario.loader = .blocking
    var trial = PairedTrial(of: .workers(2), in: scenario, period: 1e-4)
    #expect(trial.blocks == 24 && trial.length < .seconds(9))
    var now = Nanoseconds.zero
    var batches = 0
    while !trial.isOver {
      // In two of the changed blocks everything takes ten times as long.
      let isDisturbed = [5, 14].contains(trial.done)
      now += .milliseconds(50)
      batches += (trial.side == .asIs ? 500 : 400) / (isDisturbed ? 10 : 1)
      trial.observe(batches: batches, lastStep: now, at: now, holds: true)
    }
    let result = try #require(trial.result)
    #expect(abs(result.difference - 25e-6) < 1e-9 && abs(result.changed - 125e-6) < 1e-9)
    #expect(result.isDistinguishable)
  }

  /// Naps of 50 ms, and a clock that settles over 100 ms, need windows of a second.
  @Test(arguments: [
    ScenarioChange.loader(.kerasThreads), .loader(.kerasProcesses), .governor(Governor()),
  ])
  func whatGoesByTheClockIsMeasuredInLongBlocks(change: ScenarioChange) {
    var scenario = Scenario(name: "brief")
    scenario.loader = .blocking
    #expect(PairedTrial(of: change, in: scenario, period: 1e-4).blocks == 8)
    #expect(PairedTrial(of: .workers(2), in: scenario, period: 1e-2).blocks == 8)
    scenario.apply(change)
    #expect(PairedTrial(of: .workers(2), in: scenario, period: 1e-4).blocks == 8)
  }
}
