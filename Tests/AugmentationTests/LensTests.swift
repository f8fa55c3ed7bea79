import Augmentation
import AugmentationReference
import Foundation
import Testing

@Suite struct LensTests {
  private static func lens(k1: Double = 0, k2: Double = 0, fisheye: Double = 0) -> Lens {
    var lens = Lens()
    lens.k1 = k1
    lens.k2 = k2
    lens.fisheye = fisheye
    return lens
  }

  @Test func distancesGrowAsTheModelsSay() {
    // 5 × 9: the middle is (2, 4), the unit 4.5.
    let shape = PictureShape(height: 5, width: 9, channels: 1)
    let barrel = Self.lens(k1: 0.2, k2: 0.1).source(row: 2, column: 8, in: shape)
    let r = 4 / 4.5
    let square = r * r
    #expect(barrel.0 == 2)
    #expect(abs(barrel.1 - (4 + 4 * (1 + 0.2 * square + 0.1 * square * square))) < 1e-12)
    let fisheye = Self.lens(fisheye: 45).source(row: 2, column: 0, in: shape)
    let focal = 4.5 / (.pi / 4)
    #expect(abs(fisheye.1 - (4 - focal * tan(4 / focal))) < 1e-12)
    for lens in [Self.lens(k1: 3, k2: -1), Self.lens(fisheye: 60)] {
      #expect(lens.source(row: 2, column: 4, in: shape) == (2, 4))
    }
  }

  /// OpenCV's maps are float32; the fisheye's inverse is found by iteration.
  @Test(.enabled(if: OpenCVPython.path != nil, "no Python with OpenCV"))
  func placesAreOpenCVs() throws {
    for (height, width) in [(24, 24), (17, 40), (31, 9)] {
      let shape = PictureShape(height: height, width: width, channels: 1)
      for lens in [
        Self.lens(k1: 0.2), Self.lens(k1: -0.3, k2: 0.12), Self.lens(k2: 0.4),
        Self.lens(fisheye: 20), Self.lens(fisheye: 55),
      ] {
        let expected = try OpenCVPython.places(of: lens, height: height, width: width)
        try #require(expected.count == height * width)
        for (number, place) in expected.enumerated() {
          let found = lens.source(
            row: Double(number / width), column: Double(number % width), in: shape)
          let distance = max(abs(found.0 - place[0]), abs(found.1 - place[1]))
          #expect(
            distance < 1e-5 * max(1, abs(place[0]), abs(place[1])), "\(lens), \(shape), \(number)")
        }
      }
    }
  }

  @Test func lensesThatCanOnlyBeMistakesAreRefused() {
    for (lens, fault) in [
      (Self.lens(k1: .nan), SettingsFault.notFinite(.lensK1)),
      (Self.lens(k2: 11), .beyond(.lensK2, value: 11, limit: 10)),
      (Self.lens(fisheye: -1), .negative(.lensFisheye, value: -1)),
      (Self.lens(fisheye: 61), .beyond(.lensFisheye, value: 61, limit: 60)),
      (Self.lens(k1: 0.1, fisheye: 30), .twoLenses),
    ] {
      var settings = AugmentationSettings()
      settings.lens = lens
      #expect(throws: fault) { try settings.check() }
    }
  }

  /// A lens that changes between batches, and one on pictures that no stage has touched.
  @Test(arguments: Interpolation.allCases) func bentPicturesEqualTheDefinition(
    interpolation: Interpolation
  ) throws {
    for seed: UInt32 in 7000..<7040 {
      var random = LegacyRandom(seed: seed)
      let shape = KernelTests.shape(&random)
      let picture = KernelTests.picture(shape, &random)
      let pass = BatchPass(source: ArraySource(picture, shape: shape), batchSize: 1)
      var plan = BatchPlan(batchSize: 1, channels: shape.channels)
      var flow = BatchFlow(
        order: FlowOrder(count: 1, batchSize: 1), channels: shape.channels, streamSeed: seed)
      var settings = AugmentationSettings()
      settings.interpolation = interpolation
      settings.cval = 3
      for fill in FillMode.allCases {
        settings.fillMode = fill
        settings.lens =
          random.randint(2) == 0
          ? Self.lens(k1: random.uniform(-1, 1), k2: random.uniform(-1, 1))
          : Self.lens(fisheye: random.uniform(0, 60))
        let lens = settings.lens
        #expect(!settings.isIdle(.lens))
        flow.next(into: &plan, settings: settings, stages: .all)
        let expected = ReferenceWarp.sampled(
          picture, shape: shape, interpolation: interpolation, fill: fill, cval: 3
        ) { lens.source(row: Double($0), column: Double($1), in: shape) }
        for stages in [StageSet.all, StageSet.all.setting(.warp, on: false)] {
          let found = try pass.pictures(plan, stages: stages, settings: settings)
          #expect(found == expected, "seed \(seed), \(shape), \(fill), \(lens)")
        }
      }
    }
  }
}

/// A Python that has OpenCV: the lens that isn't ours.
private enum OpenCVPython {
  struct Trouble: Error { var status: Int32 }

  private static let packageFolder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .path(percentEncoded: false)

  /// The interpreter that `AUGTOP_PYTHON` names, the project's own, or the system's.
  static let path: String? = [
    ProcessInfo.processInfo.environment["AUGTOP_PYTHON"],
    "\(packageFolder)/.build-python/bin/python3", "python3",
  ].compactMap { $0 }.first { (try? run([$0, "-c", "import cv2"])) != nil }

  static func places(of lens: Lens, height: Int, width: Int) throws -> [[Double]] {
    let script = "\(packageFolder)/Tests/AugmentationTests/Support/check_lens.py"
    let numbers = [lens.k1, lens.k2, lens.fisheye].map { "\($0)" }
    let output = try run([path ?? "python3", script, "\(height)", "\(width)"] + numbers)
    return try JSONDecoder().decode([[Double]].self, from: output)
  }

  private static func run(_ command: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Trouble(status: process.terminationStatus) }
    return data
  }
}
