import Pipeline
import Quantities
import VirtualEngine

/// The question's five rows under a mechanism, on simulated time.
struct LabTable: Sendable {
  /// Enough for the worker, the consumer and other threads; fixed, so that the lab's answer is the
  /// same on every machine.
  private static let cores = 4
  /// The order in which rows are simulated: those that rule out most points first.
  private static let order = [3, 0, 2, 4, 1]

  /// Batches of an epoch at a first look: a few patterns of a slow governor.
  private static let shortEpoch = 300

  let base: Scenario
  let dataset: DatasetFacts
  /// Steps simulated of a whole epoch; nil means all.
  let steps: Int?

  /// A fit is judged by the worst result when stages take a little less and the GPU a little more, or
  /// the other way round. No machine repeats its times more exactly than that, and the beats between
  /// steps, naps and a governor's windows can make a fit that holds for a single number only.
  private static let shakes = [
    Shake(costs: 0.99, compute: 1.005), Shake(costs: 1.01, compute: 0.995),
  ]

  /// The fit at a point, and the worst of the fits under `shakes`; nil as soon as one is hopeless.
  ///
  /// - Parameter isFirstLook: Whether to simulate short epochs, and without `shakes`.
  func measure(
    _ mechanism: LabMechanism, at point: LabPoint, isFirstLook: Bool,
    unless isHopeless: (PartialFit) -> Bool = { _ in false }
  ) -> PerturbedFit? {
    let batches = isFirstLook ? min(Self.shortEpoch, steps ?? Self.shortEpoch) : steps
    guard let fit = fit(mechanism, at: point, over: batches, unless: isHopeless) else { return nil }
    var perturbed = PerturbedFit(fit)
    guard !isFirstLook else { return perturbed }
    for shake in Self.shakes {
      let other = self.fit(mechanism, at: point, over: batches, shake, unless: isHopeless)
      guard let other else { return nil }
      perturbed.add(other)
    }
    return perturbed
  }

  /// The fit of the simulated epochs; nil as soon as `isHopeless` is true of the rows so far.
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

  /// The residuals of the rows simulated so far.
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

/// A fit, and the worst fit when stages take a little less or more.
struct PerturbedFit: Sendable {
  let fit: TableFit
  /// The one with the largest sum of squares.
  private(set) var worst: TableFit
  /// Whether all the fits agree with the table to its rounding.
  private(set) var isWithinRounding: Bool

  init(_ fit: TableFit) {
    self.fit = fit
    worst = fit
    isWithinRounding = fit.isWithinRounding
  }

  mutating func add(_ other: TableFit) {
    if other.sumOfSquares > worst.sumOfSquares { worst = other }
    isWithinRounding = isWithinRounding && other.isWithinRounding
  }
}
