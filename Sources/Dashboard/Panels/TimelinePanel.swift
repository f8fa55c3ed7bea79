import Pipeline
import Quantities
import Screen

/// Workers, queue and GPU side by side over the last batches: which of them works while another waits.
func drawTimelinePanel(_ model: Model, at place: ScreenLayout.Place, on grid: inout CellGrid) {
  let reading = model.shown
  let timeline = reading.timeline
  let rows = max(0, place.area.height - place.frame.rows)
  let hasLock = reading.scenario.hasSharedLock && rows >= 4
  let others = 2 + (hasLock ? 1 : 0)
  let workers = reading.scenario.makers(machineCores: reading.cores)
  let shown = max(0, min(workers, rows - others))
  let heights = LaneHeights(rows, lanes: shown + others - 1)
  let first = min(model.scrolls[.timeline] ?? 0, max(0, workers - shown))
  let width = place.area.width - 14
  let (start, end) = window(timeline, cells: width)
  // Lanes without room: of workers, and of the lock.
  let more = workers - shown + (reading.scenario.hasSharedLock && !hasLock ? 1 : 0)
  let title = end > start ? "Last \(NumberText.window(end - start))" : "Timeline"
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .timeline, title: title,
    note: place.note(
      of: [Wording.whole, .short, .least].map { legend(reading.scenario, $0, grid.glyphs) },
      title: title, more: more), more: more)
  var top = inside.y
  func next(_ name: String, _ height: Int) -> Rect {
    defer { top += height }
    let area = Rect(x: inside.x, y: top, width: inside.width, height: height)
    return labelled(name, area, on: &grid)
  }
  for number in first..<first + shown {
    let lane = next("worker \(number + 1)", heights.lane)
    guard number < timeline.workers.count else { continue }
    for row in 0..<heights.drawn {
      drawLane(timeline.workers[number], from: start, to: end, in: lane.row(row), on: &grid)
    }
  }
  if hasLock { drawLock(timeline, start, end, in: next("lock", heights.lane).row(0), on: &grid) }
  drawDepths(reading, start, end, in: next("queue", heights.queue), on: &grid)
  let gpu = next(ConsumerWords(reading.scenario).name, heights.lane)
  for row in 0..<heights.drawn {
    drawLane(timeline.gpu, from: start, to: end, in: gpu.row(row), on: &grid)
  }
  guard heights.hasRuler, end > start else { return }
  let ruler = next("", 1)
  grid.draw([Span("−\(NumberText.window(end - start))", .graphAxis)], in: ruler)
  grid.draw([Span("0", .graphAxis)], in: ruler, alignment: .right)
}

/// Rows of lanes and queue: all rows are used, most of them by the queue.
private struct LaneHeights {
  /// The most rows of one lane.
  private static let most = 4

  let hasRuler: Bool
  let lane: Int
  let queue: Int

  /// - Parameter lanes: All but the queue.
  init(_ rows: Int, lanes: Int) {
    hasRuler = rows > lanes + 1
    let room = rows - (hasRuler ? 1 : 0)
    lane = max(1, min(Self.most, 1 + (room - lanes - 1) / max(1, 2 * lanes)))
    queue = max(0, room - lanes * lane)
  }

  /// High lanes are set apart by an empty row.
  var drawn: Int { max(1, lane - 1) }
}

/// Of the time in the reading, the last batches that each get a dozen samples; all of it where a worker
/// naps, since a round of naps is longer.
private func window(
  _ timeline: TimelineReading, cells: Int
) -> (start: Nanoseconds, end: Nanoseconds) {
  let naps = timeline.workers.contains { $0.contains { $0.activity == .napping } }
  guard !naps, timeline.period > .zero else { return (timeline.start, timeline.end) }
  let batches = max(8, min(24, cells * 2 / 12))
  let length = timeline.period * batches
  guard length < timeline.end - timeline.start else { return (timeline.start, timeline.end) }
  return (timeline.end - length, timeline.end)
}

/// How many words a legend takes.
private enum Wording {
  /// "waits for room"; "room"; and without what the GPU's lane shows where it isn't busy.
  case whole, short, least
}

/// What the glyphs of the lanes mean.
private func legend(_ scenario: Scenario, _ wording: Wording, _ glyphs: Glyphs) -> [Span] {
  func wait(_ word: String) -> String { wording == .whole ? "waits for \(word)" : word }
  var spans = [Span("█", .stageOn), Span(" makes ", .muted)]
  switch scenario.loader {
  case .kerasThreads: spans += [Span("═", .muted), Span(" naps ", .muted)]
  case .blocking, .kerasProcesses:
    spans += [Span("─", .muted), Span(" \(wait("room")) ", .muted)]
  case .torch, .keras3, .keras3Processes, .tfData:
    spans += [Span("╌", .muted), Span(" \(wait("demand")) ", .muted)]
  }
  if scenario.hasSharedLock {
    spans += [
      Span("▒", .warn), Span(" \(wording == .whole ? wait("the lock") : "lock") ", .muted),
    ]
  }
  let shapes = glyphs.tellsByShape
  let words = ConsumerWords(scenario)
  spans += [Span(" ", .muted), Span("█", .gpuBusy), Span(" \(words.busy) ", .muted)]
  if words.hasHost, wording != .least {
    spans += [Span(shapes ? "▓" : "█", .gpuHost), Span(" host ", .muted)]
  }
  spans += [Span(shapes ? "░" : "█", .gpuStarved), Span(" \(words.starved)", .muted)]
  if scenario.pauses { spans += [Span(" ≡", .warn), Span(" pause", .muted)] }
  return spans
}

private func labelled(_ label: String, _ area: Rect, on grid: inout CellGrid) -> Rect {
  let parts = area.sideBySide([.cells(10), .share(1)])
  grid.draw([Span(label, .heading)], in: parts[0].row(0))
  return parts[1]
}

/// The holder of the interpreter lock: a worker's number, or `h` for the step's host work.
private func drawLock(
  _ timeline: TimelineReading, _ start: Nanoseconds, _ end: Nanoseconds, in line: Rect,
  on grid: inout CellGrid
) {
  let host = sampledActivities(timeline.gpu, from: start, to: end, samples: line.width)
  let workers = timeline.workers.map {
    sampledActivities($0, from: start, to: end, samples: line.width)
  }
  guard host.count == line.width else { return }
  for column in 0..<line.width {
    let point = Point(x: line.x + column, y: line.y)
    if host[column] == .host {
      grid.put("h", at: point, style: Style(.gpuHost))
    } else if let worker = workers.firstIndex(where: { $0[column] == .making }) {
      grid.put(String((worker + 1) % 10), at: point, style: Style(.stageOn))
    } else {
      grid.put("·", at: point, style: Style(.muted))
    }
  }
}

/// The queue's mean depth within each cell's time as a column of eighths, and a mark at the bottom where
/// it was empty.
private func drawDepths(
  _ reading: Reading, _ start: Nanoseconds, _ end: Nanoseconds, in area: Rect,
  on grid: inout CellGrid
) {
  let timeline = reading.timeline
  let span = (end - start).seconds / Double(max(1, area.width))
  guard span > 0, area.height > 0 else { return }
  let limit = Double(max(1, reading.queue.limit))
  var next = 0
  var depth = 0
  for column in 0..<area.width {
    let left = start.seconds + Double(column) * span
    let right = left + span
    var sum = 0.0
    var at = left
    while next < timeline.depths.count, timeline.depths[next].at.seconds < right {
      let moment = max(left, timeline.depths[next].at.seconds)
      sum += (moment - at) * Double(depth)
      at = moment
      depth = timeline.depths[next].depth
      next += 1
    }
    sum += (right - at) * Double(depth)
    let mean = sum / span
    let x = area.x + column
    if mean < 0.05 {
      grid.put(
        grid.glyphs.lowerEighths[0], at: Point(x: x, y: area.maxY - 1), style: Style(.queueEmpty))
      continue
    }
    let fraction = min(1, mean / limit)
    let eighths = max(1, Int((fraction * Double(area.height * 8)).rounded()))
    for row in 0..<area.height {
      let filled = min(8, eighths - row * 8)
      guard filled > 0 else { break }
      grid.put(
        grid.glyphs.lowerEighths[filled - 1], at: Point(x: x, y: area.maxY - 1 - row),
        style: Style(fraction >= 0.995 ? .queueFull : .graphBand))
    }
  }
  grid.drawMiddleGridline(in: area)
}
