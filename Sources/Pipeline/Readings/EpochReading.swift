package import Quantities

/// An epoch's duration, or a difference of two, with its 90 % interval.
package struct EpochEstimate: Sendable, Equatable, BitwiseCopyable {
  /// The duration, or the difference; negative where the epoch becomes shorter.
  package var seconds: Double
  /// The interval's lower end, in seconds.
  package var low: Double
  /// The interval's upper end, in seconds.
  package var high: Double

  /// A duration with its interval.
  package init(seconds: Double, low: Double, high: Double) {
    self.seconds = seconds
    self.low = low
    self.high = high
  }

  /// Half the interval's width, in seconds.
  package var half: Double { (high - low) / 2 }

  /// Whether the interval leaves zero out.
  package var isDistinguishable: Bool { low > 0 || high < 0 }

  /// The same with so many seconds more.
  func shifted(by more: Double) -> EpochEstimate {
    EpochEstimate(seconds: seconds + more, low: low + more, high: high + more)
  }

  /// The difference of two durations measured independently.
  package func minus(_ other: EpochEstimate) -> EpochEstimate {
    let half = (half * half + other.half * other.half).squareRoot()
    let difference = seconds - other.seconds
    return EpochEstimate(seconds: difference, low: difference - half, high: difference + half)
  }
}

/// Progress and duration of the epoch; durations in seconds.
package struct EpochReading: Sendable, Equatable {
  /// Counted from 1.
  package var number = 1
  /// Pictures of an epoch.
  package var samples: Int
  /// Pictures trained in this epoch.
  package var samplesSeen = 0
  /// The duration of the epoch at the present rate; nil before the first step.
  package var projected: Double?
  /// The same with its interval; nil until there are enough blocks for one.
  package var estimate: EpochEstimate?
  /// The report's figure: its window starts after 1 s and 20 steps, and anew at a switch.
  package var settled: EpochEstimate?
  /// The duration of this epoch: the time so far and the time left; nil before it can be estimated.
  package var thisEpoch: Double?
  /// The time until this epoch ends; nil before it can be estimated.
  package var remaining: Double?
  /// Half the width of its 90 % interval; nil until there are enough blocks for one.
  package var remainingHalf: Double?
  /// The duration of the last whole epoch without pauses; nil before the first has ended.
  package var last: Double?
  /// The estimate at the moment of the last change.
  package var beforeChange: EpochEstimate?
  /// The phases of an epoch that isn't the first, with their seconds; part of `projected` and `settled`.
  package var phaseShares: [PhaseShare] = []
  /// Seconds that the first epoch takes longer.
  package var firstExtra = 0.0
  /// The pause that training is in; nil while it trains.
  package var phase: PhaseKind?
  /// The phases of this epoch by their places in its time; none where checkpoints come too often for places.
  package var phasePlaces: [PhasePlace] = []

  /// An epoch that hasn't begun.
  package init(samples: Int) { self.samples = samples }

  /// The part that has been trained, 0...1.
  package var fraction: Double { min(1, Double(samplesSeen) / Double(max(1, samples))) }
  /// The part of this epoch's time that has passed, 0...1; nil before it can be estimated.
  package var timeFraction: Double? {
    guard let thisEpoch, let remaining, thisEpoch > 0 else { return nil }
    return min(1, max(0, 1 - remaining / thisEpoch))
  }
  /// Whether it takes longer than later ones, with start-up or a long first step.
  package var isLongerFirst: Bool { number == 1 && firstExtra > 0 }
}

extension EpochReading {
  /// Adds what a watched job's workers cost each epoch because they start anew, which lies between epochs.
  ///
  /// - Parameter time: Ending workers and starting new ones.
  package mutating func addWorkerStart(_ time: Nanoseconds) {
    let seconds = time.seconds
    guard seconds > 0 else { return }
    phaseShares.append(PhaseShare(kind: .workerStart, seconds: seconds))
    projected = projected.map { $0 + seconds }
    settled = settled?.shifted(by: seconds)
    estimate = estimate?.shifted(by: seconds)
  }

  /// Shows that a watched job validates, which its ledger learns at the end: the epoch before isn't over yet.
  ///
  /// - Parameter passed: How long it has validated.
  package mutating func showValidation(for passed: Nanoseconds) {
    phase = .validation
    remaining = phaseShares.first { $0.kind == .validation }.map {
      max(0, $0.seconds - passed.seconds)
    }
    remainingHalf = nil
    guard samplesSeen == 0, number > 1 else { return }
    number -= 1
    samplesSeen = samples
  }
}

/// A phase by its place in the epoch's time.
package struct PhasePlace: Sendable, Equatable, BitwiseCopyable {
  /// The phase.
  package var kind: PhaseKind
  /// Where it begins, 0...1.
  package var start: Double
  /// Where it ends, 0...1.
  package var end: Double

  /// A phase from `start` to `end`.
  package init(kind: PhaseKind, start: Double, end: Double) {
    self.kind = kind
    self.start = start
    self.end = end
  }
}

/// Seconds that one kind of phase takes in an epoch, in the mean over epochs.
package struct PhaseShare: Sendable, Equatable, BitwiseCopyable {
  /// The phase.
  package var kind: PhaseKind
  /// Above 0.
  package var seconds: Double

  /// A share of an epoch.
  package init(kind: PhaseKind, seconds: Double) {
    self.kind = kind
    self.seconds = seconds
  }
}
