import Augmentation
package import Pipeline
import Quantities

/// Writes the costs of stages as attributes of a session file, and reads them back, so that a
/// recording can be simulated again on a machine without the profile's file.
///
/// Times are exact nanoseconds. Of native costs only the name is written.
package enum CostProfileText {
  private static let prefix = "costs."
  private static let stagePrefix = "costs.stage."

  /// The attributes of a source of costs, their keys beginning with `costs.`; `read` gives the same
  /// source for them.
  package static func write(_ costs: CostSource) -> [SessionHeader.Attribute] {
    guard case .profile(let profile) = costs else {
      return [SessionHeader.Attribute("costs.name", costs.name)]
    }
    var all = [
      SessionHeader.Attribute("costs.name", profile.name),
      SessionHeader.Attribute("costs.about", profile.about),
      SessionHeader.Attribute(
        "costs.switch_interval_ns", ExactTime.write(profile.switchInterval)),
      SessionHeader.Attribute(
        "costs.serialization_ns_per_mb", ExactTime.write(profile.serializationPerMegabyte)),
    ]
    let lock = profile.lock
    all.append(
      SessionHeader.Attribute(
        "costs.lock",
        "wake_from_ns=\(ExactTime.write(lock.wakeUp.lowerBound))"
          + " wake_to_ns=\(ExactTime.write(lock.wakeUp.upperBound))"
          + " cold_ns=\(ExactTime.write(lock.cold)) signal_ns=\(ExactTime.write(lock.signal))"))
    if let rest = profile.afterRest {
      all.append(
        SessionHeader.Attribute(
          "costs.after_rest",
          "slower=\(rest.slower) lasts_ns=\(ExactTime.write(rest.lasts))"))
    }
    if profile.scale != 1 {
      all.append(SessionHeader.Attribute("costs.scale", "\(profile.scale)"))
    }
    if let path = profile.path { all.append(SessionHeader.Attribute("costs.path", path)) }
    for (name, cost) in profile.stages.sorted(by: { $0.key < $1.key }) {
      let identity = cost.identity.map { " identity_ns=\(ExactTime.write($0))" } ?? ""
      all.append(
        SessionHeader.Attribute(
          "\(stagePrefix)\(name)",
          "fixed_ns=\(ExactTime.write(cost.fixed)) per_kpx_ns=\(ExactTime.write(cost.perPicture32))"
            + " lock_free=\(cost.lockFree)\(identity)\(more(cost))"))
    }
    return all
  }

  /// What most stages haven't.
  private static func more(_ cost: StageCost) -> String {
    var words = ""
    if cost.releases != 1 { words += " releases=\(cost.releases)" }
    if cost.briefReleases != 0 { words += " brief_releases=\(cost.briefReleases)" }
    if cost.wait != .zero { words += " wait_ns=\(ExactTime.write(cost.wait))" }
    if cost.spread != 0 { words += " spread=\(cost.spread)" }
    return words
  }

  /// The source of costs that attributes describe.
  ///
  /// - Returns: Nil where `costs.name` is missing, where a name other than the native one has no
  ///   switch interval, where a number can't be read, or where the profile is outside the limits of
  ///   `CostProfile`.
  package static func read(_ attributes: [SessionHeader.Attribute]) -> CostSource? {
    var told: [String: String] = [:]
    for pair in attributes where pair.key.hasPrefix(prefix) {
      told[String(pair.key.dropFirst(prefix.count))] = pair.value
    }
    guard let name = told["name"] else { return nil }
    guard let interval = told["switch_interval_ns"] else {
      return name == CostSource.native.name ? .native : nil
    }
    guard let interval = ExactTime.read(interval),
      let scale = told["scale"].map({ Double($0) }) ?? 1,
      let serialization = ExactTime.read(told["serialization_ns_per_mb"] ?? "0")
    else { return nil }
    var profile = CostProfile(
      name: name, about: told["about"] ?? "", stages: [:], switchInterval: interval,
      serializationPerMegabyte: serialization,
      scale: scale)
    profile.path = told["path"]
    // Recordings from before have neither.
    if let text = told["lock"] {
      guard let lock = lock(text) else { return nil }
      profile.lock = lock
    }
    if let text = told["after_rest"] {
      guard let rest = afterRest(text) else { return nil }
      profile.afterRest = rest
    }
    for pair in attributes where pair.key.hasPrefix(stagePrefix) {
      guard let cost = cost(pair.value) else { return nil }
      profile.stages[String(pair.key.dropFirst(stagePrefix.count))] = cost
    }
    // With a damaged number, the time of a simulation would stand still or run backwards.
    return profile.isWithinLimits ? .profile(profile) : nil
  }

  private static func cost(_ text: String) -> StageCost? {
    guard let told = words(text), let fixed = told["fixed_ns"].flatMap(ExactTime.read),
      let perPicture32 = told["per_kpx_ns"].flatMap(ExactTime.read),
      let lockFree = told["lock_free"].flatMap(Double.init),
      let releases = Int(told["releases"] ?? "1"),
      let briefReleases = Int(told["brief_releases"] ?? "0"),
      let wait = ExactTime.read(told["wait_ns"] ?? "0"), let spread = Double(told["spread"] ?? "0")
    else { return nil }
    let identity = told["identity_ns"].map(ExactTime.read)
    if case .some(nil) = identity { return nil }
    return StageCost(
      fixed: fixed, perPicture32: perPicture32, lockFree: lockFree, releases: releases,
      briefReleases: briefReleases, wait: wait, spread: spread, identity: identity ?? nil)
  }

  private static func lock(_ text: String) -> LockCosts? {
    guard let told = words(text), let from = told["wake_from_ns"].flatMap(ExactTime.read),
      let to = told["wake_to_ns"].flatMap(ExactTime.read), from <= to,
      let cold = told["cold_ns"].flatMap(ExactTime.read),
      let signal = told["signal_ns"].flatMap(ExactTime.read)
    else { return nil }
    return LockCosts(wakeUp: from...to, cold: cold, signal: signal)
  }

  private static func afterRest(_ text: String) -> AfterRest? {
    guard let told = words(text), let slower = told["slower"].flatMap(Double.init),
      let lasts = told["lasts_ns"].flatMap(ExactTime.read)
    else { return nil }
    return AfterRest(slower: slower, lasts: lasts)
  }

  /// Words of the form `key=value`; nil for any other.
  private static func words(_ text: String) -> [String: String]? {
    var told: [String: String] = [:]
    for word in text.split(separator: " ") {
      let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else { return nil }
      told[pair[0]] = pair[1]
    }
    return told
  }
}
