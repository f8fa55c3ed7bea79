/// A part of the screen with a number, by which a key focuses it; the raw value is the number, 10 for 0.
package enum Panel: Int, CaseIterable, Sendable {
  /// The limit, its reason, what the last key did, and the best next change.
  case why = 1
  /// The table of stages, and the predicted epoch after each other change.
  case stages, whatIf
  /// The epoch with queue and GPU as bars; queue, GPU and rates over the session's time.
  case epoch, history
  /// Workers, queue and GPU over the last batches; times of batches and steps as histograms.
  case timeline, times
  /// The changes so far and their effects; a picture before and after its stages.
  case keys, picture
  /// augtop's own cost, and the machine.
  case machine

  /// The digit that focuses it, with Alt.
  package var digit: Character { Character(String(rawValue % 10)) }

  /// The panel of a digit; nil for another character.
  package init?(digit: Character) {
    guard let panel = Self.allCases.first(where: { $0.digit == digit }) else { return nil }
    self = panel
  }

  /// The name in its frame.
  package var title: String {
    switch self {
    case .why: "Why"
    case .stages: "Stages"
    case .whatIf: "What if"
    case .epoch: "Epoch"
    case .history: "History"
    case .timeline: "Timeline"
    case .times: "Times"
    case .keys: "Changes"
    case .picture: "Picture"
    case .machine: "Machine"
    }
  }

  /// The digit, raised.
  var superscript: String {
    ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"][rawValue % 10]
  }
}

/// A choice of panels, which a key steps through.
package enum Arrangement: String, CaseIterable, Sendable {
  /// All of them, as far as there is room.
  case overview
  /// History and timeline, as large as they get.
  case time
  /// Stages, what-if and picture.
  case stages
}
