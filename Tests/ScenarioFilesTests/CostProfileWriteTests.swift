import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import TestSupport
import Testing

@Suite struct CostProfileWriteTests {
  @Test func whatIsWrittenIsReadBack() throws {
    for seed in 1...300 {
      var random = SeededNumbers(seed: UInt64(seed))
      func time() -> Duration { .nanoseconds(Int64.random(in: 0...60_000_000, using: &random)) }
      var stages: [String: StageCost] = [:]
      for stage in Stage.allCases where Bool.random(using: &random) {
        stages[stage.rawValue] = StageCost(
          fixed: time(), perPicture32: Bool.random(using: &random) ? time() : .zero,
          lockFree: Double(Int.random(in: 0...100, using: &random)) / 100,
          identity: Bool.random(using: &random) ? time() : nil,
          releases: (0..<Int.random(in: 0...4, using: &random)).map { _ in
            LockStretch(
              held: Double.random(in: 0...9, using: &random),
              free: Double(Int.random(in: 0...9, using: &random)))
          })
      }
      var profile = CostProfile(
        name: ["mine", "quo\"te\\", "tab\t木"][seed % 3], about: seed % 2 == 0 ? "" : "line\nline",
        stages: stages, switchInterval: time(), serializationPerMegabyte: time())
      if Bool.random(using: &random) { (profile.lockWake, profile.lockCold) = (time(), time()) }
      let text = try CostProfileFile.write(
        profile, measuredWith: ["python": "3.11", "cpu": "\"x\""])
      #expect(try CostProfileFile.parse(text, file: "x") == profile, "seed \(seed)\n\(text)")
    }
  }

  @Test func keysAreThoseOfTheBuiltInProfile() throws {
    var profile = CostProfile(
      name: "mine",
      stages: [
        "warp": StageCost(
          fixed: .nanoseconds(43_700), perPicture32: .nanoseconds(51_200), lockFree: 1,
          releases: [LockStretch(held: 6.3, free: 0.12)]),
        "rotation": StageCost(fixed: .nanoseconds(3_720), identity: .nanoseconds(4_500)),
      ],
      serializationPerMegabyte: .microseconds(530))
    profile.lockCold = .microseconds(22)
    #expect(
      try CostProfileFile.write(profile, measuredWith: ["python": "3.11.7"]) == """
        {
          "lock" : {
            "cold_us" : 22,
            "switch_interval_us" : 5000
          },
          "measured_with" : {
            "python" : "3.11.7"
          },
          "name" : "mine",
          "schema" : "augtop-costs/2",
          "serialization_us_per_mb" : 530,
          "stages" : {
            "rotation" : {
              "fixed_us" : 3.72,
              "identity_us" : 4.5
            },
            "warp" : {
              "fixed_us" : 43.7,
              "lock_free" : 1,
              "per_kpx_us" : 51.2,
              "releases" : [
                [
                  6.3,
                  0.12
                ]
              ]
            }
          },
          "unit" : "microseconds"
        }

        """)
  }
}
