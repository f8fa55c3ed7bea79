package import Pipeline
import Quantities

/// An epoch's phases as people write them.
package enum PhaseText {
  /// An example of a validation, for help texts and messages.
  package static let validationForm = "10000 or 10000,step=5ms,every=2"
  /// An example of checkpoints.
  package static let checkpointForm = "every=1000steps,takes=4s"

  /// Pictures, then the time of a batch and the epochs from one validation to the next, both of which may
  /// be left out; nil for any other text. The scenario's check covers the limits.
  package static func validation(_ text: String) -> EpochPhases.Validation? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard let samples = parts.first.flatMap({ Int($0) }), let pairs = pairs(parts.dropFirst())
    else { return nil }
    var validation = EpochPhases.Validation(samples: samples)
    for (key, value) in pairs {
      switch key {
      case "step":
        guard let step = DurationText.parse(value) else { return nil }
        validation.step = step
      case "every":
        guard let every = count(value, of: "epoch") else { return nil }
        validation.every = every
      default: return nil
      }
    }
    return validation
  }

  /// Steps from one checkpoint to the next, and how long one takes; nil for any other text.
  package static func checkpoint(_ text: String) -> EpochPhases.Checkpoint? {
    guard let pairs = pairs(text.split(separator: ",", omittingEmptySubsequences: false)[...])
    else { return nil }
    var checkpoint = EpochPhases.Checkpoint(every: 0, takes: .zero)
    for (key, value) in pairs {
      switch key {
      case "every":
        guard let every = count(value, of: "step") else { return nil }
        checkpoint.every = every
      case "takes":
        guard let takes = DurationText.parse(value) else { return nil }
        checkpoint.takes = takes
      default: return nil
      }
    }
    return Set(pairs.map(\.0)) == ["every", "takes"] ? checkpoint : nil
  }

  /// The form that `validation` reads back.
  package static func write(_ validation: EpochPhases.Validation) -> String {
    "\(validation.samples)"
      + (validation.step.map { ",step=\(DurationText.write($0))" } ?? "")
      + (validation.every == 1 ? "" : ",every=\(validation.every)")
  }

  /// The form that `checkpoint` reads back.
  package static func write(_ checkpoint: EpochPhases.Checkpoint) -> String {
    "every=\(checkpoint.every)steps,takes=\(DurationText.write(checkpoint.takes))"
  }

  /// `key=value` each, no key twice.
  private static func pairs(_ parts: ArraySlice<Substring>) -> [(String, String)]? {
    var pairs: [(String, String)] = []
    for part in parts {
      let halves = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard halves.count == 2, !pairs.contains(where: { $0.0 == halves[0] }) else { return nil }
      pairs.append((halves[0], halves[1]))
    }
    return pairs
  }

  /// A number, with or without its unit.
  private static func count(_ text: String, of unit: String) -> Int? {
    for ending in [unit + "s", unit] where text.hasSuffix(ending) {
      return Int(text.dropLast(ending.count))
    }
    return Int(text)
  }
}
