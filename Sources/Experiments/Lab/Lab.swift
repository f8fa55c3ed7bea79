package import Pipeline
import Quantities

/// Finds the mechanisms that could have produced the question's table, by fitting each of them to it.
///
/// For each mechanism the lab searches over its parameters, on simulated time: first with short epochs
/// to find promising regions, then with whole epochs for the best fit, and then, where the fit agrees
/// with the table to its rounding, over all points that agree, to see how far they determine the
/// parameters. Combinations of mechanisms start at the best points of their parts, too. The result
/// depends on the seed alone, not on the number of threads.
package struct Lab: Sendable {
  /// How much is tried.
  package struct Effort: Sendable {
    /// Points that are carried on together.
    let population: Int
    /// Points drawn at first, of which the best are carried on.
    let draws: Int
    /// Rounds over short epochs, over whole ones, and over what fits as well; mechanisms with fewer
    /// parameters have fewer.
    let coarse: Int
    let fine: Int
    let wide: Int
    /// Steps simulated of a whole epoch; nil means all.
    let steps: Int?

    /// - Parameters:
    ///   - share: Of the work of the standard search.
    ///   - steps: The number of steps that stand for a whole epoch, for an approximate result.
    package init(share: Double = 1, steps: Int? = nil) {
      self.steps = steps
      // Half of it in more points, half in more rounds.
      let factor = share.squareRoot()
      func part(_ count: Double, _ least: Int) -> Int { max(least, Int(count * factor)) }
      population = part(64, 4)
      draws = part(640, 8)
      coarse = part(50, 1)
      fine = part(45, 1)
      wide = part(14, 1)
    }
  }

  private let table: LabTable
  private let seed: UInt64
  private let effort: Effort
  private let pool: ParallelMap

  /// - Parameters:
  ///   - base: The question's scenario; its costs are a profile.
  ///   - threads: The number of threads that share the work.
  ///   - isCancelled: Ends the search early; the results found until then are returned.
  package init(
    _ base: Scenario, dataset: DatasetFacts, seed: UInt64 = 1, effort: Effort = Effort(),
    threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    table = LabTable(base: base, dataset: dataset, steps: effort.steps)
    self.seed = seed
    self.effort = effort
    pool = ParallelMap(threads: threads, isCancelled: isCancelled)
  }

  /// - Parameter progress: Called with the share of the work that is done.
  package func run(
    _ mechanisms: [LabMechanism] = LabMechanism.all, progress: (Double) -> Void = { _ in }
  ) -> [LabFinding] {
    var findings: [LabFinding] = []
    // Each mechanism's part of the whole, by how many parameters there are to search.
    let weights = mechanisms.map { Double($0.parameters.count) }
    let all = weights.reduce(0, +)
    var before = 0.0
    var hints: [[Double]] = []
    for (mechanism, weight) in zip(mechanisms, weights) where !pool.isCancelled {
      var search = LabSearch(
        table, mechanism, effort: effort, pool: pool, hints: mechanism.governs ? hints : [],
        stream: SplitMix(seed: seed))
      let finding = search.run { progress((before + weight * $0) / all) }
      if let finding { findings.append(finding) }
      if mechanism.governs { hints += search.places }
      before += weight
    }
    return findings
  }
}

/// How well a mechanism does.
package struct LabFinding: Sendable {
  /// The mechanism that was fitted.
  package let mechanism: LabMechanism
  /// The best fit over whole epochs.
  package let point: LabPoint
  /// The epochs at `point`.
  package let fit: TableFit
  /// The worst fit when stages take 1 % less and the GPU 0.5 % more, or the other way round.
  package let perturbed: TableFit
  /// Points tried, most of them only as far as it took to see that they fit worse.
  package let tried: Int
  /// The points that agree with the table to its rounding; nil where none does.
  package let region: LabRegion?
  /// Whether the search went to its end.
  package let isComplete: Bool
}

/// All points met that fit the table to its rounding, perturbed too.
package struct LabRegion: Sendable {
  /// The number of points.
  package private(set) var points = 0
  private var ranges: [LabParameter: ClosedRange<Double>] = [:]

  /// A region without points.
  package init() {}

  /// The range of a parameter over all points; nil where the mechanism doesn't have the parameter.
  package func range(_ parameter: LabParameter) -> ClosedRange<Double>? { ranges[parameter] }

  mutating func add(_ point: LabPoint, _ parameters: [LabParameter]) {
    points += 1
    for parameter in parameters {
      let value = point[parameter]
      let range = ranges[parameter] ?? value...value
      ranges[parameter] = min(range.lowerBound, value)...max(range.upperBound, value)
    }
  }
}
