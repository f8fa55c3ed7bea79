import Pipeline
import Quantities
import Screen

/// The scenario, its running time and its state.
func drawHeader(_ model: Model, in area: Rect, on grid: inout CellGrid) {
  let reading = model.shown
  let scenario = model.frozen?.scenario ?? model.requested
  let time = reading.replay.map { replayClock(reading, $0) } ?? NumberText.clock(reading.at)
  let clock = [
    Span("  \(time)  ", .value), Span("q", .key), Span(" quit  ", .muted),
    Span("?", .key), Span(" help ", .muted),
  ]
  let isWide = area.width >= 100
  // Where a name has no room, the frames' rate is said in a word, and not at all before another fact is cut.
  let rates: [FrameRateWords] = isWide ? [.whole] : [.whole, .brief]
  let candidates = rates.map { stateSpans(model, isWide: isWide, rate: $0) + clock }
  let right =
    candidates.first { area.width - $0.width >= leastName }
    ?? candidates.last { $0.width < area.width }
    ?? stateSpans(model, isWide: isWide, rate: .none) + clock
  grid.draw(right, in: area, alignment: .right)

  let dataset = "\(scenario.dataset.short) \(reading.dataset.count)×\(reading.dataset.shape)"
  let facts: [String] =
    [dataset, "\(scenario.loader.rawValue) ×\(scenario.workers)"]
    + (scenario.governor == nil ? [] : ["governor"])
    + [
      scenario.isJob
        ? "its own costs"
        : "costs \(scenario.costs.name)\(scenario.hasSharedLock ? " + lock" : "")",
      "batch \(scenario.batchSize)",
    ]
  let room = area.width - right.width - 1
  var spans = [Span(" augtop ", .title, attributes: .bold), Span(" \(scenario.name)", .accent)]
  // Of a long name there is a beginning, of a short room nothing.
  if spans.width > room, room < leastName { spans = spans.prefix(1).filter { $0.width <= room } }
  // Stops at the first fact that doesn't fit, so that a fact is shown only if all before it are.
  for fact in facts {
    guard spans.width + 3 + CellWidth.of(fact) <= room else { break }
    spans += [Span(" · ", .muted), Span(fact, .text)]
  }
  grid.draw(spans, in: Rect(x: area.x, y: area.y, width: room, height: 1))
}

/// Cells for the program's and the scenario's name at the least.
private let leastName = 24

/// How much is said of a frame rate that had to be lowered.
private enum FrameRateWords {
  case whole, brief, none
}

private func stateSpans(_ model: Model, isWide: Bool, rate: FrameRateWords) -> [Span] {
  var spans: [Span] = []
  if let replay = model.shown.replay { spans += replaySpans(replay, isWide: isWide) }
  let reading = model.shown
  if reading.scenario.isJob, reading.replay?.resimulation == nil {
    let isAltered = reading.scenario.stages != reading.stageList.all
    spans.append(
      isAltered
        ? Span(
          isWide ? " TRAINS ON OTHER PICTURES " : " OTHER PICTURES ", .bad, attributes: .reverse)
        : Span(" WATCHED ", .accent))
  }
  if let label = model.sessionLabel { spans.append(Span(" \(label) ", .accent)) }
  if model.frozen != nil { spans.append(Span(" FROZEN ", .warn, attributes: .reverse)) }
  // Frozen is frozen: only that the session failed is said at once.
  if model.frozen == nil, let slowed = model.slowedRefresh {
    switch rate {
    case .whole: spans.append(Span(" a frame every \(DurationText.spaced(slowed))", .muted))
    case .brief: spans.append(Span(" slowed", .muted))
    case .none: break
    }
  }
  let dropped = reading.own.droppedEvents
  if dropped > 0 { spans.append(Span(" dropped \(dropped)", .bad)) }
  let bad = reading.badPictures.count
  if bad > 0 { spans.append(Span(" \(bad) bad \(bad == 1 ? "picture" : "pictures")", .warn)) }
  switch reading.recording {
  case .on(_, let bytes): spans.append(Span(" ● \(NumberText.bytes(bytes))", .recording))
  case .failed: spans.append(Span(" recording failed", .bad))
  case .off, .closed: break
  }
  if case .failed = model.reading.state {
    spans.append(Span(" FAILED ", .bad, attributes: .reverse))
  }
  if model.isPauseRequested || reading.state == .paused {
    spans.append(Span(" PAUSED ", .warn, attributes: .reverse))
  }
  return spans
}

extension DatasetReference {
  /// Without the folders of its path.
  fileprivate var short: String {
    switch self {
    case .synthetic: "synthetic"
    case .cifar10(let path): "cifar10:\(lastPart(path))"
    case .cifar100(let path): "cifar100:\(lastPart(path))"
    case .npy(let path): "npy:\(lastPart(path))"
    case .folder(let path): "folder:\(lastPart(path))"
    case .job(let dataset): dataset
    }
  }

  private func lastPart(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
