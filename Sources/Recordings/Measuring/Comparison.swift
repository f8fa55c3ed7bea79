package import Augmentation
import Pipeline
package import Quantities
import ScenarioFiles
import Tracing

/// A session compared with a baseline: the differences in their settings and in their measurements.
package struct Comparison: Sendable {
  /// The session that the other is compared with.
  package let baseline: MeasuredSession
  /// The compared session.
  package let other: MeasuredSession
  /// Key by key, as scenario files have them.
  package let scenario: [Difference]
  /// Machine, kernel, version, pictures.
  package let surroundings: [Difference]
  /// The measured quantities, in the order of `ComparedQuantity.all`; those that are zero on both
  /// sides are left out.
  package let rows: [Row]

  /// A difference in something that isn't measured; nil stands for a missing key.
  package struct Difference: Sendable, Equatable {
    /// The key in a scenario file, or the name of the fact.
    package var key: String
    /// The baseline's value as text; nil where it lacks the key.
    package var baseline: String?
    /// The other session's value as text; nil where it lacks the key.
    package var other: String?
  }

  /// One quantity in both sessions.
  package struct Row: Sendable, Equatable {
    /// The quantity.
    package var quantity: ComparedQuantity
    /// The baseline's value, in the quantity's unit; nil where it wasn't measured.
    package var baseline: Estimate?
    /// The other session's value, in the quantity's unit; nil where it wasn't measured.
    package var other: Estimate?
    /// Other minus baseline; nil where they don't compare.
    package var difference: Estimate?
    /// The same as a share of the baseline.
    package var change: Estimate?
    /// Why there is no difference; nil where there is one.
    package var incomparability: Incomparability?

    /// Whether the difference's interval leaves zero out; nil without an interval.
    package var isDistinguishable: Bool? { difference?.isDistinguishable }
  }

  /// Why two numbers don't compare.
  package enum Incomparability: Hashable, Sendable {
    /// The epochs have different numbers of pictures: the baseline's, the other's.
    case samplesPerEpoch(Int, Int)
    /// The batches have different sizes: the baseline's, the other's.
    case batchSize(Int, Int)
    /// The pictures have different shapes: the baseline's, the other's.
    case shape(PictureShape, PictureShape)
    /// A stage is off in one of them, or nothing of it was measured.
    case missing
  }

  /// Compares two sessions.
  ///
  /// - Complexity: O(quantities + keys of the scenarios).
  package init(_ baseline: MeasuredSession, _ other: MeasuredSession) {
    self.baseline = baseline
    self.other = other
    scenario = Self.scenarioDifferences(baseline, other)
    surroundings = Self.surroundings(baseline, other)
    rows = ComparedQuantity.all(baseline.stages, other.stages).compactMap {
      Self.row($0, baseline, other)
    }
  }

  /// Why rows are left without a difference, each reason once.
  package var obstacles: [Incomparability] {
    var seen: Set<Incomparability> = [.missing]
    return rows.compactMap(\.incomparability).filter { seen.insert($0).inserted }
  }

  private static func row(
    _ quantity: ComparedQuantity, _ baseline: MeasuredSession, _ other: MeasuredSession
  ) -> Row? {
    let (first, second) = (baseline.estimate(quantity), other.estimate(quantity))
    guard isWorthShowing(first) || isWorthShowing(second) else { return nil }
    var row = Row(quantity: quantity, baseline: first, other: second)
    row.incomparability = incomparability(quantity.basis, baseline, other)
    guard row.incomparability == nil else { return row }
    guard let first, let second else {
      row.incomparability = .missing
      return row
    }
    row.difference = second.minus(first)
    row.change = second.change(from: first)
    return row
  }

  /// Whether there is a number other than zero.
  private static func isWorthShowing(_ estimate: Estimate?) -> Bool {
    estimate.map { $0.value != 0 } ?? false
  }

  private static func incomparability(
    _ basis: ComparedQuantity.Basis, _ one: MeasuredSession, _ other: MeasuredSession
  ) -> Incomparability? {
    switch basis {
    case .session: nil
    case .epoch:
      one.samplesPerEpoch == other.samplesPerEpoch
        ? nil : .samplesPerEpoch(one.samplesPerEpoch, other.samplesPerEpoch)
    case .batch:
      one.scenario.batchSize == other.scenario.batchSize
        ? nil : .batchSize(one.scenario.batchSize, other.scenario.batchSize)
    case .picture:
      one.dataset.shape == other.dataset.shape
        ? nil : .shape(one.dataset.shape, other.dataset.shape)
    }
  }
}

// MARK: How they were run

extension Comparison {
  private static func scenarioDifferences(
    _ one: MeasuredSession, _ other: MeasuredSession
  ) -> [Difference] {
    var differences = differences(
      ScenarioFile.attributes(one.scenario, stages: one.stages).pairs,
      ScenarioFile.attributes(other.scenario, stages: other.stages).pairs)
    // Two profiles of the same name may have different numbers.
    let isNamed = differences.contains { $0.key == "costs" }
    if !isNamed, one.scenario.costs != other.scenario.costs {
      let name = one.scenario.costs.name
      differences.append(
        Difference(key: "costs", baseline: name, other: "\(name), with other numbers"))
    }
    return differences
  }

  private static func surroundings(
    _ one: MeasuredSession, _ other: MeasuredSession
  ) -> [Difference] {
    differences(facts(one), facts(other))
  }

  private static func facts(_ session: MeasuredSession) -> [(key: String, value: String)] {
    let header = session.header
    return [
      ("augtop", header.version), ("machine", header.value("machine.cpu") ?? ""),
      ("architecture", header.value("machine.architecture") ?? ""), ("cores", "\(header.cores)"),
      ("kernel", header.value("machine.kernel") ?? ""),
      ("pictures", "\(session.dataset.count)×\(session.dataset.shape)"),
    ]
  }

  /// Pairs of the same key with other values, and keys that only one has, in their order.
  private static func differences(
    _ one: [(key: String, value: String)], _ other: [(key: String, value: String)]
  ) -> [Difference] {
    func value(_ key: String, _ pairs: [(key: String, value: String)]) -> String? {
      pairs.first { $0.key == key }.map { bare($0.value) }
    }
    let keys = one.map(\.key) + other.map(\.key).filter { key in !one.contains { $0.key == key } }
    return keys.compactMap { key in
      let (first, second) = (value(key, one), value(key, other))
      return first == second ? nil : Difference(key: key, baseline: first, other: second)
    }
  }

  /// Without TOML's quotes and brackets; nothing is a dash.
  private static func bare(_ value: String) -> String {
    let bare = value.filter { !"\"[]".contains($0) }
    return bare.isEmpty ? "–" : bare
  }
}
