import Augmentation
import Pipeline
import Quantities
import Recordings

/// The numbers of one quantity, in one unit and with as many decimals as their interval deserves.
struct QuantityText {
  private let scale: Double
  /// The unit, with its prefix.
  let unit: String
  /// Of a difference.
  let differenceUnit: String
  private let decimals: Int

  /// - Parameters:
  ///   - largest: The unit suits it.
  ///   - half: The last digits shown are the interval's.
  init(_ unit: ComparedQuantity.Unit, largest: Double, half: Double?) {
    let (scale, name) =
      switch unit {
      case .seconds: Self.time(abs(largest))
      case .share: (100.0, "%")
      case .perSecond, .batches: (1.0, "")
      }
    self.scale = scale
    self.unit = name
    // A difference of shares is in hundredths of the whole, not of the share.
    differenceUnit = unit == .share ? "pt" : name
    decimals = Self.decimals(largest: abs(largest) * scale, half: half.map { $0 * scale })
  }

  /// A number with its unit.
  func value(_ value: Double) -> String { Self.joined(number(value), unit) }

  /// A number with its interval and unit.
  func value(_ estimate: Estimate) -> String {
    Self.joined(number(estimate.value) + (estimate.half.map { " ±\(number($0))" } ?? ""), unit)
  }

  /// `+2.13 ±0.05 s`.
  func difference(_ estimate: Estimate) -> String {
    let sign = estimate.value > 0 ? "+" : ""
    let half = estimate.half.map { " ±\(number($0))" } ?? ""
    return Self.joined(sign + number(estimate.value) + half, differenceUnit)
  }

  private func number(_ value: Double) -> String { NumberText.fixed(value * scale, decimals) }

  private static func joined(_ number: String, _ unit: String) -> String {
    unit.isEmpty ? number : "\(number) \(unit)"
  }

  private static func time(_ seconds: Double) -> (Double, String) {
    switch seconds {
    case ..<0.9995e-6: (1e9, "ns")
    case ..<0.9995e-3: (1e6, "µs")
    case ..<0.9995: (1e3, "ms")
    default: (1, "s")
    }
  }

  /// Two digits of the interval's half, and never more than four of the number.
  private static func decimals(largest: Double, half: Double?) -> Int {
    let ofNumber = largest < 9.9995 ? 3 : largest < 99.995 ? 2 : largest < 999.95 ? 1 : 0
    guard let half, half > 0 else { return ofNumber }
    let ofHalf = half < 0.0995 ? 3 : half < 0.995 ? 2 : half < 9.95 ? 1 : 0
    return min(ofNumber, ofHalf)
  }
}

extension Comparison.Row {
  /// The form of the row's numbers.
  var text: QuantityText {
    let largest = max(abs(baseline?.value ?? 0), abs(other?.value ?? 0))
    return QuantityText(quantity.unit, largest: largest, half: difference?.half)
  }

  /// The last column: the change in percent, or why there is none.
  var note: String {
    guard difference != nil else { return incomparability == .missing ? "" : "not compared" }
    switch isDistinguishable {
    case nil: return "no interval"
    case false?: return "not distinguishable"
    case true?:
      guard let change, quantity.unit != .share else { return "" }
      let percent = change.value * 100
      return "\(percent > 0 ? "+" : "")\(NumberText.fixed(percent, abs(percent) < 9.995 ? 2 : 1)) %"
    }
  }

  /// A side's number; `off` for a stage that was.
  func side(_ estimate: Estimate?, of session: MeasuredSession) -> String {
    if let estimate { return text.value(estimate.value) }
    let isOff = quantity.stage.map { !session.isOn($0) } ?? false
    return isOff ? "off" : "–"
  }
}

extension Comparison.Incomparability {
  /// The reason, in words.
  var sentence: String {
    switch self {
    case .samplesPerEpoch(let one, let other):
      "epochs: of \(one) and of \(other) pictures"
    case .batchSize(let one, let other):
      "times of a batch: of \(one) and of \(other) pictures"
    case .shape(let one, let other):
      "costs of a picture: of \(one) and of \(other)"
    case .missing: "what only one of them has"
    }
  }
}

extension MeasuredSession {
  /// `1.0 to 9.9 s`.
  var windowText: String {
    "\(NumberText.fixed(blocks.start.seconds, 1)) to \(NumberText.fixed(blocks.end.seconds, 1)) s"
  }

  /// The scenario in one line.
  var scenarioLine: String {
    "\(scenario.dataset) \(dataset.count)×\(dataset.shape), batch \(scenario.batchSize),"
      + " \(scenario.loader.rawValue) ×\(scenario.workers), costs \(scenario.costs.name)"
      + (scenario.interpreterLock ? ", lock" : "")
  }
}
