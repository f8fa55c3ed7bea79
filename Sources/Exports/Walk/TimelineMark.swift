import Augmentation
import Pipeline
import Quantities
import Tracing

/// An instant that concerns the whole session (a switch, a marker, a verdict), described in words.
struct TimelineMark {
  var at: Nanoseconds
  var kind: InstantName
  /// Its subject, where the kind isn't enough.
  var detail = ""
  var arguments: [(key: String, value: String)] = []

  /// The instant's name, as session files have it.
  var name: String { kind.text(detail) }

  /// Nil for records that aren't instants.
  ///
  /// - Parameter stages: The session's stages.
  init?(_ record: borrowing SessionRecord, _ stages: StageList) {
    at = record.at
    switch record {
    case .note(let note, _): (kind, detail, arguments) = Self.parts(note, stages)
    case .event(.applied(let applied)):
      kind = .applied
      arguments = [
        ("generation", "\(applied.generation)"), ("batch", "\(applied.batch)"),
      ]
    case .verdict(let verdict):
      kind = .verdict
      detail = verdict.kind.rawValue + (verdict.stage.map { ", \(stages[$0].name)" } ?? "")
      arguments = [("because", verdict.because)]
    case .prediction(let prediction):
      kind = .predicted
      detail = prediction.change.label(stages)
      arguments = [
        ("epoch_s", "\(prediction.epoch.seconds)"), ("low_s", "\(prediction.epoch.low)"),
        ("high_s", "\(prediction.epoch.high)"),
      ]
    case .ended(_, let failure):
      kind = .end
      arguments = failure.map { [("failure", $0)] } ?? []
    case .event, .unrecorded, .counter, .ownWork: return nil
    }
  }

  private static func parts(
    _ note: Note, _ stages: StageList
  ) -> (InstantName, String, [(key: String, value: String)]) {
    switch note {
    case .asked(let change, let generation, _):
      (
        .asked, change.label(stages),
        [("generation", "\(generation)"), ("change", ChangeText.write(change, stages: stages))]
      )
    case .paused: (.paused, "", [])
    case .resumed: (.resumed, "", [])
    case .stoodStill(let since): (.stoodStill, "", [("since_ns", "\(since.count)")])
    case .epochRestarted: (.epochRestarted, "", [])
    case .marker(let text): (.marker, text, [("text", text)])
    case .badPicture(let picture, let count):
      (
        .badPicture, picture.path,
        [("path", picture.path), ("reason", picture.reason), ("pictures", "\(count)")]
      )
    }
  }
}
