package import Augmentation
package import Pipeline

/// Where a simulation's costs come from, whatever the scenario becomes.
package struct CostModel: Sendable {
  /// The kernels' own times, with every stage on; nil where they weren't measured.
  package var native: StageCosts?
  private let shape: PictureShape

  package init(native: StageCosts? = nil, shape: PictureShape) {
    self.native = native
    self.shape = shape
  }

  /// Nil for native costs that weren't measured.
  package func costs(of scenario: Scenario) -> StageCosts? {
    switch scenario.costs {
    case .native: native?.limited(to: scenario.stages)
    case .profile(let profile): StageCosts(scenario, profile: profile, shape: shape)
    }
  }
}
