import Pipeline
import Quantities
import Screen

/// The state of a replay, for the header.
func replaySpans(_ replay: ReplayReading, isWide: Bool) -> [Span] {
  let speed = "×\(NumberText.brief(replay.speed, 1))"
  var spans: [Span] = []
  if isWide, let indexed = replay.indexed {
    spans.append(Span(" indexing \(NumberText.percent(indexed))", .muted))
  }
  let title =
    replay.resimulation.map { "RE-SIMULATED from \(NumberText.clock($0.from))" } ?? "REPLAY"
  spans.append(Span(" \(title) ", .accent, attributes: .reverse))
  switch replay.motion {
  case .playing: spans.append(Span(" \(speed)", .value))
  // Keys change the speed here, too.
  case .held: spans.append(Span(replay.speed == 1 ? " held" : " held, \(speed)", .warn))
  case .ended: spans.append(Span(" end", .warn))
  case .seeking(let share): spans.append(Span(" seeking \(NumberText.percent(share))", .warn))
  }
  return spans
}

/// The recorded session's clock and where it ends.
func replayClock(_ reading: Reading, _ replay: ReplayReading) -> String {
  replay.resimulation == nil
    ? "\(NumberText.clock(replay.position))/\(NumberText.clock(replay.end))"
    : NumberText.clock(reading.at)
}

/// "recorded 8.5 s · re-simulated 5.6 s (−34 %)"; nil where nothing is re-simulated.
///
/// - Parameter hasVerdict: Whether to name the recorded session's limit as well.
func resimulationSpans(_ reading: Reading, hasVerdict: Bool) -> [Span]? {
  guard let resimulation = reading.replay?.resimulation else { return nil }
  let recorded = resimulation.recordedEpoch
  let now = reading.epoch.settled ?? reading.epoch.estimate
  let other = now?.seconds ?? recorded.seconds
  var spans = [
    Span("recorded ", .muted), Span(NumberText.epoch(recorded.seconds, like: other), .value),
  ]
  if hasVerdict { spans.append(Span(" \(resimulation.recordedVerdict.rawValue)", .muted)) }
  spans.append(Span(" · re-simulated ", .muted))
  guard let now else { return spans + [Span("measuring…", .muted)] }
  spans.append(
    Span(NumberText.epoch(now.seconds, like: recorded.seconds), .value, attributes: .bold))
  return spans + [changeSpan(from: recorded, to: now)]
}
