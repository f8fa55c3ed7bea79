package import Pipeline
import Quantities

/// A clock governor as people write it: `on`, or `floor=0.4,threshold=0.8,window=100ms,step=0.2`,
/// where what is left out has its default.
package enum GovernorText {
  /// An example of the form, for help texts and messages.
  package static let form = "floor=0.4,threshold=0.8,window=100ms,step=0.2"

  /// Nil for any other text; the scenario's check covers the limits of the numbers.
  package static func parse(_ text: String) -> Governor? {
    var governor = Governor()
    if text == "on" { return governor }
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", omittingEmptySubsequences: false)
      guard pair.count == 2 else { return nil }
      let value = String(pair[1])
      if pair[0] == "window" {
        guard let window = DurationText.parse(value) else { return nil }
        governor.window = window
        continue
      }
      guard let number = Double(value), number.isFinite else { return nil }
      switch pair[0] {
      case "floor": governor.floor = number
      case "threshold": governor.threshold = number
      case "step": governor.step = number
      default: return nil
      }
    }
    return governor
  }

  /// The form that `parse` reads back.
  package static func write(_ governor: Governor) -> String {
    "floor=\(governor.floor),threshold=\(governor.threshold)"
      + ",window=\(DurationText.write(governor.window)),step=\(governor.step)"
  }
}
