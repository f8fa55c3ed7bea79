/// The name of something that happened to the whole session at one moment: the only place that says
/// what instants are called, in session files and in every export.
package enum InstantName: String, Sendable {
  /// The session's start, with its header.
  case session = "augtop session"
  case asked, applied, paused, resumed
  case stoodStill = "stood still"
  case epochRestarted = "epoch restarted"
  case marker, verdict, predicted
  case badPicture = "bad picture"
  /// Sums of batches and steps that aren't recorded one by one.
  case leftOut = "left out"
  case end = "session end"

  /// The name with what it is about: `asked: warp off`.
  package func text(_ detail: String) -> String {
    detail.isEmpty ? rawValue : "\(rawValue): \(detail)"
  }

  /// Reads what `text` writes; nil for other names.
  init?(text: some StringProtocol) {
    guard let name = InstantName(rawValue: String(text.prefix { $0 != ":" })) else { return nil }
    self = name
  }
}
