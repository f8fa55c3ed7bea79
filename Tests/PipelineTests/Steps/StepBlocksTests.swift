import Quantities
import TestSupport
import Testing

@testable import Pipeline

@Suite struct StepBlocksTests {
  @Test func constantStepsAreExact() throws {
    var blocks = StepBlocks(from: .seconds(3))
    for step in 1...2_000 {
      blocks.step(endingAt: .seconds(3) + .microseconds(3_600) * step)
    }
    let (seconds, half) = try #require(blocks.estimate)
    #expect(abs(seconds - 0.0036) < 1e-12)
    #expect(try #require(half) < 1e-12)
    #expect(blocks.steps == 2_000)
    #expect(blocks.span == .microseconds(3_600) * 2_000)
  }

  /// Four GPUs take a batch each at once, and the last of them ends the step.
  @Test func stepsThatEndAtOnceAreAllCounted() throws {
    var blocks = StepBlocks(from: .zero)
    for step in 0..<1_600 { blocks.step(endingAt: .milliseconds(4) * (step / 4 + 1)) }
    let (seconds, half) = try #require(blocks.estimate)
    #expect(blocks.steps == 1_600 && abs(seconds - 0.001) < 1e-12)
    #expect(try #require(half) < 0.02e-3)
  }

  @Test func noIntervalBeforeEightBlocks() throws {
    var blocks = StepBlocks(from: .zero)
    #expect(blocks.estimate == nil)
    // Steps of 25 ms: five make a block of 125.
    for step in 1...39 { blocks.step(endingAt: .milliseconds(25) * step) }
    #expect(try #require(blocks.estimate).half == nil)
    blocks.step(endingAt: .milliseconds(1_000))
    #expect(try #require(blocks.estimate).half != nil)
  }

  @Test func aBlockIsNoShorterThanTheShortest() throws {
    // 24.9 ms: a block of five is too short, so it takes six, and eight blocks 48 steps.
    var blocks = StepBlocks(from: .zero)
    for step in 1...47 { blocks.step(endingAt: .microseconds(24_900) * step) }
    #expect(try #require(blocks.estimate).half == nil)
    blocks.step(endingAt: .microseconds(24_900) * 48)
    #expect(try #require(blocks.estimate).half != nil)
  }

  @Test func mergingKeepsSumsAndMemory() {
    var random = SeededNumbers(seed: 5)
    var blocks = StepBlocks(from: .zero)
    var now = Nanoseconds.zero
    for step in 1...20_000 {
      now += .microseconds(Int64.random(in: 1...40_000, using: &random))
      blocks.step(endingAt: now)
      #expect(blocks.steps == step)
      #expect(blocks.span == now)
    }
  }

  /// Steps that come in bursts: the block means don't vary, though single steps do wildly.
  @Test func burstsWithinABlockDontWidenTheInterval() throws {
    var blocks = StepBlocks(from: .zero)
    for burst in 0..<200 {
      // Ten steps of 1 ms, then one of 52.5 after a nap: 62.5 ms, two to a block.
      let start = Nanoseconds.microseconds(62_500) * burst
      for step in 1...10 { blocks.step(endingAt: start + .milliseconds(Int64(step))) }
      blocks.step(endingAt: start + .microseconds(62_500))
    }
    let (seconds, half) = try #require(blocks.estimate)
    #expect(abs(seconds - 0.0625 / 11) < 1e-9)
    #expect(try #require(half) < 1e-9)
  }

  /// Of 90 % intervals, nine in ten contain the true value: 90 ± 4 % over 600 seeded sessions.
  @Test func theIntervalHoldsTheTruthNineTimesInTen() throws {
    var held = 0
    let sessions = 600
    for session in 0..<sessions {
      var random = SeededNumbers(seed: UInt64(session) + 1)
      let time = StepTime.normal(mean: .milliseconds(10), deviation: .milliseconds(3))
      var blocks = StepBlocks(from: .zero)
      var now = Nanoseconds.zero
      for _ in 0..<350 {
        now += time.sample(random.positiveUnit(), Double.random(in: 0..<1, using: &random))
        blocks.step(endingAt: now)
      }
      let (seconds, half) = try #require(blocks.estimate)
      if abs(seconds - 0.010) <= (try #require(half)) { held += 1 }
    }
    #expect((0.86...0.94).contains(Double(held) / Double(sessions)))
  }

  /// Two-sided 90 %, from the printed tables.
  @Test(arguments: [
    (3, 2.353), (4, 2.132), (5, 2.015), (7, 1.895), (8, 1.860), (10, 1.812), (15, 1.753),
    (20, 1.725), (30, 1.697), (60, 1.671), (120, 1.658),
  ])
  func studentsT(freedom: Int, value: Double) {
    #expect(abs(studentT90(freedom: freedom) - value) < 0.01)
    if freedom >= 7 { #expect(abs(studentT90(freedom: freedom) - value) < 0.001) }
  }
}
