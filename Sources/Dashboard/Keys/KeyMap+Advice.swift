import Augmentation
package import Pipeline

extension KeyMap {
  /// The keys that lead to a change, and how often each is pressed: `7`, `l l`, `]×10`.
  ///
  /// - Parameters:
  ///   - scenario: The scenario before the change.
  ///   - stages: The session's.
  /// - Returns: Nil where no few keys lead there.
  package static func keys(
    for change: ScenarioChange, in scenario: Scenario, stages: StageList
  ) -> String? {
    // A watched job's loader can't be changed from outside.
    if scenario.isJob {
      guard case .stage(let stage, _) = change else { return nil }
      return key(of: stages[stage]).map(String.init)
    }
    return switch change {
    case .stage(let stage, _): key(of: stages[stage]).map(String.init)
    case .loader(let loader): presses("l", steps(to: loader, from: scenario.loader))
    case .workers(let count): turns(count - scenario.workers, up: "w", down: "W")
    case .queueLimit(let limit): turns(limit - scenario.queueLimit, up: "]", down: "[")
    case .prefetch(let count): turns(count - scenario.prefetch, up: "]", down: "[")
    case .interpreterLock: "i"
    case .governor: "g"
    case .costs: "c"
    case .compute(let time):
      // A GPU twice as fast isn't a key's step away.
      time == scenario.computeTime(longer: false)
        ? "-" : time == scenario.computeTime(longer: true) ? "+" : nil
    case .stages, .ablation, .setting, .keptWorkers, .pinnedMemory: nil
    }
  }

  private static func steps(to loader: Loader, from present: Loader) -> Int {
    let all = Loader.allCases
    guard let here = all.firstIndex(of: present), let there = all.firstIndex(of: loader) else {
      return 0
    }
    return (there - here + all.count) % all.count
  }

  private static func turns(_ count: Int, up: String, down: String) -> String? {
    presses(count > 0 ? up : down, abs(count))
  }

  private static func presses(_ key: String, _ count: Int) -> String? {
    switch count {
    case 0: nil
    case 1: key
    case 2, 3: Array(repeating: key, count: count).joined(separator: " ")
    default: "\(key)×\(count)"
    }
  }
}
