import Pipeline
import Quantities
import Screen

/// Workers shown at most; more would push out the rest.
private let mostWorkers = 4

/// The height of the panel with its border.
func timelineRows(_ reading: Reading) -> Int {
  min(mostWorkers, max(1, reading.scenario.workers)) + 5
}

/// Worker, queue and GPU side by side over the last batches: which of them works while another waits.
func drawTimelinePanel(_ reading: Reading, in area: Rect, on grid: inout CellGrid) {
  guard area.height > 2 else { return }
  let timeline = reading.timeline
  let length = timeline.end - timeline.start
  let legend = [
    Span("█", .stageOn), Span(" makes ", .muted), Span("·", .muted), Span(" waits  ", .muted),
    Span("█", .gpuBusy), Span(" busy ", .muted), Span("░", .gpuStarved),
    Span(" starved", .muted),
  ]
  let title = length > .zero ? "Last \(NumberText.window(length))" : "Last batches"
  let inside = grid.drawBox(in: area, title: [Span(title, .title)], note: legend)
    .inset(horizontally: 1)
  let workers = timeline.workers.prefix(min(mostWorkers, reading.scenario.workers))
  for (number, segments) in workers.enumerated() {
    let line = labelled("worker \(number + 1)", inside.row(number), on: &grid)
    drawSegments(segments, timeline, in: line, on: &grid)
  }
  let below = max(1, min(mostWorkers, reading.scenario.workers))
  drawDepths(reading, in: labelled("queue", inside.row(below), on: &grid), on: &grid)
  drawSegments(
    timeline.gpu, timeline, in: labelled("gpu", inside.row(below + 1), on: &grid), on: &grid)
  guard length > .zero else { return }
  let ruler = labelled("", inside.row(below + 2), on: &grid)
  grid.draw([Span("−\(NumberText.window(length))", .graphAxis)], in: ruler)
  grid.draw([Span("0", .graphAxis)], in: ruler, alignment: .right)
}

private func labelled(_ label: String, _ line: Rect, on grid: inout CellGrid) -> Rect {
  let parts = line.sideBySide([.cells(10), .share(1)])
  grid.draw([Span(label, .heading)], in: parts[0])
  return parts[1]
}

/// Each cell shows what took most of its span of time.
private func drawSegments(
  _ segments: [Segment], _ timeline: TimelineReading, in line: Rect, on grid: inout CellGrid
) {
  let span = (timeline.end - timeline.start).seconds / Double(max(1, line.width))
  guard span > 0 else { return }
  var first = 0
  let activities = Activity.allCases
  for column in 0..<line.width {
    let left = timeline.start.seconds + Double(column) * span
    let right = left + span
    var shares = InlineArray<6, Double>(repeating: 0)
    while first < segments.count, segments[first].end.seconds <= left { first += 1 }
    for segment in segments[first...] {
      if segment.start.seconds >= right { break }
      let overlap = min(right, segment.end.seconds) - max(left, segment.start.seconds)
      shares[Int(segment.activity.rawValue)] += overlap
    }
    // Of two that took as much, the later one.
    var most = 0
    for index in activities.indices where shares[index] >= shares[most] { most = index }
    guard shares[most] > 0 else { continue }
    let (glyph, role) = activities[most].appearance
    grid.put(glyph, at: Point(x: line.x + column, y: line.y), style: Style(role))
  }
}

/// The queue's depth as a column of eighths for each cell; a blank is an empty queue.
private func drawDepths(_ reading: Reading, in line: Rect, on grid: inout CellGrid) {
  let timeline = reading.timeline
  let span = (timeline.end - timeline.start).seconds / Double(max(1, line.width))
  guard span > 0 else { return }
  let limit = Double(max(1, reading.queue.limit))
  var next = 0
  var depth = 0
  for column in 0..<line.width {
    let right = timeline.start.seconds + Double(column + 1) * span
    while next < timeline.depths.count, timeline.depths[next].at.seconds < right {
      depth = timeline.depths[next].depth
      next += 1
    }
    guard depth > 0 else { continue }
    let fraction = min(1, Double(depth) / limit)
    let eighths = max(1, Int((fraction * 8).rounded()))
    grid.put(
      grid.glyphs.lowerEighths[eighths - 1], at: Point(x: line.x + column, y: line.y),
      style: Style(.sample(.queue, at: fraction)))
  }
}

extension Activity {
  /// Glyphs differ, so that colour isn't needed.
  fileprivate var appearance: (glyph: String, role: Role) {
    switch self {
    case .making: ("█", .stageOn)
    case .napping, .waitingForRoom: ("·", .muted)
    case .busy: ("█", .gpuBusy)
    case .host: ("▓", .gpuHost)
    case .starved: ("░", .gpuStarved)
    }
  }
}
