import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import Testing
import Toml

/// The settled rule of what a stage costs, on the program's own profile.
@Suite struct CostProfileTests {
  private let scenario: Scenario
  private let profile: CostProfile

  init() throws {
    scenario = try PresetCatalog.scenario(named: "fast-gpu")
    guard case .profile(let profile) = scenario.costs else {
      throw ConfigurationFault(file: "", problem: .missing)
    }
    self.profile = profile
  }

  /// Microseconds, by stage.
  private func charges(
    _ stages: StageSet = .all, _ settings: AugmentationSettings? = nil,
    shape: PictureShape = .cifar
  ) -> [Stage: Double] {
    Dictionary(
      uniqueKeysWithValues: Stage.allCases.map { stage in
        let charge = self.charge(
          profile, stage, in: stages, settings: settings ?? scenario.settings, shape: shape)
        return (stage, charge.total.microseconds)
      })
  }

  private func charge(
    _ profile: CostProfile, _ stage: Stage, in stages: StageSet = .all,
    settings: AugmentationSettings, shape: PictureShape = .cifar
  ) -> StageCharge {
    profile.charge(StageList.generator(settings)[stage.id], in: stages, shape: shape)
  }

  private func isAbout(_ value: Double?, _ wanted: Double) -> Bool {
    value.map { abs($0 - wanted) < 0.002 } ?? false
  }

  @Test func thePresetCostsWhatItsSumSays() {
    #expect(isAbout(charges().values.reduce(0, +), 121.84))
    #expect(isAbout(charges(Ablation.noWarp.stages).values.reduce(0, +), 26.94))
  }

  @Test(arguments: [
    // On with a setting: all of it.
    (Stage.load, 0.78), (.heightShift, 2.41), (.widthShift, 2.98), (.horizontalFlip, 0.99),
    (.collate, 1.23), (.warp, 94.9), (.compose, 9.19),
    // On, but without effect: the profile's cost of an identity transform…
    (.rotation, 4.5), (.shear, 3.17), (.zoom, 1.69),
    // …and else nothing.
    (.verticalFlip, 0), (.channelShift, 0), (.standardize, 0),
  ])
  func eachStageOfThePreset(stage: Stage, microseconds: Double) {
    #expect(isAbout(charges()[stage], microseconds))
  }

  @Test func withEverySettingZeroComposeAndWarpCostTheSame() {
    let idle = charges(.all, AugmentationSettings())
    #expect(isAbout(idle[.compose], 9.19))
    #expect(isAbout(idle[.warp], 94.9))
    #expect(isAbout(idle[.heightShift], 0.72))
    #expect(isAbout(idle[.horizontalFlip], 0))
  }

  @Test func withEverySettingEachCostsItsWhole() {
    var settings = scenario.settings
    settings.rotationRange = 10
    settings.shearRange = 0.1
    settings.zoomRange = ZoomRange(around: 0.2)
    settings.channelShiftRange = 5
    settings.verticalFlip = true
    settings.rescale = 1 / 255
    let full = charges(.all, settings)
    #expect(isAbout(full[.rotation], 3.72))
    #expect(isAbout(full[.shear], 2.87))
    #expect(isAbout(full[.zoom], 5.25))
    #expect(isAbout(full[.channelShift], 32.67))
    #expect(isAbout(full[.verticalFlip], 0.99))
    #expect(isAbout(full[.standardize], 3.84))
  }

  @Test func whatIsOffCostsNothing() {
    for stage in Stage.allCases where stage.isSwitchable {
      let off = charges(StageSet.all.setting(stage.id, on: false))
      #expect(off[stage] == 0)
      #expect(off.filter { $0.key != stage } == charges().filter { $0.key != stage })
    }
  }

  @Test func aPicturesValuesScaleThePartForThem() {
    // 224·224·3 values are 49 times 3 072.
    let large = charges(shape: PictureShape(height: 224, width: 224, channels: 3))
    #expect(isAbout(large[.warp], 43.7 + 51.2 * 49))
    #expect(isAbout(large[.load], 0.45 + 0.33 * 49))
    #expect(isAbout(large[.compose], 9.19))
    let grey = charges(shape: PictureShape(height: 32, width: 32, channels: 1))
    #expect(isAbout(grey[.collate], 0.68 + 0.55 / 3))
  }

  @Test func theLockFreePartIsOfTheSizedPartAlone() {
    let warp = charge(profile, .warp, settings: scenario.settings)
    #expect(isAbout(warp.held.microseconds, 43.7))
    #expect(isAbout(warp.lockFree.microseconds, 51.2))
    let half = CostProfile(
      name: "half",
      stages: [
        "warp": StageCost(
          fixed: .microseconds(10), perPicture32: .microseconds(100), lockFree: 0.25)
      ])
    let sized = charge(half, .warp, settings: scenario.settings)
    #expect(sized.held == .microseconds(85))
    #expect(sized.lockFree == .microseconds(25))
    // A stage that the profile doesn't name costs nothing extra.
    #expect(
      charge(half, .load, settings: scenario.settings) == .nothing)
  }

  /// A wait is no work: it grows with the picture, not with a slower processor, and what is off waits for nothing.
  @Test func waitingIsApartFromTheWork() {
    var load = StageCost(fixed: .microseconds(1))
    load.wait = .microseconds(10)
    load.waitPerPicture32 = .microseconds(2)
    let disk = CostProfile(name: "disk", stages: ["load": load, "warp": load])
    let shape = PictureShape(height: 64, width: 32, channels: 3)
    let stages = StageList.generator(scenario.settings)
    for profile in [disk, disk.scaled(to: 3)] {
      let charge = profile.charge(stages[Stage.load.id], in: stages.all, shape: shape)
      #expect(charge.waiting == .microseconds(14))
      #expect(charge.total == Nanoseconds(.microseconds(1) * Int(profile.scale)))
      #expect(charge.times(0.5).waiting == .microseconds(7))
    }
    let off = stages.all.subtracting(StageSet(Stage.warp.id))
    #expect(disk.charge(stages[Stage.warp.id], in: off, shape: shape).waiting == .zero)
    var wrong = disk
    wrong.stages["load"]?.wait = .seconds(61)
    #expect(disk.isWithinLimits && !wrong.isWithinLimits)
  }

  /// Standing still is Python work: it holds the lock.
  @Test func identityHoldsTheLock() {
    let rotation = charge(profile, .rotation, settings: .init())
    #expect(rotation.held == .microseconds(4) + Nanoseconds(500))
    #expect(rotation.lockFree == .zero)
  }

  /// A slower machine: everything but the switch interval takes longer, and twice is not four times.
  @Test func aScaledProfileIsTheSameProgramOnASlowerMachine() {
    let slow = profile.scaled(to: 3).scaled(to: 2)
    let warp = charge(slow, .warp, settings: scenario.settings)
    #expect(isAbout(warp.held.microseconds, 87.4) && isAbout(warp.lockFree.microseconds, 102.4))
    let rotation = charge(slow, .rotation, settings: .init())
    #expect(rotation.held == .microseconds(9))
    #expect(slow.switchInterval == profile.switchInterval)
    #expect(slow.serializationPerMegabyte == profile.serializationPerMegabyte * 2)
    #expect(slow.label == "\(profile.name) ×2.0" && profile.label == profile.name)
    #expect(profile.scaled(to: 1) == profile)
    var scenario = scenario
    scenario.costs = .profile(profile.scaled(to: 11))
    #expect(throws: ScenarioFault.self) { try scenario.check() }
  }
}
