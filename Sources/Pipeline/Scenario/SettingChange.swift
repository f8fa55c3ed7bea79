package import Augmentation

/// One of the generator's settings with a new value, as it can change while a session runs.
package enum SettingChange: Hashable, Sendable {
  /// One of `AugmentationSettings.numbers`, in the unit of its option.
  case number(SettingName, Double)
  /// The range of zoom factors.
  case zoom(ZoomRange)
  /// Whether pictures are mirrored left to right, or turned upside down, with probability one half.
  case horizontalFlip(Bool)
  case verticalFlip(Bool)

  /// The option's name.
  package var name: String {
    switch self {
    case .number(let name, _): name.rawValue
    case .zoom: SettingName.zoomRange.rawValue
    case .horizontalFlip: "horizontal-flip"
    case .verticalFlip: "vertical-flip"
    }
  }

  /// The value as the option takes it: "15", "0.8,1.2", "on".
  package var value: String {
    switch self {
    case .number(_, let number): Self.text(number)
    case .zoom(let range): "\(Self.text(range.low)),\(Self.text(range.high))"
    case .horizontalFlip(let on), .verticalFlip(let on): on ? "on" : "off"
    }
  }

  /// A change from an option's name and its value; nil for an unknown name, a value that isn't one of the
  /// option's, and one beyond the limits of `AugmentationSettings`.
  package init?(name: String, value: String) {
    switch name {
    case "horizontal-flip", "vertical-flip":
      guard value == "on" || value == "off" else { return nil }
      self =
        name == "horizontal-flip" ? .horizontalFlip(value == "on") : .verticalFlip(value == "on")
    case SettingName.zoomRange.rawValue:
      let ends = value.split(separator: ",").map { Double($0) }
      guard ends.count == 2, let low = ends[0], let high = ends[1] else { return nil }
      self = .zoom(ZoomRange(low: low, high: high))
    default:
      guard let name = SettingName(rawValue: name), let number = Double(value),
        AugmentationSettings.numbers.contains(where: { $0.name == name })
      else { return nil }
      self = .number(name, number)
    }
    var settings = AugmentationSettings()
    settings.apply(self)
    // A fisheye alone is a lens, too, so the other kind's coefficients don't count here.
    guard (try? settings.check()) != nil else { return nil }
  }

  /// The same setting with the value that it has in these settings.
  package func restoring(_ settings: AugmentationSettings) -> SettingChange {
    switch self {
    case .number(let name, let number):
      .number(
        name,
        AugmentationSettings.numbers.first { $0.name == name }.map { settings[keyPath: $0.path] }
          ?? number)
    case .zoom: .zoom(settings.zoomRange)
    case .horizontalFlip: .horizontalFlip(settings.horizontalFlip)
    case .verticalFlip: .verticalFlip(settings.verticalFlip)
    }
  }

  private static func text(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension AugmentationSettings {
  /// Gives one setting another value; a number that has no limits of its own stays.
  package mutating func apply(_ change: SettingChange) {
    switch change {
    case .number(let name, let number):
      guard let path = Self.numbers.first(where: { $0.name == name })?.path else { return }
      self[keyPath: path] = number
    case .zoom(let range): zoomRange = range
    case .horizontalFlip(let on): horizontalFlip = on
    case .verticalFlip(let on): verticalFlip = on
    }
  }
}
