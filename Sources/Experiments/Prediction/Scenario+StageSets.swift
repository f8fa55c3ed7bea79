package import Augmentation
package import Pipeline

/// The sets of stages that a session's switches lead to.
extension Scenario {
  /// Its own, and those that one switch more makes of it; the stages that may share a cost come first,
  /// since what the others take without them is known only from batches made without them.
  ///
  /// - Parameter list: The session's stages.
  package func nearbyStageSets(_ list: StageList) -> [StageSet] {
    let switchable = list.filter(\.isSwitchable).reversed()
    let order =
      switchable.filter { !$0.sharesCostWith.isEmpty }
      + switchable.filter { $0.sharesCostWith.isEmpty }
    return [stages] + order.map { stages.setting($0.id, on: !stages.contains($0.id)) }
  }

  /// Every set that differs by what it costs, where those aren't too many to be tried in a moment;
  /// else those that one or two switches make.
  ///
  /// - Parameter list: The session's stages.
  package func reachableStageSets(_ list: StageList) -> [StageSet] {
    let busy = list.filter { $0.isSwitchable && !$0.isIdle }.map(\.id)
    guard busy.count <= Self.mostSwitches else {
      let nearby = nearbyStageSets(list)
      return nearby + nearby.flatMap { set in busy.map { set.setting($0, on: !set.contains($0)) } }
    }
    return busy.reduce([list.all]) { sets, stage in
      sets.flatMap { [$0, $0.setting(stage, on: false)] }
    }
  }

  /// 6 switches make 64 sets.
  private static var mostSwitches: Int { 6 }
}
