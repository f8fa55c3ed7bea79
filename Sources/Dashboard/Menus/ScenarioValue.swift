import Augmentation
import Pipeline
import Quantities

/// A number of the scenario that can be typed.
enum ScenarioValue: Hashable, CaseIterable {
  case compute, workers, queue
  case rotation, heightShift, widthShift, shear, zoom, channelShift, horizontalFlip, verticalFlip
  case lens, rescale
  case batchSize, seed
  /// Not a number: a file to write the scenario to.
  case file

  /// What comes of a typed text.
  enum Outcome: Equatable {
    /// The session goes on with a change.
    case change(ScenarioChange)
    /// A session begins with another scenario.
    case begin(Scenario)
    /// The scenario is written to a file.
    case save(String)
    /// The text isn't one of the values.
    case refused
  }

  /// The name in the menu.
  func title(_ scenario: Scenario) -> String {
    switch self {
    case .compute: "GPU step (compute)"
    case .workers: "workers"
    case .queue: scenario.loader == .torch ? "prefetch" : "queue limit"
    case .rotation: "rotation range"
    case .heightShift: "height shift range"
    case .widthShift: "width shift range"
    case .shear: "shear range"
    case .zoom: "zoom range"
    case .channelShift: "channel shift range"
    case .horizontalFlip: "horizontal flip"
    case .verticalFlip: "vertical flip"
    case .lens: "lens k1"
    case .rescale: "rescale"
    case .batchSize: "batch size"
    case .seed: "seed"
    case .file: "save scenario as"
    }
  }

  /// The unit, and the values that are taken.
  func limits(_ scenario: Scenario) -> String {
    func ends(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound) to \(range.upperBound)" }
    switch self {
    case .compute: return "ms, or with its unit: 1us to 1h"
    case .workers: return ends(Scenario.workerCounts)
    case .queue:
      return scenario.loader == .torch
        ? "\(ends(Scenario.prefetchCounts)) batches a worker"
        : "\(ends(Scenario.queueLimits)) batches"
    case .rotation: return "degrees, 0 to 360"
    case .heightShift: return "of the height, 0 to 10"
    case .widthShift: return "of the width, 0 to 10"
    case .shear: return "radians, 0 to 3.14"
    case .zoom: return "0.2, or from,to: 0.8,1.2"
    case .channelShift: return "values of a pixel, 0 to 1000000"
    case .horizontalFlip, .verticalFlip: return "on or off"
    case .lens: return "0 is none, -10 to 10"
    case .rescale: return "a factor, 0 is none"
    case .batchSize: return "pictures, \(ends(Scenario.batchSizes)); starts anew"
    case .seed: return "0 to \(UInt32.max); starts anew"
    case .file: return "a new file: name.toml"
    }
  }

  /// The present value, as it may be typed.
  func text(_ scenario: Scenario) -> String {
    switch self {
    case .compute: DurationText.spaced(scenario.consumer.compute.mean)
    case .workers: "\(scenario.workers)"
    case .queue: "\(scenario.loader == .torch ? scenario.prefetch : scenario.queueLimit)"
    case .batchSize: "\(scenario.batchSize)"
    case .seed: "\(scenario.seed)"
    case .file: ""
    case .rotation, .heightShift, .widthShift, .shear, .zoom, .channelShift, .horizontalFlip,
      .verticalFlip, .lens, .rescale:
      setting?.restoring(scenario.settings).value ?? ""
    }
  }

  /// What a text makes of the scenario.
  func outcome(_ text: String, _ scenario: Scenario) -> Outcome {
    let text = text.trimmed
    func whole(_ range: ClosedRange<Int>, _ make: (Int) -> Outcome) -> Outcome {
      guard let number = Int(text), range.contains(number) else { return .refused }
      return make(number)
    }
    switch self {
    case .compute:
      guard let time = DurationText.parse(text) ?? DurationText.parse(text + "ms"),
        Scenario.computeTimes.contains(time)
      else { return .refused }
      return .change(.compute(time))
    case .workers: return whole(Scenario.workerCounts) { .change(.workers($0)) }
    case .queue:
      return scenario.loader == .torch
        ? whole(Scenario.prefetchCounts) { .change(.prefetch($0)) }
        : whole(Scenario.queueLimits) { .change(.queueLimit($0)) }
    case .batchSize:
      return whole(Scenario.batchSizes) {
        var other = scenario
        other.batchSize = $0
        return .begin(other)
      }
    case .seed:
      guard let seed = UInt32(text) else { return .refused }
      var other = scenario
      other.seed = seed
      return .begin(other)
    case .file: return text.isEmpty ? .refused : .save(text)
    case .zoom:
      // Keras's scalar means from 1 − z to 1 + z.
      if let around = Double(text) {
        let range = ZoomRange(around: around)
        return change("\(range.low),\(range.high)")
      }
      return change(text.filter { $0 != " " })
    case .rotation, .heightShift, .widthShift, .shear, .channelShift, .horizontalFlip,
      .verticalFlip, .lens, .rescale:
      return change(text.hasSuffix("°") ? String(text.dropLast()) : text)
    }
  }

  private func change(_ value: String) -> Outcome {
    guard let name = setting?.name, let change = SettingChange(name: name, value: value) else {
      return .refused
    }
    return .change(.setting(change))
  }

  /// The generator's setting; nil for other values.
  private var setting: SettingChange? {
    switch self {
    case .rotation: .number(.rotationRange, 0)
    case .heightShift: .number(.heightShiftRange, 0)
    case .widthShift: .number(.widthShiftRange, 0)
    case .shear: .number(.shearRange, 0)
    case .zoom: .zoom(.none)
    case .channelShift: .number(.channelShiftRange, 0)
    case .horizontalFlip: .horizontalFlip(false)
    case .verticalFlip: .verticalFlip(false)
    case .lens: .number(.lensK1, 0)
    case .rescale: .number(.rescale, 0)
    case .compute, .workers, .queue, .batchSize, .seed, .file: nil
    }
  }

  /// The value that gives the generator's stage of this name something to do; nil where there is none.
  static func of(stage name: String) -> ScenarioValue? {
    switch Stage(rawValue: name) {
    case .rotation: .rotation
    case .heightShift: .heightShift
    case .widthShift: .widthShift
    case .shear: .shear
    case .zoom: .zoom
    case .channelShift: .channelShift
    case .horizontalFlip: .horizontalFlip
    case .verticalFlip: .verticalFlip
    case .lens: .lens
    case .standardize: .rescale
    case .load, .compose, .warp, .collate, nil: nil
    }
  }
}

extension String {
  /// Without blanks at both ends.
  fileprivate var trimmed: String {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
