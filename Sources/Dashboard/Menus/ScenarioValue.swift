import Augmentation
import Pipeline
import Quantities

/// A number of the scenario that can be typed.
enum ScenarioValue: Hashable, CaseIterable {
  case compute, workers, queue
  case rotation, heightShift, widthShift, shear, zoom, channelShift, horizontalFlip, verticalFlip
  case lens, rescale
  case batchSize, seed
  /// Of the screen, not of the scenario: the time between two frames.
  case refresh
  /// Not a number: a file to write the scenario to.
  case file

  /// The outcome of a typed text.
  enum Outcome: Equatable {
    /// The session goes on with a change.
    case change(ScenarioChange)
    /// A session begins with another scenario.
    case begin(Scenario)
    /// Frames come at another rate.
    case refresh(Duration)
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
    case .refresh: "screen refresh"
    case .file: "save scenario as"
    }
  }

  /// The unit, and the values that are taken.
  func limits(_ scenario: Scenario) -> String {
    func ends(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound) to \(range.upperBound)" }
    switch self {
    case .compute: return "ms, or with its unit: 1us to 1h"
    case .workers: return ends(scenario.loader.workerCounts)
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
    case .refresh: return "ms, or with its unit: 100ms to 10s"
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
    case .file, .refresh: ""
    case .rotation, .heightShift, .widthShift, .shear, .zoom, .channelShift, .horizontalFlip,
      .verticalFlip, .lens, .rescale:
      setting?.restoring(scenario.settings).value ?? ""
    }
  }

  /// The outcome of a text.
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
    case .workers: return whole(scenario.loader.workerCounts) { .change(.workers($0)) }
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
    case .refresh:
      return (Model.refresh(of: text) ?? Model.refresh(of: text + "ms")).map(Outcome.refresh)
        ?? .refused
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

  /// The outcome of the next larger or smaller value; `refused` at an end, and for values that
  /// begin anew or have no steps.
  func stepped(up: Bool, _ scenario: Scenario) -> Outcome {
    func moved(_ now: Double, _ step: Double) -> Outcome {
      // Steps of decimal fractions stay round.
      let next = ((now / step).rounded() + (up ? 1 : -1)) * step
      return outcome("\((next * 1_000).rounded() / 1_000)", scenario)
    }
    switch self {
    case .compute:
      return scenario.computeTime(longer: up).map { .change(.compute($0)) } ?? .refused
    case .workers, .queue:
      return Int(text(scenario)).map { outcome("\($0 + (up ? 1 : -1))", scenario) } ?? .refused
    case .horizontalFlip, .verticalFlip: return outcome(up ? "on" : "off", scenario)
    case .rotation: return moved(scenario.settings.rotationRange, 5)
    case .heightShift: return moved(scenario.settings.heightShiftRange, 0.05)
    case .widthShift: return moved(scenario.settings.widthShiftRange, 0.05)
    case .shear: return moved(scenario.settings.shearRange, 0.05)
    case .zoom: return moved(1 - scenario.settings.zoomRange.low, 0.1)
    case .channelShift: return moved(scenario.settings.channelShiftRange, 5)
    case .lens: return moved(scenario.settings.lens.k1, 0.1)
    case .rescale, .batchSize, .seed, .refresh, .file: return .refused
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
    case .compute, .workers, .queue, .batchSize, .seed, .refresh, .file: nil
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
