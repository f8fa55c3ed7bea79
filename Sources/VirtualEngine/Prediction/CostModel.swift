package import Augmentation
package import Pipeline

/// Where a simulation's costs come from, whatever the scenario becomes.
package struct CostModel: Sendable {
  /// The kernels' own times; nil where they weren't measured.
  package var kernels: KernelTable?
  private let shape: PictureShape
  /// The session's; nil means the generator's.
  private let stages: StageList?
  /// The session's own measurements, which take precedence over all other costs.
  private var measured: MeasuredCosts?

  /// - Parameter stages: The session's; nil means the generator's.
  package init(kernels: KernelTable? = nil, shape: PictureShape, stages: StageList? = nil) {
    self.kernels = kernels
    self.stages = stages
    self.shape = shape
  }

  /// The costs that a session has measured so far, whether native or of a profile.
  package init(_ measured: MeasuredCosts, shape: PictureShape) {
    self.init(shape: shape)
    self.measured = measured
  }

  /// Nil for costs that weren't measured.
  package func costs(of scenario: Scenario) -> StageCosts? {
    if let measured { return try? measured.costs(of: scenario) }
    return switch scenario.costs {
    case .native: kernels?.costs(of: scenario.stages)
    case .profile(let profile):
      StageCosts(scenario, profile: profile, shape: shape, stages: stages)
    }
  }
}
