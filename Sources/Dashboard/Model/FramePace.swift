package import Quantities

/// Lowers the frame rate before drawing takes a noticeable part of a core, and raises it again.
package struct FramePace: Sendable {
  /// The part of a core that frames may take.
  package static let share = 0.01
  /// The times between two frames, the shortest first.
  package static let intervals: [Duration] = [
    .milliseconds(100), .milliseconds(200), .milliseconds(400),
  ]
  /// Frames at one rate before it changes again.
  private static let settling = 20
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
  private var frames = 0

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
  package mutating func show(at now: ContinuousClock.Instant) {
    shown = now
    isAsked = false
  }

  /// Takes in the CPU time that a frame took, with all that led to it.
  package mutating func take(_ cost: Nanoseconds) {
    mean = frames == 0 && mean == 0 ? cost.seconds : mean + (cost.seconds - mean) * 0.1
    frames += 1
    guard frames >= Self.settling else { return }
    if place + 1 < Self.intervals.count, share(at: place) > Self.share * Self.above {
      place += 1
      frames = 0
    } else if place > 0, share(at: place - 1) < Self.share * Self.below {
      place -= 1
      frames = 0
    }
  }

  private func share(at place: Int) -> Double { mean / Self.intervals[place].seconds }
}
