import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import TestSupport
import Testing
import Toml

@Suite struct ScenarioFileTests {
  /// The shortest valid file.
  private static let least = "name = \"x\"\n"

  // MARK: Presets

  @Test func thePresetsAreTheDesigns() throws {
    var wanted = Scenario(name: "fast-gpu")
    wanted.samplesPerEpoch = 50_000
    wanted.settings.widthShiftRange = 0.1
    wanted.settings.heightShiftRange = 0.1
    wanted.settings.horizontalFlip = true
    wanted.costs = try CostCatalog.source("keras-1.1")
    wanted.interpreterLock = true
    wanted.consumer.compute = .constant(.microseconds(3_400))
    wanted.consumer.host = .microseconds(200)
    #expect(wanted.batchSize == 32 && wanted.queueLimit == 10 && wanted.workers == 1)
    #expect(wanted.loader == .kerasThreads && wanted.stages == .all && wanted.seed == 1)
    #expect(try PresetCatalog.scenario(named: "fast-gpu") == wanted)
    #expect(PresetCatalog.standard == "fast-gpu")

    wanted.name = "keras-cifar10"
    wanted.consumer.compute = .constant(.milliseconds(12))
    wanted.consumer.host = .milliseconds(2)
    #expect(try PresetCatalog.scenario(named: "keras-cifar10") == wanted)

    wanted.name = "native"
    wanted.costs = .native
    wanted.interpreterLock = false
    wanted.loader = .blocking
    wanted.workers = 2
    wanted.consumer.compute = .constant(.microseconds(3_400))
    wanted.consumer.host = .microseconds(200)
    #expect(try PresetCatalog.scenario(named: "native") == wanted)
  }

  @Test(arguments: PresetCatalog.names) func aPresetSurvivesWriting(name: String) throws {
    let scenario = try PresetCatalog.scenario(named: name)
    try scenario.check()
    #expect(try ScenarioFile.parse(ScenarioFile.write(scenario), file: "x") == scenario)
    #expect(PresetCatalog.text(named: name) != nil)
  }

  @Test func anUnknownPresetGetsASuggestion() {
    let fault = #expect(throws: ConfigurationFault.self) {
      try PresetCatalog.scenario(named: "fast-cpu")
    }
    #expect(
      fault?.message == "there is no preset 'fast-cpu'; did you mean 'fast-gpu'? There are: "
        + "fast-gpu, keras-cifar10, paradox, native")
  }

  @Test func costsCanBeScaled() throws {
    let text = "name = \"x\"\ncosts = \"keras-1.1\"\ncost-scale = 2.0\n"
    let scenario = try ScenarioFile.parse(text, file: "x")
    #expect(scenario.costs == .profile(try CostCatalog.keras().scaled(to: 2)))
    for wrong in [
      "name = \"x\"\ncost-scale = 2.0\n", "name = \"x\"\ncosts = \"keras-1.1\"\ncost-scale = 0\n",
      "name = \"x\"\ncosts = \"keras-1.1\"\ncost-scale = nan\n",
    ] {
      let fault = #expect(throws: ConfigurationFault.self) {
        try ScenarioFile.parse(wrong, file: "x")
      }
      #expect(fault?.message.contains("cost-scale") == true, "\(String(describing: fault))")
    }
  }

  // MARK: Files

  @Test func theNameIsEnough() throws {
    #expect(try ScenarioFile.parse(Self.least, file: "x") == Scenario(name: "x"))
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func writtenAndReadBackItIsTheSame(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    let scenario = try Scenario.random(using: &random)
    let text = ScenarioFile.write(scenario)
    #expect(try ScenarioFile.parse(text, file: "x") == scenario, "seed \(seed)")
  }

  @Test(arguments: [
    ("workerz = 2", "x:2: key 'workerz': there is no such key; did you mean 'workers'?"),
    (
      "workers = 0",
      "x:2: key 'workers': 0 is out of bounds; write 1 to 64 for the loader keras-threads"
    ),
    ("workers = 65", "x:2: key 'workers': 65 is out of bounds; write 0 to 64"),
    (
      "load-wait = \"fast\"",
      "x:2: key 'load-wait': \"fast\" isn't a time; write it as \"5ms\", \"5ms±2ms\" or"
        + " \"5ms~lognormal:3ms\""
    ),
    ("workers = 1.5", "x:2: key 'workers': takes an integer, not a float"),
    ("workers = \"2\"", "x:2: key 'workers': takes an integer, not a string"),
    ("batch-size = -1", "x:2: key 'batch-size': -1 is out of bounds; write 1 to 65536"),
    ("queue = 10001", "x:2: key 'queue': 10001 is out of bounds; write 1 to 10000"),
    ("seed = -1", "x:2: key 'seed': -1 is out of bounds; write 0 to 4294967295"),
    (
      "samples-per-epoch = 0",
      "x:2: key 'samples-per-epoch': 0 is out of bounds; write 1 to 1000000000"
    ),
    ("cores = 0", "x:2: key 'cores': 0 is out of bounds; write 1 to 1024"),
    (
      "loader = \"bloking\"",
      "x:2: key 'loader': \"bloking\" isn't one of its values; did you mean \"blocking\"?"
    ),
    (
      "dataset = \"mnist\"",
      "x:2: key 'dataset': \"mnist\" isn't a dataset; write synthetic, cifar10:PATH, "
        + "cifar100:PATH, npy:PATH or folder:PATH"
    ),
    (
      "costs = \"keras\"",
      "x:2: key 'costs': \"keras\" isn't a cost profile; there are native, keras-1.1, or a "
        + "file's path"
    ),
    ("gil = true", "x:2: key 'gil': true can't be with native costs: they hold no lock"),
    ("gil = 1\ncosts = \"keras-1.1\"", "x:2: key 'gil': takes true or false, not an integer"),
    (
      "[gpu]\ncompute = \"14\"",
      "x:3: key 'gpu.compute': \"14\" isn't a time; write it with its unit, as \"3.4ms\" (us, "
        + "ms, s, min, h)"
    ),
    (
      "[gpu]\ncompute = \"0ms\"",
      "x:3: key 'gpu.compute': \"0ms\" is out of bounds; write a time from 1us to 1h"
    ),
    (
      "[gpu]\ncompute = \"2h\"",
      "x:3: key 'gpu.compute': \"2h\" is out of bounds; write a time from 1us to 1h"
    ),
    (
      "[gpu]\ncompute = \"1ms±2ms\"",
      "x:3: key 'gpu.compute': \"1ms±2ms\" is out of bounds; write a deviation from 0 to the mean"
    ),
    (
      "[gpu]\nhost = \"-1ms\"", "x:3: key 'gpu.host': \"-1ms\" is out of bounds; write 0ms to 1h"
    ),
    ("[gpu]\ncompute = 14", "x:3: key 'gpu.compute': takes a string, not an integer"),
    (
      "[augmentation]\nrotation-range = 361.0",
      "x:3: key 'augmentation.rotation-range': 361.0 is out of bounds; write 0.0 to 360.0"
    ),
    (
      "[augmentation]\n\nshear-range = nan",
      "x:4: key 'augmentation.shear-range': nan isn't a finite number"
    ),
    (
      "[augmentation]\nzoom-range = [1.2, 0.8]",
      "x:3: key 'augmentation.zoom-range': the array isn't a pair of factors, the lower first: "
        + "[0.9, 1.1]"
    ),
    (
      "[augmentation]\nfill-mode = \"warp\"",
      "x:3: key 'augmentation.fill-mode': \"warp\" isn't one of its values; did you mean "
        + "\"wrap\"?"
    ),
    (
      "target-size = \"224\"",
      "x:2: key 'target-size': \"224\" isn't a size; write height and width, as \"224x224\" (up to "
        + "16384)"
    ),
    (
      "color-mode = \"grey\"",
      "x:2: key 'color-mode': \"grey\" isn't a colour mode; write \"rgb\" or \"grayscale\""
    ),
    (
      "[augmentation]\ndim-ordering = \"ht\"",
      "x:3: key 'augmentation.dim-ordering': \"ht\" isn't one of its values; did you mean \"th\"?"
    ),
    (
      "[augmentation]\nfit-rounds = 0",
      "x:3: key 'augmentation.fit-rounds': 0 is out of bounds; write 1 to 1000"
    ),
    ("stages = 3", "x:2: key 'stages': takes a table, not an integer"),
  ])
  func oneFaultEach(text: String, message: String) {
    let fault = #expect(throws: ConfigurationFault.self) {
      try ScenarioFile.parse(Self.least + text, file: "x")
    }
    #expect(fault?.message == message)
  }

  /// A file that holds only what differs, over the preset that it names or the standard one.
  @Test func aPartialFileIsTakenOverAPreset() throws {
    var wanted = try PresetCatalog.scenario(named: PresetCatalog.standard)
    wanted.name = "mine"
    #expect(try ScenarioFile.parse("", file: "/a/b/mine.toml") == wanted)
    wanted.workers = 3
    wanted.consumer.host = .milliseconds(1)
    wanted.settings.rotationRange = 15
    let partial = "workers = 3\n[gpu]\nhost = \"1ms\"\n[augmentation]\nrotation-range = 15\n"
    #expect(try ScenarioFile.parse(partial, file: "mine.toml") == wanted)
    #expect(wanted.settings.horizontalFlip && wanted.costs != .native)
    for name in PresetCatalog.names {
      var wanted = try PresetCatalog.scenario(named: name)
      wanted.name = "x"
      let file = try ScenarioFile.parse("preset = \"\(name)\"\n", file: "x")
      #expect(file == wanted)
      wanted.name = "other"
      wanted.settings.horizontalFlip = false
      wanted.settings.zoomRange = ZoomRange(around: 0.2)
      #expect(
        try ScenarioFile.parse(
          "name = \"other\"\npreset = \"\(name)\"\n[augmentation]\nhorizontal-flip = false\n"
            + "zoom-range = 0.2\n", file: "x") == wanted)
    }
    let fault = #expect(throws: ConfigurationFault.self) {
      try ScenarioFile.parse("preset = \"fast\"\n", file: "x")
    }
    #expect(
      fault?.message == "x:1: key 'preset': \"fast\" isn't a preset; there are fast-gpu, "
        + "keras-cifar10, paradox, native")
  }

  @Test(
    arguments: [
      ("1/255", 1.0 / 255), ("1./255", 1.0 / 255), ("1.0/255.", 1.0 / 255),
      (" 1 / 127.5 ", 1 / 127.5),
      ("0.5", 0.5), ("-2e-3", -0.002), ("1/0", nil), ("1/", nil), ("/255", nil), ("1/2/3", nil),
      ("nan", nil), ("1/nan", nil), ("x", nil), ("", nil), ("1,5", nil),
    ] as [(String, Double?)])
  func aFactorMayBeAFraction(text: String, factor: Double?) throws {
    #expect(FactorText.parse(text) == factor)
    let file = "name = \"x\"\n[augmentation]\nrescale = \"\(text)\"\n"
    if let factor {
      #expect(try ScenarioFile.parse(file, file: "x").settings.rescale == factor)
    } else {
      let fault = #expect(throws: ConfigurationFault.self) {
        try ScenarioFile.parse(file, file: "x")
      }
      #expect(fault?.message.contains("isn't a factor; write 0.0039 or \"1/255\"") == true)
    }
  }

  /// A file of any bytes is read to a scenario that can be written, or refused with its
  /// name.
  @Test func mutatedFilesAreReadOrRefused() throws {
    let goods =
      try PresetCatalog.names.map { Array(try #require(PresetCatalog.text(named: $0)).utf8) }
      + [
        Array(
          "preset = \"paradox\"\n[augmentation]\nrescale = \"1/255\"\nzoom-range = [0.9, 1.1]\n"
            .utf8)
      ]
    for seed in 1...(500 * UInt64(Fuzzing.rounds)) {
      var random = SeededNumbers(seed: seed)
      let bytes = Mutation.of(goods[Int(seed) % goods.count], with: &random)
      do {
        let scenario = try ScenarioFile.parse(String(decoding: bytes, as: UTF8.self), file: "f")
        let written = ScenarioFile.write(scenario)
        #expect(try ScenarioFile.parse(written, file: "f") == scenario, "seed \(seed)")
      } catch {
        #expect(!error.message.isEmpty, "seed \(seed)")
      }
    }
  }

  @Test(arguments: ["load", "collate", "zoooom"]) func stagesThatCannotBeOff(id: String) {
    let fault = #expect(throws: ConfigurationFault.self) {
      try ScenarioFile.parse(Self.least + "[stages]\noff = [\"warp\", \"\(id)\"]", file: "x")
    }
    #expect(fault?.line == 3 && fault?.keyPath == "stages.off")
    #expect(fault?.message.contains("names '\(id)', which can't be switched; there are ") == true)
  }

  @Test func anAngleBracketIsNoTOML() {
    let fault = #expect(throws: ConfigurationFault.self) {
      try ScenarioFile.parse(Self.least + "workers = <", file: "x")
    }
    #expect(fault?.line == 2)
    if case .syntax = fault?.problem {} else { Issue.record("\(String(describing: fault))") }
  }
}
