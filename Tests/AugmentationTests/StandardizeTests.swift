import Augmentation
import AugmentationReference
import CKernels
import Testing

/// `fit` and `standardize` against Keras's outputs, and the kernels against the definition.
@Suite struct StandardizeTests {
  private static let shape = PictureShape(height: 5, width: 5, channels: 3)

  /// The golden data set, or its first pictures.
  private static func source(_ count: Int = 400, lends: Bool = true) throws -> ArraySource {
    ArraySource(
      Array(try Goldens.floats("std_x").prefix(count * shape.count)), shape: shape, lends: lends)
  }

  private static func values(_ name: String, of type: String) throws -> [Double] {
    type == "float32" ? try Goldens.floats(name).map(Double.init) : try Goldens.doubles(name)
  }

  /// The greatest difference as a share of the greatest value.
  private static func difference(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    let largest = expected.map(\.magnitude).max() ?? 0
    return zip(found, expected).map { ($0 - $1).magnitude / largest }.max() ?? 0
  }

  private static func plan(_ count: Int) -> BatchPlan {
    var flow = BatchFlow(
      order: FlowOrder(count: count, batchSize: count, shuffle: false), channels: shape.channels,
      streamSeed: 1)
    var plan = BatchPlan(batchSize: count, channels: shape.channels)
    flow.next(into: &plan, settings: AugmentationSettings(), stages: .all)
    return plan
  }

  @Test(arguments: [true, false]) func standardizeIsKeras(lends: Bool) throws {
    let source = try Self.source(lends: lends)
    for golden in try Goldens.manifest().standardize {
      let settings = golden.config.settings
      let tolerance = golden.toleranceRel
      let what: Comment = "\(golden.output)"
      let statistics = try Statistics.fit(
        source, settings: settings, precision: golden.dtype == "float32" ? .single : .double)
      for (name, found) in [
        (golden.mean, statistics.mean), (golden.std, statistics.std),
        (golden.principalComponents, statistics.principalComponents),
      ] {
        guard let name else { continue }
        let expected = try Self.values(name, of: golden.dtype)
        #expect(Self.difference(found?.doubles ?? [], expected) <= tolerance, what)
        // Sums in NumPy's order: the mean and deviation are to the bit.
        if name != golden.principalComponents { #expect(found?.doubles == expected, what) }
      }
      let expected = try Self.values(golden.output, of: golden.dtype)
      if golden.dtype == "float32" {
        let pass = BatchPass(source: source, batchSize: 8, statistics: statistics)
        let found = try pass.pictures(
          Self.plan(8), stages: .fixed.union(StageSet(.standardize)), settings: settings)
        #expect(Self.difference(found.map(Double.init), expected) <= tolerance, what)
        if !settings.zcaWhitening { #expect(found.map(Double.init) == expected, what) }
      }
      let found = (0..<8).flatMap { picture in
        var raw = [Float](repeating: 0, count: Self.shape.count)
        source.read(picture, into: &raw)
        if golden.dtype == "float32" {
          return ReferenceStandardize.standardized(
            raw, channels: 3, settings: settings, statistics: statistics
          ).map(Double.init)
        }
        return ReferenceStandardize.standardized(
          raw.map(Double.init), channels: 3, settings: settings, statistics: statistics)
      }
      #expect(Self.difference(found, expected) <= tolerance, what)
    }
  }

  @Test func augmentedFitIsKeras() throws {
    let golden = try Goldens.manifest().fitAugment
    var random = LegacyRandom(seed: golden.globalSeed)
    let statistics = try Statistics.fit(
      try Self.source(50), settings: golden.config.settings, augmentingRounds: golden.rounds,
      random: &random)
    for (found, name) in [(statistics.mean, golden.mean), (statistics.std, golden.std)] {
      let expected = try Goldens.doubles(name)
      #expect(Self.difference(found?.doubles ?? [], expected) <= golden.toleranceRel)
    }
    // Two shifts and a mirror for each of 100 pictures, two words each.
    var expected = LegacyRandom(seed: golden.globalSeed)
    for _ in 0..<600 { _ = expected.nextWord() }
    #expect(random.nextWord() == expected.nextWord())
  }

  @Test func everyStageHasAPlace() { #expect(PerStage<Int>.count == Stage.allCases.count) }

  @Test func whatIsNotFittedIsRefused() throws {
    for (step, change) in [
      (FeaturewiseStep.center, { (s: inout AugmentationSettings) in s.featurewiseCenter = true }),
      (.std, { $0.featurewiseStdNormalization = true }),
      (.whitening, { $0.zcaWhitening = true }),
    ] {
      var settings = AugmentationSettings()
      change(&settings)
      #expect(!settings.isIdle(.standardize))
      let pass = BatchPass(source: try Self.source(8), batchSize: 8)
      #expect(throws: StatisticsFault.notFitted(step)) {
        try pass.pictures(Self.plan(8), settings: settings)
      }
      // Off, it isn't asked for.
      let others = StageSet.all.setting(.standardize, on: false)
      _ = try pass.pictures(Self.plan(8), stages: others, settings: settings)
    }
  }

  @Test func singularDataAreRefused() throws {
    var settings = AugmentationSettings()
    settings.zcaWhitening = true
    // 40 pictures, two of which are equal, can't span 75 values.
    #expect(throws: StatisticsFault.singular(rank: 39, features: 75)) {
      try Statistics.fit(try Self.source(40), settings: settings)
    }
    let black = ArraySource([Float](repeating: 0, count: 200 * 75), shape: Self.shape)
    #expect(throws: StatisticsFault.singular(rank: 0, features: 75)) {
      try Statistics.fit(black, settings: settings)
    }
    let large = PictureShape(height: 65, width: 64, channels: 3)
    let pictures = ArraySource([Float](repeating: 0, count: large.count), shape: large)
    #expect(throws: StatisticsFault.tooManyFeatures(12_480, limit: 12_288)) {
      try Statistics.fit(pictures, settings: settings)
    }
  }

  @Test func channelsMustMatchTheNormalization() throws {
    var settings = AugmentationSettings()
    settings.normalization = ChannelNormalization(mean: [1], std: [2])
    let pass = BatchPass(source: try Self.source(8), batchSize: 8)
    #expect(throws: StatisticsFault.wrongChannels(normalization: 1, picture: 3)) {
      try pass.pictures(Self.plan(8), settings: settings)
    }
  }

  @Test func imageNetIsTorchvisions() {
    // torchvision.transforms.functional.normalize of a pixel (0, 0.5, 1), float32.
    var settings = AugmentationSettings()
    settings.normalization = ChannelNormalization(named: "imagenet")
    let found = ReferenceStandardize.standardized(
      [Float(0), 0.5, 1], channels: 3, settings: settings)
    for (value, expected) in zip(found, [-2.117_904, 0.196_428_6, 2.64] as [Float]) {
      #expect((value - expected).magnitude < 1e-5)
    }
    #expect(ChannelNormalization(named: "cifar10") == .cifar10)
    #expect(ChannelNormalization(named: "CIFAR") == nil)
  }

  /// Every kernel of the stage, on pictures of any size and as many channels as one likes.
  @Test func kernelsEqualTheDefinition() throws {
    for seed: UInt32 in 6000..<6300 {
      var random = LegacyRandom(seed: seed)
      let shape = KernelTests.shape(&random)
      let picture = KernelTests.picture(shape, &random)
      func number(_ low: Double, _ high: Double) -> Double { random.uniform(low, high) }
      let channels = shape.channels
      let normalization = ChannelNormalization(
        mean: (0..<channels).map { _ in number(-5, 5) },
        std: (0..<channels).map { _ in number(0.1, 5) })
      let means = (0..<shape.count).map { _ in number(-50, 50) }
      let stds = (0..<shape.count).map { _ in number(0.1, 50) }
      let isWide = random.randint(2) == 0
      let statistics = Statistics(
        shape: shape, mean: isWide ? .double(means) : .single(means.map { Float($0) }),
        std: isWide ? .double(stds) : .single(stds.map { Float($0) }))
      for bits in 0..<16 {
        var settings = AugmentationSettings()
        settings.samplewiseCenter = bits & 1 != 0
        settings.samplewiseStdNormalization = bits & 2 != 0
        settings.featurewiseCenter = bits & 4 != 0
        settings.featurewiseStdNormalization = bits & 8 != 0
        if random.randint(2) == 0 { settings.rescale = 0.25 }
        if random.randint(2) == 0 { settings.normalization = normalization }
        let expected = ReferenceStandardize.standardized(
          picture, channels: channels, settings: settings, statistics: statistics)
        for level in KernelTests.levels {
          let found = Kernels.standardize(
            picture, shape: shape, settings: settings, statistics: statistics, level: level)
          #expect(found == expected, "seed \(seed), \(shape), \(bits), level \(level.rawValue)")
        }
      }
    }
  }
}
