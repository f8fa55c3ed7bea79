import Pipeline
import Quantities
import Screen

/// The figures of one moment, which those after it are compared with.
struct Baseline: Sendable, Equatable {
  /// The session's time of it.
  let at: Nanoseconds
  /// The estimated epoch.
  let epoch: EpochEstimate
  /// The time to make a batch; nil where none was measured.
  let make: Nanoseconds?
  /// The part of the time that the GPU starved.
  let starved: Double
  /// Pictures trained on in a second.
  let picturesPerSecond: Double

  /// Nil where the reading has no epoch yet.
  init?(_ reading: Reading) {
    guard let epoch = reading.epoch.settled ?? reading.epoch.estimate else { return nil }
    at = reading.at
    self.epoch = epoch
    make = reading.workers.make
    starved = reading.consumer.starved
    picturesPerSecond = reading.consumer.imagesPerSecond
  }
}

extension Model {
  /// Takes the present figures as the baseline, or lets the baseline go.
  mutating func toggleBaseline() -> [Effect] {
    if facts.baseline != nil {
      facts.baseline = nil
      notice = Notice(text: "baseline let go", isWarning: false)
      return []
    }
    guard let baseline = Baseline(reading) else {
      return refuse("a baseline needs an epoch: it is still being measured")
    }
    facts.baseline = baseline
    notice = Notice(text: "baseline taken; B lets it go", isWarning: false)
    return []
  }
}

/// "Baseline 00:41  epoch 6.3 → 8.5 s (+34 %), make 3.89 → 0.86 ms, …"; nil without a baseline.
///
/// - Returns: All of it, and the epoch alone.
func baselineSpans(_ facts: Facts) -> (spans: [Span], brief: [Span])? {
  guard let baseline = facts.baseline else { return nil }
  let reading = facts.reading
  var brief = [Span("Baseline \(NumberText.clock(baseline.at))  ", .muted), Span("epoch ", .text)]
  guard let epoch = reading.epoch.settled ?? reading.epoch.estimate else {
    let spans = brief + [Span("measuring…", .muted)]
    return (spans, spans)
  }
  brief += [
    Span(NumberText.epoch(baseline.epoch.seconds, like: epoch.seconds), .value),
    Span(" → ", .muted),
    Span(
      NumberText.epoch(epoch.seconds, like: baseline.epoch.seconds), .value, attributes: .bold),
    changeSpan(from: baseline.epoch, to: epoch),
  ]
  func pair(_ name: String, _ old: String, _ new: String) -> [Span] {
    [Span("; \(name) \(old) → ", .muted), Span(new, .value)]
  }
  var spans = brief
  if let old = baseline.make, let new = reading.workers.make {
    spans += pair("make", NumberText.span(old), NumberText.span(new))
  }
  spans += pair(
    "starved", NumberText.percent(baseline.starved), NumberText.percent(reading.consumer.starved))
  spans += pair(
    "pictures/s", NumberText.rate(baseline.picturesPerSecond),
    NumberText.rate(reading.consumer.imagesPerSecond))
  return (spans, brief)
}
