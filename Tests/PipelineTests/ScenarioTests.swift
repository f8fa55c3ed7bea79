import Augmentation
import Pipeline
import Quantities
import Testing

@Suite struct ScenarioTests {
  private func fault(_ break: (inout Scenario) -> Void) -> ScenarioFault? {
    var scenario = Scenario(name: "check")
    `break`(&scenario)
    return #expect(throws: ScenarioFault.self) { try scenario.check() }
  }

  @Test func aPlainScenarioIsRight() throws {
    var scenario = Scenario(name: "check")
    try scenario.check()
    scenario.batchSize = 65_536
    scenario.workers = 64
    scenario.queueLimit = 10_000
    scenario.samplesPerEpoch = 1
    scenario.cores = 1_024
    scenario.consumer.compute = .normal(mean: .seconds(1), deviation: .seconds(1))
    scenario.consumer.host = .seconds(3600)
    try scenario.check()
  }

  @Test(arguments: [0, -1, 65_537, .max, .min])
  func batchSizes(size: Int) {
    #expect(
      fault { $0.batchSize = size }
        == ScenarioFault(
          option: "batch-size", value: "\(size)", wanted: "a whole number from 1 to 65536"))
  }

  @Test func countsOutOfBounds() {
    #expect(fault { $0.samplesPerEpoch = 0 }?.option == "samples-per-epoch")
    #expect(fault { $0.samplesPerEpoch = 1_000_000_001 }?.option == "samples-per-epoch")
    #expect(
      fault { $0.workers = 0 }
        == ScenarioFault(option: "workers", value: "0", wanted: "a whole number from 1 to 64"))
    #expect(fault { $0.workers = 65 }?.option == "workers")
    #expect(fault { $0.queueLimit = 0 }?.option == "queue")
    #expect(fault { $0.queueLimit = 10_001 }?.option == "queue")
    #expect(fault { $0.cores = 0 }?.option == "cores")
    #expect(fault { $0.cores = 1_025 }?.option == "cores")
  }

  /// A DataLoader needs no workers; a queue does, so another loader brings one.
  @Test func workersMayBeNoneWhereTheLoopMakesBatches() throws {
    var scenario = Scenario(name: "check")
    scenario.loader = .torch
    scenario.workers = 0
    try scenario.check()
    #expect(
      scenario.makesInLoop && scenario.makers(machineCores: 2) == 1 && scenario.burningThreads == 1)
    #expect(scenario.queueRoom == 1 && scenario.deepestQueue == 1)
    scenario.consumer.host = .milliseconds(1)
    #expect(scenario.burningThreads == 1)
    let changes = scenario.singleChanges(.generator(scenario.settings))
    #expect(changes.contains(.workers(1)) && !changes.contains(.workers(-1)))
    let other = scenario.applying(.loader(.blocking))
    try other.check()
    #expect(other.workers == 1 && !other.makesInLoop)
    #expect(!other.singleChanges(.generator(scenario.settings)).contains(.workers(0)))
  }

  /// A batch's wait is the batch's own: the sum of its pictures', the same whenever it is asked for.
  @Test func picturesAreWaitedForOneByOne() {
    var scenario = Scenario(name: "check")
    #expect(scenario.loadWait(batch: 3, pictures: 32) == .zero)
    scenario.loadWait = .constant(.milliseconds(5))
    #expect(scenario.loadWait(batch: 3, pictures: 32) == .milliseconds(160))
    scenario.loadWait = .logNormal(mean: .milliseconds(5), deviation: .milliseconds(3))
    let waits = (0..<500).map { scenario.loadWait(batch: $0, pictures: 32) }
    #expect(waits == (0..<500).map { scenario.loadWait(batch: $0, pictures: 32) })
    #expect(Set(waits).count == 500)
    let mean = waits.map(\.seconds).reduce(0, +) / 500
    // 160 ms with a deviation of 3 · √32 ms a batch.
    #expect(abs(mean - 0.160) < 0.004)
    scenario.seed = 2
    #expect(scenario.loadWait(batch: 0, pictures: 32) != waits[0])
    #expect(fault { $0.loadWait = .constant(.zero) }?.option == "load-wait")
    #expect(
      fault { $0.loadWait = .normal(mean: .milliseconds(1), deviation: .milliseconds(2)) }?.option
        == "load-wait")
  }

  /// A batch's pace is the batch's own, 1 in the mean, and varies as the mean of its pictures does.
  @Test func picturesOfABatchVaryApart() throws {
    var scenario = Scenario(name: "check")
    scenario.costs = .profile(CostProfile(name: "any", stages: [:]))
    #expect(scenario.pace(batch: 3, pictures: 32) == 1)
    scenario.spread = 0.4
    let paces = (0..<500).map { scenario.pace(batch: $0, pictures: 16) }
    #expect(paces == (0..<500).map { scenario.pace(batch: $0, pictures: 16) })
    let mean = paces.reduce(0, +) / 500
    let deviation = (paces.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 499).squareRoot()
    #expect(abs(mean - 1) < 0.02 && abs(deviation - 0.1) < 0.015, "\(mean), \(deviation)")
    scenario.seed = 2
    #expect(scenario.pace(batch: 0, pictures: 16) != paces[0])
    scenario.costs = .native
    #expect(scenario.pace(batch: 0, pictures: 16) == 1)
    #expect(fault { $0.spread = 0 }?.option == "spread")
    #expect(fault { $0.spread = .nan }?.option == "spread")
    scenario.spread = 5
    #expect(throws: Never.self) { try scenario.check() }
  }

  @Test func timesOutOfBounds() {
    #expect(fault { $0.consumer.compute = .constant(.zero) }?.option == "gpu")
    #expect(fault { $0.consumer.compute = .constant(.nanoseconds(999)) }?.option == "gpu")
    #expect(fault { $0.consumer.compute = .constant(.seconds(3601)) }?.option == "gpu")
    #expect(
      fault {
        $0.consumer.compute = .normal(mean: .milliseconds(1), deviation: .milliseconds(2))
      }?.option == "gpu")
    #expect(
      fault {
        $0.consumer.compute = .normal(mean: .milliseconds(1), deviation: .milliseconds(-1))
      }?.option == "gpu")
    #expect(fault { $0.consumer.host = .milliseconds(-1) }?.option == "gpu-host")
    #expect(fault { $0.consumer.host = .seconds(3601) }?.option == "gpu-host")
    #expect(fault { $0.consumer.transfer = .milliseconds(-1) }?.option == "gpu-transfer")
  }

  @Test func aQueueThatDoesntFitIntoMemory() throws {
    var scenario = Scenario(name: "large")
    scenario.batchSize = 1_024
    let large = DatasetFacts(
      count: 10, shape: PictureShape(height: 1_024, width: 1_024, channels: 3))
    #expect(throws: ScenarioFault.self) { try scenario.check(against: large) }
    try scenario.check(against: ScriptedSteps.facts)
  }

  /// DESIGN's rows over the switches.
  @Test func theQuestionsRows() {
    func off(_ row: Ablation) -> Set<Stage> {
      Set(Stage.allCases.filter { !row.stages.contains($0.id) })
    }
    #expect(
      Ablation.allCases.map(\.rawValue) == [
        "original", "no-dot", "no-matrices", "no-warp", "own-generator",
      ])
    #expect(off(.original).isEmpty)
    #expect(off(.noDot) == [.compose])
    #expect(off(.noMatrices) == [.compose, .rotation, .shear, .zoom])
    #expect(off(.noWarp) == [.warp])
    #expect(off(.ownGenerator) == Set(Stage.allCases).subtracting([.load, .collate]))
    for row in Ablation.allCases { #expect(Ablation(row.stages) == row) }
    #expect(Ablation(StageSet.all.setting(.zoom, on: false)) == nil)
  }

  @Test func rowsAreStepped() {
    #expect(Ablation.following(.all, by: 1) == .noDot)
    #expect(Ablation.following(.all, by: -1) == .ownGenerator)
    #expect(Ablation.following(.fixed, by: 1) == .original)
    #expect(Ablation.following(StageSet.all.setting(.zoom, on: false), by: 1) == .original)
  }

  @Test func changesChangeOneThing() {
    let before = Scenario(name: "change")
    var after = before
    after.stages = StageSet.all.setting(.warp, on: false)
    #expect(before.applying(.stage(.warp, on: false)) == after)
    #expect(after.applying(.stage(.warp, on: true)) == before)
    #expect(before.applying(.stages(.fixed)).stages == .fixed)
    #expect(before.applying(.ablation(.noWarp)) == after)
    after = before
    after.loader = .blocking
    #expect(before.applying(.loader(.blocking)) == after)
    after = before
    after.workers = 7
    #expect(before.applying(.workers(7)) == after)
    after = before
    after.queueLimit = 3
    #expect(before.applying(.queueLimit(3)) == after)
    after = before
    after.consumer.compute = .constant(.seconds(1))
    #expect(before.applying(.compute(.seconds(1))) == after)
  }

  /// Kernels never hold the lock; Python work does.
  @Test func costsBringTheLockAndDropIt() {
    let profile = CostSource.profile(CostProfile(name: "some", stages: [:]))
    var scenario = Scenario(name: "costs")
    scenario.apply(.costs(profile))
    #expect(scenario.costs == profile && scenario.interpreterLock)
    scenario.apply(.interpreterLock(false))
    #expect(!scenario.interpreterLock)
    scenario.apply(.costs(profile))
    #expect(scenario.interpreterLock)
    scenario.apply(.costs(.native))
    #expect(scenario.costs == .native && !scenario.interpreterLock)
  }

  @Test(arguments: [
    (ScenarioChange.stage(.warp, on: false), "warp off"), (.stage(.zoom, on: true), "zoom on"),
    (.stages(.all), "all stages on"), (.stages(.fixed), "all stages off"),
    (.ablation(.noDot), "row no-dot"), (.loader(.blocking), "loader blocking"),
    (.workers(3), "workers 3"), (.queueLimit(12), "queue limit 12"),
    (.compute(.microseconds(3_400)), "gpu compute 3.4 ms"),
    (.compute(.microseconds(650)), "gpu compute 650 µs"),
    (.compute(.milliseconds(12)), "gpu compute 12 ms"), (.costs(.native), "costs native"),
    (.interpreterLock(true), "interpreter lock on"),
  ])
  func labels(change: ScenarioChange, label: String) {
    #expect(change.label(.generator(AugmentationSettings())) == label)
  }

  @Test(arguments: [
    ("synthetic", DatasetReference.synthetic), ("cifar10:a/b", .cifar10(path: "a/b")),
    ("cifar100:a", .cifar100(path: "a")),
    ("npy:a:b", .npy(path: "a:b")), ("folder:a/b/", .folder(path: "a/b/")),
  ])
  func datasetsAreReadBack(text: String, reference: DatasetReference) {
    #expect(DatasetReference(text) == reference)
    #expect("\(reference)" == text)
  }

  @Test(arguments: [
    "", "synthetic:", "synthetic:x", "cifar10", "cifar10:", "npy:", "folder", "folder:", "png:x",
  ])
  func noDatasets(text: String) { #expect(DatasetReference(text) == nil) }

  @Test func lastBatchesMayBeShort() {
    var scenario = Scenario(name: "batches")
    #expect(scenario.batchesPerEpoch(samples: 50_000) == 1_563)
    #expect(scenario.batchesPerEpoch(samples: 32) == 1)
    scenario.batchSize = 1
    #expect(scenario.batchesPerEpoch(samples: 33) == 33)
  }
}
