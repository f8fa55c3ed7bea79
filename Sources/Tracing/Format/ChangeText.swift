import Augmentation
package import Pipeline
import Quantities

/// A change of a scenario as words that a session file keeps, and back.
///
/// The first word says what is changed, the rest how: `stage warp off`, `compute 3400000 ns`. A cost
/// profile is named here; what it holds goes beside it (`CostProfileText`).
package enum ChangeText {
  /// - Parameter stages: The session's.
  package static func write(_ change: ScenarioChange, stages: StageList) -> String {
    switch change {
    case .stage(let stage, let on): "stage \(stages[stage].name) \(on ? "on" : "off")"
    case .stages(let set): "stages \(stages.names(in: set).joined(separator: ","))"
    case .ablation(let ablation): "ablation \(ablation.rawValue)"
    case .loader(let loader): "loader \(loader.rawValue)"
    case .workers(let count): "workers \(count)"
    case .queueLimit(let limit): "queue \(limit)"
    case .prefetch(let count): "prefetch \(count)"
    case .compute(let time): "compute \(ExactTime.write(time)) ns"
    case .costs(let costs): "costs \(costs.name)"
    case .interpreterLock(let on): "gil \(on ? "on" : "off")"
    case .governor(nil): "governor off"
    case .governor(let governor?):
      "governor \(governor.floor) \(governor.threshold) \(ExactTime.write(governor.window))"
        + " \(governor.step)"
    }
  }

  /// Nil where the words make no sense.
  ///
  /// - Parameter costs: What `costs` refers to, where it is said.
  package static func read(
    _ text: String, costs: CostSource?, stages: StageList
  ) -> ScenarioChange? {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard let kind = parts.first else { return nil }
    let rest = parts.count > 1 ? parts[1] : ""
    switch kind {
    case "stage":
      // A name may have spaces.
      guard let gap = rest.lastIndex(of: " "),
        let on = isOn(String(rest[rest.index(after: gap)...])),
        let stage = stages.named(String(rest[..<gap])), stage.isSwitchable
      else { return nil }
      return .stage(stage.id, on: on)
    case "stages":
      return stages.set(named: rest).map { .stages($0.union(stages.fixed)) }
    case "ablation":
      return stages.isGenerators ? Ablation(rawValue: rest).map(ScenarioChange.ablation) : nil
    case "loader": return Loader(rawValue: rest).map(ScenarioChange.loader)
    case "workers": return number(rest, in: Scenario.workerCounts).map(ScenarioChange.workers)
    case "queue": return number(rest, in: Scenario.queueLimits).map(ScenarioChange.queueLimit)
    case "prefetch": return number(rest, in: Scenario.prefetchCounts).map(ScenarioChange.prefetch)
    case "governor" where rest == "off": return .governor(nil)
    case "governor": return governor(rest).map(ScenarioChange.governor)
    case "compute":
      guard rest.hasSuffix(" ns"), let time = ExactTime.read(String(rest.dropLast(3))),
        Scenario.computeTimes.contains(time)
      else { return nil }
      return .compute(time)
    case "costs": return costs.map(ScenarioChange.costs)
    case "gil": return isOn(rest).map(ScenarioChange.interpreterLock)
    default: return nil
    }
  }

  private static func governor(_ text: String) -> Governor? {
    let words = text.split(separator: " ").map(String.init)
    guard words.count == 4, let floor = Double(words[0]), let threshold = Double(words[1]),
      let window = ExactTime.read(words[2]), let step = Double(words[3])
    else { return nil }
    let governor = Governor(floor: floor, threshold: threshold, window: window, step: step)
    return (try? governor.check()) == nil ? nil : governor
  }

  private static func isOn(_ word: String) -> Bool? {
    word == "on" ? true : word == "off" ? false : nil
  }

  private static func number(_ word: String, in range: ClosedRange<Int>) -> Int? {
    Int(word).flatMap { range.contains($0) ? $0 : nil }
  }
}
