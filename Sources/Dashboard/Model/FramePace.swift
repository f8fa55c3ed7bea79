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

  private var place = 0
  private var mean = 0.0
  private var frames = 0

  /// The highest rate, for which nothing has been measured.
  package init() {}

  /// The time between two frames.
  package var interval: Duration { Self.intervals[place] }

  /// Whether it is longer than the shortest.
  package var isSlowed: Bool { place > 0 }

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
