import Quantities
import Testing

@testable import Pipeline

@Suite struct DepthTrackTests {
  /// A worker that was preempted after its put records it late.
  @Test func whatIsToldLateDoesNotMoveTheDepthBack() {
    var track = DepthTrack()
    track.move(to: 1, at: .milliseconds(10))
    track.move(to: 0, at: .milliseconds(30))
    track.move(to: 2, at: .milliseconds(20))
    #expect(track.depth == 0 && track.highest == 2)
    track.move(to: 3, at: .milliseconds(30))
    #expect(track.depth == 3)
  }

  @Test func aSpansMeanIsWeightedByTime() {
    var track = DepthTrack()
    track.move(to: 4, at: .milliseconds(10))
    track.move(to: 1, at: .milliseconds(30))
    // 10 ms at 0, 20 at 4, 10 at 1: 90 / 40.
    let span = track.takeSpan(at: .milliseconds(40))
    #expect(span.low == 0 && span.high == 4)
    #expect(abs(span.mean - 2.25) < 1e-9)
    // The next begins where this one ended, at the depth it had.
    let next = track.takeSpan(at: .milliseconds(50))
    #expect(next.low == 1 && next.high == 1)
    #expect(abs(next.mean - 1) < 1e-9)
  }

  @Test func anEmptySpanIsTheDepthItself() {
    var track = DepthTrack()
    track.move(to: 3, at: .milliseconds(1))
    _ = track.takeSpan(at: .milliseconds(2))
    let span = track.takeSpan(at: .milliseconds(2))
    #expect(span == DepthSpan(low: 3, mean: 3, high: 3))
  }

  @Test func anEventThatComesLateTakesNoTimeBack() {
    var track = DepthTrack()
    track.move(to: 2, at: .milliseconds(20))
    track.move(to: 1, at: .milliseconds(15))
    let span = track.takeSpan(at: .milliseconds(40))
    // 20 ms at 0, 20 at 2: the depth had changed before the late event arrived.
    #expect(abs(span.mean - 1) < 1e-9)
    #expect(span.high == 2)
  }

  @Test func theWindowHasItsOwnFigures() {
    var track = DepthTrack()
    track.move(to: 9, at: .milliseconds(100))
    track.move(to: 2, at: .milliseconds(200))
    track.restartWhole(at: .milliseconds(300))
    #expect(track.highest == 2)
    track.move(to: 5, at: .milliseconds(310))
    track.move(to: 1, at: .milliseconds(320))
    track.move(to: 0, at: .milliseconds(350))
    _ = track.takeSpan(at: .milliseconds(400))
    // 10 ms at 2, 10 at 5, 30 at 1, 50 at 0.
    #expect(abs(track.wholeMean - 1.0) < 1e-9)
    #expect(track.wholeMedian == 0)
    #expect(track.highest == 5)
    track.move(to: 7, at: .milliseconds(400))
    _ = track.takeSpan(at: .milliseconds(520))
    #expect(track.wholeMedian == 7)
  }

  @Test func depthsBeyondTheTableCount() {
    var track = DepthTrack()
    track.move(to: 5_000, at: .zero)
    _ = track.takeSpan(at: .seconds(1))
    #expect(track.wholeMean == 5_000)
    #expect(track.highest == 5_000)
    #expect(track.wholeMedian >= 1_024)
  }
}

@Suite struct EpochClockTests {
  @Test func countsSamplesAndTimesWholeEpochs() {
    var clock = EpochClock(samples: 100)
    for step in 1...3 { clock.step(pictures: 32, endingAt: .seconds(Int64(step))) }
    #expect(clock.number == 1 && clock.samplesSeen == 96 && clock.last == nil)
    clock.step(pictures: 32, endingAt: .seconds(4))
    // As in fit_generator: what is beyond the epoch's samples doesn't count for the next.
    #expect(clock.number == 2 && clock.samplesSeen == 0 && clock.last == .seconds(4))
    for step in 5...8 { clock.step(pictures: 32, endingAt: .seconds(Int64(step)) + .seconds(1)) }
    #expect(clock.number == 3 && clock.last == .seconds(5))
  }

  @Test func pausesAreLeftOut() {
    var clock = EpochClock(samples: 64)
    clock.step(pictures: 32, endingAt: .seconds(1))
    clock.pause(at: .seconds(2))
    clock.resume(at: .seconds(12))
    clock.step(pictures: 32, endingAt: .seconds(13))
    #expect(clock.last == .seconds(3))
    // The pause doesn't stay for the next epoch.
    clock.step(pictures: 64, endingAt: .seconds(17))
    #expect(clock.last == .seconds(4))
  }

  @Test func anEpochRestartedWithinAPauseBeginsWhenItEnds() {
    var clock = EpochClock(samples: 32)
    clock.pause(at: .seconds(1))
    clock.restart(at: .seconds(5))
    clock.resume(at: .seconds(8))
    clock.step(pictures: 32, endingAt: .seconds(10))
    #expect(clock.last == .seconds(2))
  }

  @Test func aRestartForgetsWhatWasSeen() {
    var clock = EpochClock(samples: 64)
    clock.step(pictures: 32, endingAt: .seconds(1))
    clock.restart(at: .seconds(2))
    #expect(clock.samplesSeen == 0 && clock.number == 1 && clock.last == nil)
    clock.step(pictures: 64, endingAt: .seconds(5))
    #expect(clock.last == .seconds(3) && clock.number == 2)
  }

  @Test func resumingWithoutAPauseChangesNothing() {
    var clock = EpochClock(samples: 32)
    clock.resume(at: .seconds(4))
    clock.step(pictures: 32, endingAt: .seconds(6))
    #expect(clock.last == .seconds(6))
  }
}
