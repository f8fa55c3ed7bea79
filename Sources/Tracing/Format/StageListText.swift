package import Augmentation
package import Pipeline

/// Writes a session's stages as attributes of its file, and reads them back: one attribute for each
/// stage, `stage.0` the first.
///
/// The name comes last, since it may have spaces: `key=7 shares=8,9 on name=warp`. All other fields
/// are optional: `key`, `shares` (the places of the stages that it may share a cost with), and the
/// flags `on`, `fixed` (it can't be switched off), `idle` and `suggested`.
package enum StageListText {
  private static let prefix = "stage."
  private static let name = "name="

  /// The attributes of a list of stages, in their order; `read` gives the same list for them.
  ///
  /// - Parameter on: The stages that are on at the session's start.
  package static func write(_ stages: StageList, on: StageSet) -> [SessionHeader.Attribute] {
    stages.map { stage in
      var words: [String] = []
      if let key = stage.key { words.append("key=\(key)") }
      if !stage.sharesCostWith.isEmpty {
        words.append(
          "shares=" + stage.sharesCostWith.ids.map { "\($0.index)" }.joined(separator: ","))
      }
      if on.contains(stage.id) { words.append("on") }
      if !stage.isSwitchable { words.append("fixed") }
      if stage.isIdle { words.append("idle") }
      if stages.suggested == stage.id { words.append("suggested") }
      words.append(name + stage.name)
      return SessionHeader.Attribute("\(prefix)\(stage.id.index)", words.joined(separator: " "))
    }
  }

  /// The stages that attributes describe, and those that are on at the session's start; stages
  /// without a switch are always on.
  ///
  /// - Returns: Nil where no key begins with `stage.`, where the places have a gap or there are
  ///   more than `StageSet.capacity`, and where a text or the list as a whole is invalid.
  package static func read(
    _ attributes: [SessionHeader.Attribute]
  ) -> (list: StageList, on: StageSet)? {
    let known = Dictionary(
      attributes.filter { $0.key.hasPrefix(prefix) }.map { ($0.key, $0.value) }
    ) { first, _ in first }
    guard (1...StageSet.capacity).contains(known.count) else { return nil }
    var stages: [SessionStage] = []
    var on = StageSet()
    var suggested: StageID?
    for index in 0..<known.count {
      guard let text = known["\(prefix)\(index)"], let read = stage(text) else { return nil }
      stages.append(read.stage)
      if read.isOn { on.insert(StageSet(StageID(index))) }
      if read.isSuggested { suggested = StageID(index) }
    }
    return StageList(checking: stages, suggested: suggested).map { ($0, on.union($0.fixed)) }
  }

  private static func stage(
    _ text: String
  ) -> (stage: SessionStage, isOn: Bool, isSuggested: Bool)? {
    var stage = SessionStage("")
    var (isOn, isSuggested) = (false, false)
    var rest = Substring(text)
    while !rest.hasPrefix(name) {
      let word = rest.prefix { $0 != " " }
      guard word.count < rest.count else { return nil }
      rest = rest.dropFirst(word.count + 1)
      switch word {
      case "on": isOn = true
      case "fixed": stage.isSwitchable = false
      case "idle": stage.isIdle = true
      case "suggested": isSuggested = true
      default:
        if word.hasPrefix("key="), word.count == 5 {
          stage.key = word.last
        } else if word.hasPrefix("shares=") {
          let places = word.dropFirst(7).split(separator: ",").map { Int($0) ?? -1 }
          guard places.allSatisfy({ (0..<StageSet.capacity).contains($0) }) else { return nil }
          stage.sharesCostWith = StageSet(places.map(StageID.init))
        }
      }
    }
    stage.name = String(rest.dropFirst(name.count))
    return (stage, isOn, isSuggested)
  }
}
