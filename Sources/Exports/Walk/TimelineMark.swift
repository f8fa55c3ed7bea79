import Augmentation
import Pipeline
import Quantities
import Tracing

/// What happened at one moment to the whole session, in words.
struct TimelineMark {
  enum Kind: String {
    case asked, applied, paused, resumed
    case stoodStill = "stood still"
    case epochRestarted = "epoch restarted"
    case marker, verdict, predicted, ended
  }

  var at: Nanoseconds
  var kind: Kind
  var name: String
  var arguments: [(key: String, value: String)] = []

  /// Nil for records that aren't instants.
  ///
  /// - Parameter stages: The session's.
  init?(_ record: borrowing SessionRecord, _ stages: StageList) {
    at = record.at
    switch record {
    case .note(let note, _): (kind, name, arguments) = Self.told(note, stages)
    case .event(.applied(let applied)):
      kind = .applied
      name = "applied"
      arguments = [
        ("generation", "\(applied.generation)"), ("batch", "\(applied.batch)"),
      ]
    case .verdict(let verdict):
      kind = .verdict
      name =
        "verdict: \(verdict.kind.rawValue)" + (verdict.stage.map { ", \(stages[$0].name)" } ?? "")
      arguments = [("because", verdict.because)]
    case .prediction(let prediction):
      kind = .predicted
      name = "predicted: \(prediction.change.label(stages))"
      arguments = [
        ("epoch_s", "\(prediction.epoch.seconds)"), ("low_s", "\(prediction.epoch.low)"),
        ("high_s", "\(prediction.epoch.high)"),
      ]
    case .ended(_, let failure):
      kind = .ended
      name = "session end"
      arguments = failure.map { [("failure", $0)] } ?? []
    case .event, .unrecorded, .counter, .ownWork: return nil
    }
  }

  private static func told(
    _ note: Note, _ stages: StageList
  ) -> (Kind, String, [(key: String, value: String)]) {
    switch note {
    case .asked(let change, let generation, _):
      (
        .asked, "asked: \(change.label(stages))",
        [("generation", "\(generation)"), ("change", ChangeText.write(change, stages: stages))]
      )
    case .paused: (.paused, "paused", [])
    case .resumed: (.resumed, "resumed", [])
    case .stoodStill(let since): (.stoodStill, "stood still", [("since_ns", "\(since.count)")])
    case .epochRestarted: (.epochRestarted, "epoch restarted", [])
    case .marker(let text): (.marker, text.isEmpty ? "marker" : "marker: \(text)", [("text", text)])
    }
  }
}
