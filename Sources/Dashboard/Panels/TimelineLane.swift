package import Pipeline
package import Quantities
import Screen

/// The activity that took most of each sample's time in a lane.
///
/// - Parameters:
///   - segments: In the order of time.
///   - samples: Equal parts of the time from `start` to `end`.
/// - Returns: Nil for samples in which the lane has nothing for most of the time.
/// - Complexity: O(segments + samples).
package func sampledActivities(
  _ segments: [Segment], from start: Nanoseconds, to end: Nanoseconds, samples: Int
) -> [Activity?] {
  let width = (end - start).seconds / Double(max(1, samples))
  guard width > 0 else { return [] }
  var first = 0
  return (0..<max(0, samples)).map { sample in
    let left = start.seconds + Double(sample) * width
    let right = left + width
    var shares = InlineArray<10, Double>(repeating: 0)
    while first < segments.count, segments[first].end.seconds <= left { first += 1 }
    var place = first
    while place < segments.count, segments[place].start.seconds < right {
      let segment = segments[place]
      let overlap = min(right, segment.end.seconds) - max(left, segment.start.seconds)
      if overlap > 0 { shares[Int(segment.activity.rawValue)] += overlap }
      place += 1
    }
    // Of two that took as much, the later one.
    var most = 0
    var sum = 0.0
    for index in shares.indices {
      sum += shares[index]
      if shares[index] >= shares[most] { most = index }
    }
    return sum * 2 >= width ? Activity.allCases[most] : nil
  }
}

/// Draws a lane, two samples a cell where the glyphs and colours can show them, else one.
func drawLane(
  _ segments: [Segment], from start: Nanoseconds, to end: Nanoseconds, in line: Rect,
  on grid: inout CellGrid
) {
  let isFine = !grid.glyphs.tellsByShape
  let samples = sampledActivities(
    segments, from: start, to: end, samples: isFine ? line.width * 2 : line.width)
  guard !samples.isEmpty else { return }
  for column in 0..<line.width {
    let point = Point(x: line.x + column, y: line.y)
    let left = samples[isFine ? column * 2 : column]
    let right = samples[isFine ? column * 2 + 1 : column]
    let (a, b) = (left.appearance(isFine), right.appearance(isFine))
    if left == right || a.role == b.role && a.glyph == b.glyph {
      grid.put(a.glyph, at: point, style: Style(a.role))
    } else if a.isSolid, b.isSolid {
      grid.put("▌", at: point, style: Style(a.role, on: b.role))
    } else if a.isSolid {
      grid.put("▌", at: point, style: Style(a.role))
    } else if b.isSolid {
      grid.put("▐", at: point, style: Style(b.role))
    } else {
      grid.put(b.glyph, at: point, style: Style(b.role))
    }
  }
}

extension Activity? {
  /// Glyphs differ, so that colour isn't needed.
  fileprivate func appearance(
    _ hasColors: Bool
  ) -> (glyph: Unicode.Scalar, role: Role, isSolid: Bool) {
    switch self {
    case .making: ("█", .stageOn, true)
    case .waitingForLock: ("▒", .warn, false)
    case .napping: ("═", .muted, false)
    case .waitingForRoom: ("─", .muted, false)
    case .waitingForDemand: ("╌", .muted, false)
    case .busy: ("█", .gpuBusy, true)
    case .host: (hasColors ? "█" : "▓", .gpuHost, true)
    case .starved: (hasColors ? "█" : "░", .gpuStarved, true)
    case .starvedByLock: ("▒", .gpuStarved, false)
    case .pausing: ("≡", .warn, false)
    // Between two batches.
    case nil: ("·", .muted, false)
    }
  }
}
