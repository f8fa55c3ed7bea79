package import Augmentation
package import Pipeline

/// The sets of stages that a session's switches lead to.
extension Scenario {
  /// Its own, and those that one switch more makes of it; the stages that change pictures come first,
  /// since they cost most.
  package var nearbyStageSets: [StageSet] {
    let switchable = Stage.allCases.filter(\.isSwitchable).reversed()
    return [stages] + switchable.map { stages.setting($0, on: !stages.contains($0)) }
  }

  /// Every set that differs by what it costs, where those aren't too many to be tried in a moment;
  /// else those that one or two switches make.
  package var reachableStageSets: [StageSet] {
    let busy = Stage.allCases.filter { $0.isSwitchable && !settings.isIdle($0) }
    let sets = busy.reduce([StageSet.all]) { sets, stage in
      sets.flatMap { [$0, $0.setting(stage, on: false)] }
    }
    guard sets.count > Self.most else { return sets }
    let nearby = nearbyStageSets
    return nearby + nearby.flatMap { set in busy.map { set.setting($0, on: !set.contains($0)) } }
  }

  private static var most: Int { 64 }
}
