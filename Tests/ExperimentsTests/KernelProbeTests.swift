import Augmentation
import Datasets
import Experiments
import Host
import Pipeline
import Quantities
import Testing
import VirtualEngine

@Suite struct KernelProbeTests {
  private static let settings = {
    var settings = AugmentationSettings()
    settings.widthShiftRange = 0.1
    settings.horizontalFlip = true
    return settings
  }()
  private static let withoutWarp = StageSet.all.setting(.warp, on: false)

  private func probe(_ dataset: any DatasetSource = SyntheticDataset(count: 200)) -> KernelProbe {
    KernelProbe(dataset, settings: Self.settings, batchSize: 32, seed: 1)
  }

  @Test func everySetIsKnownOnceMeasured() throws {
    var probe = probe()
    #expect(probe.table[.all] == nil)
    try probe.measure([.all, Self.withoutWarp], for: .zero)
    // One batch isn't enough to go by.
    #expect(probe.table[.all] == nil)
    try probe.measureWholly([.all, Self.withoutWarp], for: .zero, atMost: .seconds(60))
    let table = probe.table
    let all = try #require(table[.all])
    let without = try #require(table[Self.withoutWarp])
    #expect(all[Stage.warp.index] > 0 && without[Stage.warp.index] == 0)
    #expect(without[Stage.horizontalFlip.index] > 0)
    #expect(table[StageSet.all.setting(.horizontalFlip, on: false)] == nil)
    // Sets that differ only in stages without work share one cost.
    #expect(table[StageSet.all.setting(.lens, on: false)]?.sum == all.sum)
  }

  /// One worker, then two, three times: pictures of those that are not alone take four times the work,
  /// whatever the machine is busy with.
  @Test func workersAreTimedBesideEachOther() throws {
    let made = Monitor(0)
    let slowdown = try KernelProbe.slowdown(of: 2, .all) {
      let number = made.withLock { made in
        made += 1
        return made
      }
      let dataset = LaboriousDataset(rounds: number % 3 == 1 ? 20_000 : 80_000)
      return KernelProbe(dataset, settings: Self.settings, batchSize: 8, seed: 1)
    }
    #expect(made.withLock { $0 } == 9)
    #expect(slowdown > 2 && slowdown < 8, "\(slowdown)")
    #expect(throws: BrokenDataset.Fault.self) {
      try KernelProbe.slowdown(of: 2, .all) {
        KernelProbe(BrokenDataset(), settings: Self.settings, batchSize: 32, seed: 1)
      }
    }
  }

  /// Sets that were measured often enough aren't measured again.
  @Test func itComesToAnEnd() throws {
    var probe = probe(SyntheticDataset(count: 8))
    try probe.measure([Self.withoutWarp], for: .seconds(600))
    let before = try #require(probe.table[Self.withoutWarp])
    try probe.measure([Self.withoutWarp], for: .seconds(600))
    #expect(probe.table[Self.withoutWarp]?.sum == before.sum)
  }

  @Test func picturesThatCannotBeReadAreSaidToBe() {
    var probe = probe(BrokenDataset())
    #expect(throws: BrokenDataset.Fault.self) { try probe.measure([.all], for: .zero) }
    let kernels = SessionKernels(BrokenDataset(), statistics: nil)
    var scenario = Scenario(name: "broken")
    scenario.costs = .native
    #expect(kernels.table(for: scenario) == nil)
    #expect(kernels.table(for: scenario) == nil)
  }

  /// Beside a session with native costs everything becomes known that one key press asks about.
  @Test func aSessionsNeighboursBecomeKnown() throws {
    let kernels = SessionKernels(SyntheticDataset(count: 200), statistics: nil)
    var scenario = Scenario(name: "native")
    scenario.settings = Self.settings
    scenario.costs = .native
    var table = kernels.table(for: scenario)
    for _ in 0..<100
    where scenario.singleChanges(scenario.generatorStages).contains(where: {
      table?[scenario.applying($0).stages] == nil
    }) {
      table = kernels.table(for: scenario)
    }
    for change in scenario.singleChanges(scenario.generatorStages) {
      #expect(table?[scenario.applying(change).stages] != nil, "\(change)")
    }
  }

  /// Under a profile the present switches are enough: one key makes their costs native.
  @Test func nativeCostsAreKnownBesideAProfile() throws {
    let kernels = SessionKernels(SyntheticDataset(count: 200), statistics: nil)
    var scenario = Scenario(name: "profile")
    scenario.settings = Self.settings
    scenario.costs = .profile(CostProfile(name: "keras-1.1", stages: [:]))
    scenario.stages = Self.withoutWarp
    var table = kernels.table(for: scenario)
    for _ in 0..<100 where table?[scenario.stages] == nil { table = kernels.table(for: scenario) }
    let time = try #require(table?[scenario.stages])
    // What is known isn't measured again.
    #expect(kernels.table(for: scenario)?[scenario.stages] == time)
    // Other switches are.
    scenario.stages = .all
    for _ in 0..<100 where table?[.all] == nil { table = kernels.table(for: scenario) }
    #expect(table?[.all] != nil)
  }
}

/// Pictures that take a given number of rounds of arithmetic to read.
private struct LaboriousDataset: DatasetSource {
  let rounds: Int

  let count = 100
  let shape = PictureShape.cifar

  func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }

  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
    var value: Float = 1
    for _ in 0..<rounds { value = (value * 1.0001 + 1).remainder(dividingBy: 256) }
    picture.update(repeating: value, count: shape.count)
  }

  func label(_ index: Int) -> Int32? { nil }
}

/// Pictures that can't be read.
private struct BrokenDataset: DatasetSource {
  struct Fault: Error {}

  let count = 100
  let shape = PictureShape.cifar

  func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }
  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws { throw Fault() }
  func label(_ index: Int) -> Int32? { nil }
}
