package import Quantities

/// Lowers the frame rate before drawing takes a noticeable part of a core, and raises it again.
package struct FramePace: Sendable {
  /// The part of a core that frames may take.
  package static let share = 0.01
  /// The times between two frames, the shortest first.
  package static let intervals: [Duration] = [
    .milliseconds(100), .milliseconds(200), .milliseconds(400),
  ]
  /// Frames at one rate before it changes again, at least.
  private static let settling = 20
  /// A higher rate that holds for so many frames isn't a failed trial.
  private static let trial = 100
  /// The most frames at one rate before a higher one is tried again.
  private static let mostPatience = 640
  /// Rates change only where the share is this far off, so that they don't swing.
  private static let above = 1.2
  private static let below = 0.7

  /// Readings come every tenth of a second, give or take.
  private static let early = Duration.milliseconds(30)

  /// Whether the user has done something since the last frame was shown; its effect is seen at once, and whole.
  package private(set) var isAsked = false
  /// When the last frame was shown; nil before the first.
  private var shown: ContinuousClock.Instant?
  private var place = 0
  private var mean = 0.0
  /// Since the rate changed.
  private var frames = 0
  /// Frames before a higher rate is tried: more where the last trial failed.
  private var patience = settling
  private var hasRisen = false

  /// The highest rate, for which nothing has been measured.
  package init() {}

  /// The time between two frames.
  package var interval: Duration { Self.intervals[place] }

  /// Whether it is longer than the shortest.
  package var isSlowed: Bool { place > 0 }

  /// The user has done something: a frame is due, and stays so until one is shown. A terminal that hasn't taken
  /// the frame before may take this one later.
  package mutating func ask() { isAsked = true }

  /// Whether a frame is due: one that was asked for, or one as late after the last as frames are apart.
  ///
  /// - Parameter apart: The shortest time between two frames that the user wants.
  package func isDue(at now: ContinuousClock.Instant, apart: Duration) -> Bool {
    guard let shown, !isAsked else { return true }
    return now - shown >= max(interval, apart) - Self.early
  }

  /// A frame has been shown.
  ///
  /// A higher rate takes less than in proportion, for panels are drawn when they are due: it is tried, and longer
  /// after each trial that failed. What the user asks for doesn't count; no rate makes it less.
  ///
  /// - Parameter cost: The CPU time that the frame took, with all that led to it.
  package mutating func show(at now: ContinuousClock.Instant, cost: Nanoseconds) {
    shown = now
    if isAsked { isAsked = false } else { take(cost) }
  }

  private mutating func take(_ cost: Nanoseconds) {
    frames += 1
    // The first after a change is behind or ahead of its panels.
    mean = frames == 1 ? cost.seconds : mean + (cost.seconds - mean) * 0.1
    let share = mean / interval.seconds
    if frames >= Self.settling, place + 1 < Self.intervals.count, share > Self.share * Self.above {
      patience =
        hasRisen && frames < Self.trial ? min(2 * patience, Self.mostPatience) : Self.settling
      change(to: place + 1)
    } else if frames >= patience, place > 0, share < Self.share * Self.below {
      change(to: place - 1)
      hasRisen = true
    }
  }

  private mutating func change(to place: Int) {
    self.place = place
    frames = 0
    hasRisen = false
  }
}
