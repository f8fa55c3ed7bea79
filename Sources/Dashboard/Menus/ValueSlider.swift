import Augmentation
import Pipeline
import Quantities
package import Screen

/// The values that a slider covers.
struct SliderScale: Equatable {
  /// At the left end.
  let low: Double
  /// At the right end.
  let high: Double
  /// Values are multiples of it; nil lets them have two digits.
  var step: Double?
  /// Whether small values have more room than large ones.
  var isStretched = false

  /// The value at a share of the slider's length, 0...1.
  func value(at share: Double) -> Double {
    let part = isStretched ? share * share * share * share : share
    let value = low + (high - low) * part
    let step = step ?? (value < 10 ? 0.1 : value < 100 ? 1 : 10)
    return min(high, max(low, (value / step).rounded() * step))
  }

  /// The share at which a value lies; the nearest end where it lies beyond.
  func share(of value: Double) -> Double {
    let part = min(1, max(0, (value - low) / (high - low)))
    return isStretched ? part.squareRoot().squareRoot() : part
  }
}

extension ScenarioValue {
  /// The values that its slider covers, which may be fewer than those that can be typed; nil for values
  /// without a slider: those that begin a session anew, and those that aren't numbers.
  func scale(_ scenario: Scenario) -> SliderScale? {
    func whole(_ range: ClosedRange<Int>, atMost most: Int) -> SliderScale {
      SliderScale(
        low: Double(range.lowerBound), high: Double(min(most, range.upperBound)), step: 1,
        isStretched: true)
    }
    return switch self {
    // Milliseconds.
    case .compute: SliderScale(low: 0.1, high: 1_000, isStretched: true)
    case .workers: whole(scenario.loader.workerCounts, atMost: 64)
    case .queue:
      scenario.loader == .torch
        ? whole(Scenario.prefetchCounts, atMost: 100) : whole(Scenario.queueLimits, atMost: 1_000)
    case .rotation: SliderScale(low: 0, high: 180, step: 5)
    case .heightShift, .widthShift: SliderScale(low: 0, high: 1, step: 0.05)
    case .shear: SliderScale(low: 0, high: 1.5, step: 0.05)
    case .zoom: SliderScale(low: 0, high: 0.9, step: 0.05)
    case .channelShift: SliderScale(low: 0, high: 255, step: 5)
    case .lens: SliderScale(low: -1, high: 1, step: 0.05)
    case .horizontalFlip, .verticalFlip: SliderScale(low: 0, high: 1, step: 1)
    case .rescale, .batchSize, .seed, .refresh, .file: nil
    }
  }

  /// Where a scenario's value lies on its slider, 0...1; nil without a slider.
  func share(_ scenario: Scenario) -> Double? {
    guard let scale = scale(scenario) else { return nil }
    let settings = scenario.settings
    let value: Double =
      switch self {
      case .compute: Nanoseconds(scenario.consumer.compute.mean).milliseconds
      case .workers: Double(scenario.workers)
      case .queue:
        Double(scenario.loader == .torch ? scenario.prefetch : scenario.queueLimit)
      case .rotation: settings.rotationRange
      case .heightShift: settings.heightShiftRange
      case .widthShift: settings.widthShiftRange
      case .shear: settings.shearRange
      case .zoom: 1 - settings.zoomRange.low
      case .channelShift: settings.channelShiftRange
      case .lens: settings.lens.k1
      case .horizontalFlip: settings.horizontalFlip ? 1 : 0
      case .verticalFlip: settings.verticalFlip ? 1 : 0
      case .rescale, .batchSize, .seed, .refresh, .file: 0
      }
    return scale.share(of: value)
  }

  /// Where a typed text's value would lie; nil where it is no value.
  func share(_ scenario: Scenario, typed text: String) -> Double? {
    guard case .change(let change) = outcome(text, scenario) else { return nil }
    return share(scenario.applying(change))
  }

  /// The text to type for a place on the slider; nil without a slider.
  func text(atShare share: Double, _ scenario: Scenario) -> String? {
    guard let value = scale(scenario)?.value(at: share) else { return nil }
    switch self {
    case .horizontalFlip, .verticalFlip: return value < 0.5 ? "off" : "on"
    default:
      // Steps of decimal fractions stay round.
      let round = (value * 1_000).rounded() / 1_000
      return round == round.rounded() ? "\(Int(nearest: round))" : "\(round)"
    }
  }
}

extension Model {
  /// The message of a report of the mouse about a slider: a press takes the knob, a move with the button
  /// held drags it, and letting it go sets the value; nil where the report is about none.
  ///
  /// - Parameter grid: The screen as it is drawn.
  package func sliderMessage(for report: MouseReport, on grid: CellGrid) -> Message? {
    let slider: SliderTarget?
    switch report.action {
    case .press: slider = report.button == 1 ? grid.slider(at: report.place) : nil
    case .move: slider = values?.dragged.flatMap { row in grid.sliders.first { $0.number == row } }
    case .release: return values?.dragged == nil ? nil : .sliderReleased
    case .wheelUp, .wheelDown, .wheelLeft, .wheelRight: slider = nil
    }
    return slider.map { .slid(row: $0.number, share: $0.share(atColumn: report.place.x)) }
  }

  /// Shows the value under the knob as if it were typed.
  mutating func slide(_ row: Int, to share: Double) -> [Effect] {
    guard values != nil, ScenarioValue.allCases.indices.contains(row),
      let text = ScenarioValue.allCases[row].text(atShare: share, requested)
    else { return [] }
    values = ValuesMenu(row: row, typed: text, dragged: row)
    return []
  }

  /// Takes the value that the knob was dragged to.
  mutating func releaseSlider() -> [Effect] {
    guard var menu = values, menu.dragged != nil else { return [] }
    menu.dragged = nil
    values = menu
    return takeTyped(menu)
  }
}

/// A way with a knob at the present value, or where it is dragged to.
func drawSlider(_ share: Double, in line: Rect, on grid: inout CellGrid) {
  guard line.width > 1 else { return }
  let knob = Int(nearest: min(1, max(0, share)) * Double(line.width - 1))
  for column in 0..<line.width {
    let point = Point(x: line.x + column, y: line.y)
    if column == knob {
      grid.put("●", at: point, style: Style(.key))
    } else {
      grid.put(column < knob ? "━" : "─", at: point, style: Style(column < knob ? .accent : .muted))
    }
  }
}
