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
    // Zero where nothing of the kind was measured.
    let lock = [("costs.lock_wake_ns", profile.lockWake), ("costs.lock_cold_ns", profile.lockCold)]
    all += lock.filter { $0.1 > .zero }.map {
      SessionHeader.Attribute($0.0, ExactTime.write($0.1))
    }
    if let loader = profile.loader {
      let parts = LoaderCosts.Part.allCases.filter { loader[$0] > .zero }
        .map { "\($0.rawValue)=\(ExactTime.write(loader[$0]))" }
      all.append(
        SessionHeader.Attribute(
          "costs.loader", (["tensors=\(loader.tensors)"] + parts).joined(separator: " ")))
    }
    if profile.scale != 1 {
      all.append(SessionHeader.Attribute("costs.scale", "\(profile.scale)"))
    }
    if let path = profile.path { all.append(SessionHeader.Attribute("costs.path", path)) }
    for (name, cost) in profile.stages.sorted(by: { $0.key < $1.key }) {
      let identity = cost.identity.map { " identity_ns=\(ExactTime.write($0))" } ?? ""
      let stretches = cost.releases.map { "\($0.held)/\($0.free)" }.joined(separator: ",")
      let releases = stretches.isEmpty ? "" : " releases=\(stretches)"
      let waits =
        cost.wait > .zero || cost.waitPerPicture32 > .zero
        ? " wait_ns=\(ExactTime.write(cost.wait))"
          + " wait_per_kpx_ns=\(ExactTime.write(cost.waitPerPicture32))" : ""
      all.append(
        SessionHeader.Attribute(
          "\(stagePrefix)\(name)",
          "fixed_ns=\(ExactTime.write(cost.fixed)) per_kpx_ns=\(ExactTime.write(cost.perPicture32))"
            + " lock_free=\(cost.lockFree)\(identity)\(releases)\(waits)"))
    }
    return all
  }

  /// The source of costs that attributes describe.
  ///
  /// - Returns: Nil where `costs.name` is missing, where a name other than the native one has no
  ///   switch interval, where a number can't be read, or where the profile is outside the limits of
  ///   `CostProfile`.
  package static func read(_ attributes: [SessionHeader.Attribute]) -> CostSource? {
    var fields: [String: String] = [:]
    for pair in attributes where pair.key.hasPrefix(prefix) {
      fields[String(pair.key.dropFirst(prefix.count))] = pair.value
    }
    guard let name = fields["name"] else { return nil }
    guard let interval = fields["switch_interval_ns"] else {
      return name == CostSource.native.name ? .native : nil
    }
    guard let interval = ExactTime.read(interval),
      let scale = fields["scale"].map({ Double($0) }) ?? 1,
      let serialization = ExactTime.read(fields["serialization_ns_per_mb"] ?? "0")
    else { return nil }
    var profile = CostProfile(
      name: name, about: fields["about"] ?? "", stages: [:], switchInterval: interval,
      serializationPerMegabyte: serialization,
      scale: scale)
    profile.path = fields["path"]
    // Recordings from before have neither these nor the loader's.
    guard let wake = ExactTime.read(fields["lock_wake_ns"] ?? "0"),
      let cold = ExactTime.read(fields["lock_cold_ns"] ?? "0")
    else { return nil }
    (profile.lockWake, profile.lockCold) = (wake, cold)
    if let text = fields["loader"] {
      guard let loader = loader(text) else { return nil }
      profile.loader = loader
    }
    for pair in attributes where pair.key.hasPrefix(stagePrefix) {
      guard let cost = cost(pair.value) else { return nil }
      profile.stages[String(pair.key.dropFirst(stagePrefix.count))] = cost
    }
    // With a damaged number, the time of a simulation would stand still or run backwards.
    return profile.isWithinLimits ? .profile(profile) : nil
  }

  private static func cost(_ text: String) -> StageCost? {
    guard let fields = words(text) else { return nil }
    guard let fixed = fields["fixed_ns"].flatMap(ExactTime.read),
      let perPicture32 = fields["per_kpx_ns"].flatMap(ExactTime.read),
      let lockFree = fields["lock_free"].flatMap(Double.init),
      // Recordings from before have none.
      let wait = ExactTime.read(fields["wait_ns"] ?? "0"),
      let waitPerPicture32 = ExactTime.read(fields["wait_per_kpx_ns"] ?? "0")
    else { return nil }
    let identity = fields["identity_ns"].map(ExactTime.read)
    if case .some(nil) = identity { return nil }
    guard let releases = stretches(fields["releases"] ?? "") else { return nil }
    var cost = StageCost(
      fixed: fixed, perPicture32: perPicture32, lockFree: lockFree, identity: identity ?? nil,
      releases: releases)
    cost.wait = wait
    cost.waitPerPicture32 = waitPerPicture32
    return cost
  }

  /// Stretches as `held/free,held/free`; nil for any other text.
  private static func stretches(_ text: String) -> [LockStretch]? {
    var stretches: [LockStretch] = []
    for word in text.split(separator: ",") {
      let pair = word.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
      guard pair.count == 2, let held = pair[0], let free = pair[1] else { return nil }
      stretches.append(LockStretch(held: held, free: free))
    }
    return stretches
  }

  private static func loader(_ text: String) -> LoaderCosts? {
    guard let fields = words(text) else { return nil }
    var costs = LoaderCosts()
    for (key, value) in fields {
      if let part = LoaderCosts.Part(rawValue: key), let time = ExactTime.read(value) {
        costs[part] = time
      } else if key == "tensors", let count = Int(value) {
        costs.tensors = count
      } else {
        return nil
      }
    }
    return costs
  }

  /// Words of the form `key=value`; nil for any other.
  private static func words(_ text: String) -> [String: String]? {
    var fields: [String: String] = [:]
    for word in text.split(separator: " ") {
      let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else { return nil }
      fields[pair[0]] = pair[1]
    }
    return fields
  }
}
