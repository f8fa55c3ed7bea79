import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import TestSupport

extension Scenario {
  /// A random scenario among those that a file can express.
  static func random(using random: inout SeededNumbers) throws -> Scenario {
    func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    func number(_ high: Double) -> Double {
      Bool.random(using: &random) ? 0 : Double.random(in: 0...high, using: &random)
    }
    func time(_ low: Int, _ digits: ClosedRange<Int>) -> Duration {
      let top = (0..<int(digits)).reduce(1) { value, _ in value * 10 }
      return .nanoseconds(max(low, int(0...top)))
    }
    let names = ["a", "quo\"te", "back\\slash", "tab\there", "ünï¢ødé 木", "", "del\u{7f}", "'"]
    var scenario = Scenario(name: names[int(0...names.count - 1)])
    let datasets: [DatasetReference] = [
      .synthetic, .cifar10(path: "a b/\"c\""), .cifar100(path: "c"), .npy(path: "x:y.npy"),
      .folder(path: "a/木"),
    ]
    scenario.dataset = datasets[int(0...datasets.count - 1)]
    scenario.batchSize = int(1...65_536)
    scenario.samplesPerEpoch = Bool.random(using: &random) ? int(1...1_000_000) : nil
    scenario.seed = UInt32.random(in: 0 ... .max, using: &random)
    scenario.stages = StageSet(Stage.allCases.map(\.id).filter { _ in Bool.random(using: &random) })
      .union(.fixed)
    scenario.loader = Loader.allCases[int(0...Loader.allCases.count - 1)]
    scenario.workers = int(scenario.loader.workerCounts)
    scenario.queueLimit = int(1...10_000)
    if Bool.random(using: &random) {
      let wait = time(1_000, 3...12)
      scenario.loadWait =
        Bool.random(using: &random)
        ? .constant(wait)
        : .logNormal(
          mean: wait, deviation: .nanoseconds(Nanoseconds(wait).count / Int64(int(2...5))))
    }
    scenario.keepsWorkers = [nil, true, false][int(0...2)]
    scenario.spread = Bool.random(using: &random) ? Double(int(1...500)) / 100 : nil
    scenario.cores = Bool.random(using: &random) ? int(1...64) : nil
    let mean = time(1_000, 3...12)
    let deviation = Duration.nanoseconds(Nanoseconds(mean).count / Int64(int(1...9)))
    let times: [StepTime] = [
      .constant(mean), .normal(mean: mean, deviation: deviation),
      .logNormal(mean: mean, deviation: deviation * int(1...9)),
    ]
    scenario.consumer.compute = times[int(0...times.count - 1)]
    scenario.consumer.host = time(0, 0...12)
    scenario.consumer.transfer = time(0, 0...12)
    if Bool.random(using: &random) {
      scenario.apply(.costs(.profile(try CostCatalog.keras().scaled(to: number(9) + 0.5))))
      scenario.interpreterLock = Bool.random(using: &random)
    }
    scenario.settings.rotationRange = number(360)
    scenario.settings.widthShiftRange = number(10)
    scenario.settings.heightShiftRange = number(1e-9)
    scenario.settings.shearRange = number(3)
    let low = Double.random(in: 0...2, using: &random)
    scenario.settings.zoomRange = ZoomRange(low: low, high: low + number(90))
    scenario.settings.channelShiftRange = number(1e6)
    scenario.settings.fillMode = FillMode.allCases[int(0...3)]
    scenario.settings.cval = number(1e6) - number(1e6)
    scenario.settings.horizontalFlip = Bool.random(using: &random)
    scenario.settings.verticalFlip = Bool.random(using: &random)
    scenario.settings.rescale = number(1)
    scenario.settings.dimOrdering = Bool.random(using: &random) ? .th : .tf
    scenario.settings.fitAugment = Bool.random(using: &random)
    scenario.settings.fitRounds = int(AugmentationSettings.fitRounds)
    scenario.folder.isGrayscale = Bool.random(using: &random)
    scenario.folder.isRecursive = Bool.random(using: &random)
    scenario.folder.isUpright = Bool.random(using: &random)
    scenario.folder.badPictures = BadPictures.allCases.randomElement(using: &random) ?? .skip
    scenario.settings.dot = DotProduct.allCases.randomElement(using: &random) ?? .fused
    if Bool.random(using: &random) {
      scenario.folder.targetSize = .init("\(int(1...16_384))x\(int(1...16_384))")
    }
    return scenario
  }
}
