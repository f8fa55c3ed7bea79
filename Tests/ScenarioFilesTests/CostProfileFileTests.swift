import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import Testing
import Toml

@Suite struct CostProfileFileTests {
  private func file(_ stages: String, _ more: String = "") -> String {
    "{\"schema\": \"augtop-costs/1\", \"name\": \"n\", \(more) \"stages\": {\(stages)}}"
  }

  @Test func everythingIsRead() throws {
    let profile = try CostProfileFile.parse(
      file(
        "\"warp\": {\"fixed_us\": 1.5, \"per_kpx_us\": 2, \"lock_free\": 0.5, \"identity_us\": 3}",
        "\"lock\": {\"switch_interval_us\": 100}, \"serialization_us_per_mb\": 7,"
          + " \"about\": \"a\","), file: "p.json")
    var wanted = CostProfile(
      name: "n", about: "a",
      stages: [
        "warp": StageCost(
          fixed: .nanoseconds(1_500), perPicture32: .microseconds(2), lockFree: 0.5,
          identity: .microseconds(3))
      ], switchInterval: .microseconds(100), serializationPerMegabyte: .microseconds(7))
    #expect(profile == wanted)
    wanted = CostProfile(name: "n", stages: ["load": StageCost(fixed: .zero)])
    #expect(try CostProfileFile.parse(file("\"load\": {}"), file: "p.json") == wanted)
    #expect(wanted.switchInterval == .milliseconds(5))
  }

  /// What the lock costs, and where a stage lets go of it; without these keys it is as ever.
  @Test func theLocksFiguresAreRead() throws {
    let text = """
      {"schema": "augtop-costs/2", "name": "n", "lock": {"wake_us": 42, "cold_us": 22.5},
       "stages": {"warp": {"fixed_us": 1, "releases": [[6.3, 0.12], [3, 14.5]]}}}
      """
    let profile = try CostProfileFile.parse(text, file: "p.json")
    #expect(profile.lockWake == .microseconds(42) && profile.lockCold == .nanoseconds(22_500))
    #expect(
      profile.stages["warp"]?.releases == [
        LockStretch(held: 6.3, free: 0.12), LockStretch(held: 3, free: 14.5),
      ])
    let old = try CostProfileFile.parse(file("\"warp\": {\"fixed_us\": 1}"), file: "p.json")
    #expect(old.lockWake == .zero && old.lockCold == .zero)
    #expect(old.stages["warp"]?.releases == [])
  }

  /// The built-in profile lets go where the published code does.
  @Test func theBuiltInProfileHasKerassReleases() throws {
    let profile = try CostCatalog.keras()
    for stage in Stage.allCases {
      #expect(
        profile.stages[stage.rawValue]?.releases ?? [] == KerasReleases.stretches(of: stage),
        "\(stage)")
    }
    // Sixteen a picture with shifts: load, five products, nine of the warp, collate.
    let picture: [Stage] = [.load, .compose, .warp, .collate]
    #expect(picture.flatMap(KerasReleases.stretches).count == 16)
    #expect(profile.lockWake == .microseconds(42) && profile.lockCold == .microseconds(22))
  }

  /// A stage may wait besides its work, or do nothing else.
  @Test func whatAStageWaitsIsRead() throws {
    let stages = "\"load\": {\"wait_us\": 3000, \"wait_per_kpx_us\": 2.5}"
    var load = StageCost(fixed: .zero)
    load.wait = .milliseconds(3)
    load.waitPerPicture32 = .nanoseconds(2_500)
    let profile = try CostProfileFile.parse(file(stages), file: "p.json")
    #expect(profile == CostProfile(name: "n", stages: ["load": load]))
    #expect(try CostProfileFile.parse(CostProfileFile.write(profile), file: "p.json") == profile)
  }

  /// The second schema's keys.
  @Test func theLoadersCostsAreRead() throws {
    let text = """
      {"schema": "augtop-costs/2", "name": "n", "loader": {"torch": {"item_us": 2}},
       "stages": {"load": {"fixed_us": 1}}}
      """
    var wanted = CostProfile(name: "n", stages: ["load": StageCost(fixed: .microseconds(1))])
    var loader = LoaderCosts()
    loader[.item] = .microseconds(2)
    wanted.loader = loader
    #expect(try CostProfileFile.parse(text, file: "p.json") == wanted)
  }

  @Test(arguments: [
    ("\"wrap\": {}", "p.json: key 'stages.wrap': there is no such key; did you mean 'warp'?"),
    (
      "\"warp\": {\"fixed_us\": -1}",
      "p.json: key 'stages.warp.fixed_us': -1.0 is out of bounds; write microseconds, 0 to "
        + "60000000"
    ),
    (
      "\"warp\": {\"per_kpx_us\": 6e8}",
      "p.json: key 'stages.warp.per_kpx_us': 600000000.0 is out of bounds; write microseconds, "
        + "0 to 60000000"
    ),
    (
      "\"warp\": {\"lock_free\": 1.5}",
      "p.json: key 'stages.warp.lock_free': 1.5 is out of bounds; write 0 to 1"
    ),
    (
      "\"warp\": {\"identity_us\": -2}",
      "p.json: key 'stages.warp.identity_us': -2.0 is out of bounds; write microseconds, 0 to "
        + "60000000"
    ),
    (
      "\"warp\": {\"wait_us\": 6e8}",
      "p.json: key 'stages.warp.wait_us': 600000000.0 is out of bounds; write microseconds, 0 to"
        + " 60000000"
    ),
    (
      "\"warp\": {\"wait_per_kpx_us\": -1}",
      "p.json: key 'stages.warp.wait_per_kpx_us': -1.0 is out of bounds; write microseconds, 0 to"
        + " 60000000"
    ),
    (
      "\"warp\": {\"fixed_us\": \"1\"}",
      "p.json: key 'stages.warp.fixed_us': the value has the wrong type"
    ),
    (
      "\"warp\": {\"releases\": [[1, 2, 3]]}",
      "p.json: key 'stages.warp.releases': the value isn't a list of stretches; write each as [held, free]"
    ),
    (
      "\"warp\": {\"releases\": [[1, -2]]}",
      "p.json: key 'stages.warp.releases': the value is out of bounds; write microseconds from 0 on"
    ),
    (
      "\"warp\": {\"releases\": 3}",
      "p.json: key 'stages.warp.releases': the value has the wrong type"
    ),
    (
      "\"warp\": {\"fixed_us\": [[1, 2]]}",
      "p.json: key 'stages.warp.fixed_us': the value has the wrong type"
    ),
    ("\"warp\": 3", "p.json: key 'stages.warp': the value has the wrong type"),
  ])
  func oneFaultEach(stages: String, message: String) {
    let fault = #expect(throws: ConfigurationFault.self) {
      try CostProfileFile.parse(file(stages), file: "p.json")
    }
    #expect(fault?.message == message)
  }

  @Test(arguments: [
    ("{\"name\": \"n\", \"stages\": {}}", "schema", "is missing"),
    ("{\"schema\": \"augtop-costs/1\", \"stages\": {}}", "name", "is missing"),
    ("{\"schema\": \"augtop-costs/1\", \"name\": \"n\"}", "stages", "is missing"),
    (
      "{\"schema\": \"augtop-costs/3\", \"name\": \"n\", \"stages\": {}}", "schema",
      "\"augtop-costs/3\" isn't known; write \"augtop-costs/2\""
    ),
  ])
  func whatMustBeThere(text: String, key: String, why: String) {
    let fault = #expect(throws: ConfigurationFault.self) {
      try CostProfileFile.parse(text, file: "p.json")
    }
    #expect(fault?.message == "p.json: key '\(key)': \(why)")
  }

  @Test(arguments: ["", "{", "[]x", "nothing"]) func noJSON(text: String) {
    let fault = #expect(throws: ConfigurationFault.self) {
      try CostProfileFile.parse(text, file: "p.json")
    }
    #expect(fault?.message == "p.json: isn't JSON")
  }

  @Test func costsByName() throws {
    #expect(try CostCatalog.source("native") == .native)
    #expect(try CostCatalog.source("keras-1.1").name == "keras-1.1")
    let fault = #expect(throws: ConfigurationFault.self) { try CostCatalog.source("keras-1.2") }
    #expect(
      fault?.message == "there is no cost profile 'keras-1.2'; did you mean 'keras-1.1'? There "
        + "are: native, keras-1.1, or a file's path")
    #expect(throws: ConfigurationFault.self) { try CostCatalog.source("./no-such.json") }
    let known = try CostCatalog.sources(with: .native)
    #expect(known.map(\.name) == ["native", "keras-1.1"])
    let own = CostSource.profile(CostProfile(name: "own", stages: [:]))
    #expect(try CostCatalog.sources(with: own).last == own)
  }
}
