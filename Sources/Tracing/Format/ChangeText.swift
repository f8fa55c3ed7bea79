import Augmentation
package import Pipeline
import Quantities

/// Writes a change of a scenario as the text in a session file, and reads it back.
///
/// The first word names the setting, the rest gives its value: `stage warp off`, `compute 3400000
/// ns`. The text of a cost profile is its name alone; `CostProfileText` writes its numbers into
/// attributes of the same moment.
package enum ChangeText {
  /// The text of a change, for `read`.
  ///
  /// - Parameter stages: The session's stages, which must contain those that the change refers to.
  package static func write(_ change: ScenarioChange, stages: StageList) -> String {
    switch change {
    case .stage(let stage, let on): "stage \(stages[stage].name) \(on ? "on" : "off")"
    case .stages(let set): "stages \(stages.names(in: set).joined(separator: ","))"
    case .ablation(let ablation): "ablation \(ablation.rawValue)"
    case .loader(let loader): "loader \(loader.rawValue)"
    case .workers(let count): "workers \(count)"
    case .queueLimit(let limit): "queue \(limit)"
    case .prefetch(let count): "prefetch \(count)"
    case .keptWorkers(let on): "persistent \(on ? "on" : "off")"
    case .pinnedMemory(let on): "pinned \(on ? "on" : "off")"
    case .compute(let time): "compute \(ExactTime.write(time)) ns"
    case .costs(let costs): "costs \(costs.name)"
    case .interpreterLock(let on): "gil \(on ? "on" : "off")"
    case .governor(nil): "governor off"
    case .governor(let governor?):
      "governor \(governor.floor) \(governor.threshold) \(ExactTime.write(governor.window))"
        + " \(governor.step)"
    case .setting(let change): "setting \(change.name) \(change.value)"
    }
  }

  /// The change that a text describes.
  ///
  /// - Parameters:
  ///   - costs: The profile that a text `costs …` refers to, from the attributes of the same
  ///     moment; nil where they have none.
  ///   - stages: The session's stages, by whose names the text refers to them.
  /// - Returns: Nil for an unknown setting, an unknown stage, a stage without a switch, an ablation
  ///   or a setting where the stages aren't the generator's, a number outside its limits, and `costs …`
  ///   without a profile.
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
    case "persistent": return isOn(rest).map(ScenarioChange.keptWorkers)
    case "pinned": return isOn(rest).map(ScenarioChange.pinnedMemory)
    case "governor" where rest == "off": return .governor(nil)
    case "governor": return governor(rest).map(ScenarioChange.governor)
    case "compute":
      guard rest.hasSuffix(" ns"), let time = ExactTime.read(String(rest.dropLast(3))),
        Scenario.computeTimes.contains(time)
      else { return nil }
      return .compute(time)
    case "costs": return costs.map(ScenarioChange.costs)
    case "gil": return isOn(rest).map(ScenarioChange.interpreterLock)
    case "setting":
      let words = rest.split(separator: " ").map(String.init)
      guard words.count == 2, stages.isGenerators else { return nil }
      return SettingChange(name: words[0], value: words[1]).map(ScenarioChange.setting)
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
