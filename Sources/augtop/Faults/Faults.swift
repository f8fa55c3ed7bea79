import Augmentation
import Host
import Pipeline
import Screen
import Toml
import Tracing

/// The sentences about what is wrong: what, where, what to try.
enum Faults {
  /// The sentence for the first value that a scenario can't have; nil if all are possible.
  static func check(_ scenario: Scenario) -> String? {
    do {
      try scenario.check()
      return nil
    } catch {
      return sentence(error)
    }
  }

  /// The sentence for the first setting that can't be; nil if all are possible.
  static func check(_ settings: AugmentationSettings) -> String? {
    do {
      try settings.check()
      return nil
    } catch {
      return sentence(error)
    }
  }

  /// The sentence for a value that a scenario can't have.
  static func sentence(_ fault: ScenarioFault) -> String {
    "--\(fault.option) \(fault.value): give \(fault.wanted)"
  }

  /// The sentence for a setting that can't be.
  static func sentence(_ fault: SettingsFault) -> String {
    switch fault {
    case .notFinite(let name): "--\(name.rawValue): give a finite number"
    case .negative(.zoomRange, let value):
      "--zoom-range \(value): a factor can't be negative; below 1 enlarges, above 1 shrinks"
    case .negative(let name, let value):
      "--\(name.rawValue) \(value): a range can't be negative; it is drawn from both sides of 0"
    case .beyond(let name, let value, let limit):
      "--\(name.rawValue) \(value): that is beyond \(limit); \(unit(name))"
    case .zoomReversed(let low, let high):
      "--zoom-range \(low),\(high): the lower factor comes first: \(high),\(low)"
    case .twoLenses: "--lens-fisheye: it can't go with --lens-k1 or --lens-k2; give one model"
    case .notPositive(let name, let value):
      "--\(name.rawValue) \(value): pixels are divided by it, so it must be above 0"
    case .unequalCounts(let name, let means, let deviations):
      "--\(name.rawValue): \(means) means and \(deviations) deviations; give one of each a channel"
    }
  }

  /// The sentence for a thread that couldn't be started.
  static func sentence(_ fault: ThreadFault) -> String {
    "the system gives no further thread: \(fault.error); see `ulimit -u`, or take fewer --workers"
  }

  /// The sentence for a session whose predictor couldn't be started.
  static let withoutPredictor = "nothing is predicted: the system gives no further thread"

  /// The sentence for a terminal that can't show the screen.
  static func sentence(_ fault: TerminalFault) -> String {
    switch fault {
    case .notATerminal(let stream):
      "\(stream.rawValue) is not a terminal; `augtop run` does the same without a screen"
    case .unknownTerminal(let name):
      "no terminal called '\(name)' is known here; try TERM=xterm-256color augtop"
    case .tooSimple(let name):
      "the terminal '\(name)' can't place its cursor; `augtop run` needs no screen"
    case .noResources: "the system gives no more descriptors; see `ulimit -n`"
    }
  }

  /// A hint at the nearest known word; empty where none is near.
  static func suggestion(_ text: String, among words: [String]) -> String {
    let nearest = Toml.nearest(to: text, among: words)
    return (nearest.map { " Did you mean \($0)?" } ?? "")
      + " There are: \(words.joined(separator: ", "))"
  }

  private static func unit(_ name: SettingName) -> String {
    switch name {
    case .rotationRange: "it is in degrees"
    case .widthShiftRange, .heightShiftRange: "it is a fraction of the picture, not pixels"
    case .shearRange: "it is in radians"
    case .zoomRange: "it is a factor"
    case .channelShiftRange, .cval: "it is in the unit of the pixels"
    case .lensK1, .lensK2: "it counts from the middle in halves of the longer side"
    case .lensFisheye: "it is the angle, in degrees, at half of the longer side"
    case .normalization: "it is in the unit of the pixels, after --rescale"
    case .rescale: "it is a factor, as 0.00392156862745098"
    }
  }
}
