import Pipeline
import Quantities
import TestSupport
import Testing

@Suite struct StepTimeTests {
  @Test func aNormalTimeIsNeverBelowZeroAndHasItsMean() {
    var random = SeededNumbers(seed: 11)
    let time = StepTime.normal(mean: .milliseconds(10), deviation: .milliseconds(2))
    let wide = StepTime.normal(mean: .milliseconds(1), deviation: .milliseconds(5))
    var sum = 0.0
    var squares = 0.0
    var cut = 0
    let count = 40_000
    for _ in 0..<count {
      let (first, second) = (random.positiveUnit(), Double.random(in: 0..<1, using: &random))
      let sample = time.sample(first, second).milliseconds
      sum += sample
      squares += sample * sample
      #expect(wide.sample(first, second) >= .zero)
      if wide.sample(first, second) == .zero { cut += 1 }
    }
    let mean = sum / Double(count)
    #expect(abs(mean - 10) < 0.05)
    #expect(abs((squares / Double(count) - mean * mean).squareRoot() - 2) < 0.05)
    #expect(cut > 0)
  }

  @Test func aConstantTimeIsItselfWhateverIsDrawn() {
    #expect(StepTime.constant(.microseconds(3_400)).sample(0.3, 0.9) == .microseconds(3_400))
    #expect(StepTime.constant(.seconds(1)).mean == .seconds(1))
    let normal = StepTime.normal(mean: .seconds(2), deviation: .seconds(1))
    #expect(normal.mean == .seconds(2))
    #expect(
      normal.withMean(.seconds(5)) == .normal(mean: .seconds(5), deviation: .milliseconds(2_500)))
    var consumer = Consumer()
    consumer.compute = normal
    consumer.host = .milliseconds(2)
    consumer.transfer = .milliseconds(3)
    #expect(consumer.meanStep == .milliseconds(2_005))
  }

  @Test(arguments: [
    (Duration.milliseconds(10), Duration.milliseconds(2)),
    (.milliseconds(14), .milliseconds(14)), (.microseconds(200), .zero),
  ])
  func aLogNormalTimeHasItsOwnMeanAndDeviation(mean: Duration, deviation: Duration) {
    let time = StepTime.logNormal(mean: mean, deviation: deviation)
    let drawn = draws(of: time, count: 400_000)
    #expect(drawn.least > .zero)
    #expect(abs(drawn.mean / mean.seconds - 1) < 0.005)
    #expect(abs(drawn.deviation - deviation.seconds) < 0.02 * mean.seconds)
    #expect(time.mean == mean)
    #expect(
      time.withMean(mean * 3) == .logNormal(mean: mean * 3, deviation: deviation * 3))
  }

  /// A log-normal time leans: more than half of the steps are below the mean.
  @Test func aLogNormalTimesMedianIsBelowItsMean() {
    let time = StepTime.logNormal(mean: .milliseconds(10), deviation: .milliseconds(10))
    // The middle of a normal number is 0, where the cosine is.
    let median = time.sample(0.5, 0.25)
    #expect(abs(median.milliseconds - 10 / 2.0.squareRoot()) < 1e-3)
  }

  @Test func sampledTimesAreThoseOfTheRecordingEquallyOften() {
    let recorded = [3, 5, 5, 11].map { Nanoseconds.milliseconds($0) }
    let time = StepTime.sampled(SampledSteps(StepRecording(path: "steps.txt", times: recorded)))
    #expect(time.mean == .milliseconds(6))
    var random = SeededNumbers(seed: 5)
    var counts: [Nanoseconds: Int] = [:]
    for _ in 0..<40_000 {
      counts[time.sample(0.5, Double.random(in: 0..<1, using: &random)), default: 0] += 1
    }
    #expect(Set(counts.keys) == Set(recorded))
    for (length, share) in [(3, 0.25), (5, 0.5), (11, 0.25)] {
      #expect(
        abs(Double(counts[.milliseconds(Int64(length))] ?? 0) / 40_000 - share) < 0.01)
    }
    #expect(time.sample(1, 0) == recorded[0])
    #expect(time.sample(1, 1.0.nextDown) == recorded[3])
  }

  @Test func sampledTimesStretchToAnotherMeanAndBack() {
    let steps = SampledSteps(
      StepRecording(path: "steps.txt", times: [.milliseconds(2), .milliseconds(6)]))
    let stretched = StepTime.sampled(steps).withMean(.milliseconds(10))
    #expect(stretched.mean == .milliseconds(10))
    #expect(stretched.sample(0.5, 0) == .milliseconds(5))
    #expect(stretched.sample(0.5, 0.5) == .milliseconds(15))
    #expect(stretched != .sampled(steps))
    #expect(stretched.withMean(.milliseconds(4)) == .sampled(steps))
  }

  @Test func recordingsAreComparedByWhatTheyHold() {
    func recording(_ path: String, _ count: Int64) -> StepRecording {
      StepRecording(path: path, times: (1...count).map { .milliseconds($0) })
    }
    #expect(recording("a", 3) == recording("a", 3))
    #expect(recording("a", 3).hashValue == recording("a", 3).hashValue)
    #expect(recording("a", 3) != recording("b", 3))
    #expect(recording("a", 3) != recording("a", 4))
  }

  /// No session is as long as these.
  @Test func timesBeyondAllBoundsAreCutOff() {
    let long = StepTime.logNormal(mean: .seconds(3600), deviation: .seconds(36_000))
    #expect(long.sample(.leastNonzeroMagnitude, 0) == .seconds(366 * 86_400))
    let steps = SampledSteps(
      StepRecording(
        path: "x", times: [.seconds(3600)] + Array(repeating: .microseconds(1), count: 99)))
    #expect(
      StepTime.sampled(steps).withMean(.seconds(1_000_000)).sample(1, 0) == .seconds(366 * 86_400))
  }

  @Test func whatIsWantedInstead() {
    let ms = Duration.milliseconds(1)
    #expect(StepTime.logNormal(mean: ms, deviation: ms * 10).wanted == nil)
    #expect(StepTime.logNormal(mean: ms, deviation: ms * 11).wanted?.contains("10 times") == true)
    #expect(StepTime.logNormal(mean: ms, deviation: .zero - ms).wanted != nil)
    #expect(StepTime.logNormal(mean: .zero, deviation: .zero).wanted == "a time from 1us to 1h")
    #expect(StepTime.normal(mean: ms, deviation: ms * 2).wanted?.hasSuffix("the mean") == true)
    let steps = SampledSteps(StepRecording(path: "x", times: [.milliseconds(1)]))
    #expect(StepTime.sampled(steps).wanted == nil)
    #expect(StepTime.sampled(steps.withMean(.nanoseconds(10))).wanted != nil)
  }

  /// The mean of the longest of several, against draws.
  @Test(arguments: [
    StepTime.normal(mean: .milliseconds(10), deviation: .milliseconds(2)),
    .logNormal(mean: .milliseconds(10), deviation: .milliseconds(10)),
    .sampled(
      SampledSteps(
        StepRecording(path: "x", times: (1...3_000).map { .microseconds($0 * $0 % 7_919) })
      ).withMean(.milliseconds(10))),
    .constant(.milliseconds(10)),
  ])
  func theSlowestOfSeveral(time: StepTime) {
    var random = SeededNumbers(seed: 21)
    for count in [1, 2, 4, 8] {
      let groups = 40_000
      var sum = 0.0
      for _ in 0..<groups {
        sum +=
          (0..<count).map { _ in
            time.sample(random.positiveUnit(), Double.random(in: 0..<1, using: &random)).seconds
          }.max() ?? 0
      }
      let drawn = sum / Double(groups)
      let known = time.mean(slowestOf: count).seconds
      #expect(abs(known / drawn - 1) < 0.02, "\(time), \(count): \(known) s, drawn \(drawn) s")
    }
  }

  private func draws(
    of time: StepTime, count: Int
  ) -> (mean: Double, deviation: Double, least: Nanoseconds) {
    var random = SeededNumbers(seed: 13)
    var (sum, squares, least) = (0.0, 0.0, Nanoseconds.never)
    for _ in 0..<count {
      let drawn = time.sample(random.positiveUnit(), Double.random(in: 0..<1, using: &random))
      sum += drawn.seconds
      squares += drawn.seconds * drawn.seconds
      least = min(least, drawn)
    }
    let mean = sum / Double(count)
    return (mean, max(0, squares / Double(count) - mean * mean).squareRoot(), least)
  }
}
