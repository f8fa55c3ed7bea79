import Pipeline
import Quantities
import VirtualEngine

/// The question's five rows under a mechanism, on simulated time.
struct LabTable: Sendable {
  /// The thread that makes batches, the one that trains, and room for the rest: so that the lab's
  /// answer is the same on every machine.
  private static let cores = 4
  /// In this order: the rows that tell most first.
  private static let order = [3, 0, 2, 4, 1]

  /// Batches of an epoch at a first look: a few patterns of a slow governor.
  private static let shortEpoch = 300

  let base: Scenario
  let dataset: DatasetFacts
  /// Steps simulated of a whole epoch; nil means all of them.
  let steps: Int?

  /// A fit counts for what is left of it when stages take so much less and the GPU so much more, or
  /// the other way round: no machine repeats itself better, and the beats between steps, naps and a
  /// governor's windows hold at one number only.
  private static let shakes = [
    Shake(costs: 0.99, compute: 1.005), Shake(costs: 1.01, compute: 0.995),
  ]

  /// The fit and the worst of those a little beside it; nil as soon as any of them is hopeless.
  ///
  /// - Parameter isFirstLook: Over short epochs, and nothing beside it.
  func measure(
    _ mechanism: LabMechanism, at point: LabPoint, isFirstLook: Bool,
    unless isHopeless: (PartialFit) -> Bool = { _ in false }
  ) -> ShakenFit? {
    let batches = isFirstLook ? min(Self.shortEpoch, steps ?? Self.shortEpoch) : steps
    guard let fit = fit(mechanism, at: point, over: batches, unless: isHopeless) else { return nil }
    var shaken = ShakenFit(fit)
    guard !isFirstLook else { return shaken }
    for shake in Self.shakes {
      let beside = self.fit(mechanism, at: point, over: batches, shake, unless: isHopeless)
      guard let beside else { return nil }
      shaken.add(beside)
    }
    return shaken
  }

  /// How long the epochs take; nil as soon as `isHopeless`, asked with the rows known so far, says so.
  private func fit(
    _ mechanism: LabMechanism, at point: LabPoint, over batches: Int?,
    _ shake: Shake = Shake(),
    unless isHopeless: (PartialFit) -> Bool
  ) -> TableFit? {
    var scenario = mechanism.scenario(base, at: point)
    guard case .profile(var profile) = scenario.costs else { return nil }
    profile = profile.scaled(to: profile.scale * shake.costs)
    scenario.costs = .profile(profile)
    scenario.consumer.compute = .constant(
      .seconds(rounding: scenario.consumer.compute.mean.seconds * shake.compute))
    var seconds = [Double](repeating: 0, count: ObservedEpochs.rows.count)
    var partial = PartialFit()
    for index in Self.order {
      let row = scenario.applying(.ablation(ObservedEpochs.rows[index]))
      let costs = StageCosts(row, profile: profile, shape: dataset.shape)
      guard
        let epoch = EpochSimulation(
          row, dataset: dataset, costs: costs, machineCores: Self.cores, batches: batches)
      else { return nil }
      seconds[index] = epoch.seconds
      partial.add(epoch.seconds - ObservedEpochs.observed[index])
      if isHopeless(partial) { return nil }
    }
    return TableFit(seconds: seconds)
  }

  /// Times relative to a point's.
  private struct Shake {
    var costs = 1.0
    var compute = 1.0
  }

  /// What is known of a fit before all of its rows are.
  struct PartialFit {
    /// Of the residuals' squares.
    private(set) var sum = 0.0
    private(set) var worst = 0.0

    mutating func add(_ residual: Double) {
      sum += residual * residual
      worst = max(worst, abs(residual))
    }
  }
}

/// A fit, and what is left of it when stages take a little less or more.
struct ShakenFit: Sendable {
  let fit: TableFit
  /// The one with the largest sum of squares.
  private(set) var worst: TableFit
  /// Whether all of them are.
  private(set) var isWithinRounding: Bool

  init(_ fit: TableFit) {
    self.fit = fit
    worst = fit
    isWithinRounding = fit.isWithinRounding
  }

  mutating func add(_ beside: TableFit) {
    if beside.sumOfSquares > worst.sumOfSquares { worst = beside }
    isWithinRounding = isWithinRounding && beside.isWithinRounding
  }
}
