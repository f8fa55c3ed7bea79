import Augmentation
import Datasets
import Foundation

/// Outputs of the published Keras 1.1.0 code; the tests that compare them explain the keys.
struct Manifest: Decodable {
  struct Draw: Decodable {
    var call: String
    var values: [Double]

    private enum CodingKeys: String, CodingKey { case call, value }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      call = try container.decode(String.self, forKey: .call)
      if let value = try? container.decode(Double.self, forKey: .value) {
        values = [value]
      } else {
        values = try container.decode([Double].self, forKey: .value)
      }
    }
  }

  struct Affine: Decodable {
    var input: String
    var matrices: String
    var names: [String]
    var order: Int
    var mode: String
    var cval: Double
    var output: String

    var fill: FillMode {
      get throws { output.hasSuffix("_2016") ? .reflect2016 : try Goldens.fillMode(mode) }
    }
    var interpolation: Interpolation { order == 0 ? .nearest : .bilinear }
  }

  struct Flip: Decodable {
    var input: String
    var axis: Int
    var output: String
  }

  struct ChannelShift: Decodable {
    var input: String
    var intensity: Double
    var seed: UInt32
    var draws: [Draw]
    var output: String
  }

  struct Case: Decodable {
    var seed: UInt32
    var draws: [Draw]
    var matrix: [[Double]]
    var nextRandomSample: Double
  }

  struct RandomTransform: Decodable {
    var name: String
    var config: KerasConfig
    var input: String
    var order: Int
    var cases: [Case]
    var output: String

    var settings: AugmentationSettings {
      var settings = config.settings
      settings.interpolation = order == 0 ? .nearest : .bilinear
      return settings
    }
  }

  struct ChannelsFirst: Decodable {
    var config: KerasConfig
    var seed: UInt32
    var output: String
  }

  struct FlowOrder: Decodable {
    struct Batch: Decodable {
      var indices: [Int32]
      var currentIndex: Int
      var size: Int
    }

    var count: Int
    var batchSize: Int
    var shuffle: Bool
    var seed: UInt32?
    var globalSeed: UInt32?
    var batches: [Batch]

    private enum CodingKeys: String, CodingKey {
      case batchSize, shuffle, seed, globalSeed, batches
      case count = "N"
    }
  }

  struct Flow: Decodable {
    var config: KerasConfig
    var input: String
    var batchSize: Int
    var seed: UInt32
    var sizes: [Int]
    var labels: [[Int32]]
    var output: String
  }

  struct Resize: Decodable {
    struct Case: Decodable {
      var height: Int
      var width: Int
      var output: String
    }

    var cases: [Case]
  }

  struct Standardize: Decodable {
    var name: String
    var config: KerasConfig
    var dtype: String
    var toleranceRel: Double
    var mean: String?
    var std: String?
    var principalComponents: String?
    var output: String
  }

  struct FitAugment: Decodable {
    var config: KerasConfig
    var rounds: Int
    var globalSeed: UInt32
    var mean: String
    var std: String
    var toleranceRel: Double
  }

  struct Twister: Decodable {
    var seed: UInt32
    var raw: String
    var randomSample: String
    var uniforms: [Double]
    var zooms: [Double]
    var permutationOfSeven: [Int]
    var sample: Double
    var integers: [Int]
    var permutationOfHundred: [Int]
    var words: [UInt32]
    var permutation1: [Int]
    var permutation2: [Int]
    var permutation3: [Int]
    var permutation10: [Int]
    var permutation1000: String
    var permutation50000First16: [Int]
    var permutation50000Sha256LeInt32: String

    private enum CodingKeys: String, CodingKey {
      case seed, raw, randomSample, permutation1, permutation2, permutation3, permutation10
      case permutation1000, permutation50000First16, permutation50000Sha256LeInt32
      case uniforms = "uniform-1515"
      case zooms = "thenUniform0.91.1Size2"
      case permutationOfSeven = "thenPermutation7"
      case sample = "thenRandomSample"
      case integers = "thenRandint10000X5"
      case permutationOfHundred = "thenPermutation100"
      case words = "thenRaw"
    }
  }

  var affine: [Affine]
  var flip: [Flip]
  var channelShift: [ChannelShift]
  var randomTransform: [RandomTransform]
  var randomTransformTh: ChannelsFirst
  var flowOrder: [FlowOrder]
  var flow: [Flow]
  var standardize: [Standardize]
  var fitAugment: FitAugment
  var loadImgResize: Resize
  var mt19937: [Twister]
}

/// Arguments of `ImageDataGenerator`, as the original was given them.
struct KerasConfig: Decodable {
  var settings = AugmentationSettings()

  private enum CodingKeys: String, CodingKey {
    case rotationRange, widthShiftRange, heightShiftRange, shearRange, zoomRange
    case channelShiftRange, fillMode, cval, horizontalFlip, verticalFlip, rescale
    case samplewiseCenter, samplewiseStdNormalization
    case featurewiseCenter, featurewiseStdNormalization, zcaWhitening
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys) throws -> Double {
      try container.decodeIfPresent(Double.self, forKey: key) ?? 0
    }
    settings.rotationRange = try number(.rotationRange)
    settings.widthShiftRange = try number(.widthShiftRange)
    settings.heightShiftRange = try number(.heightShiftRange)
    settings.shearRange = try number(.shearRange)
    settings.channelShiftRange = try number(.channelShiftRange)
    settings.cval = try number(.cval)
    settings.rescale = try number(.rescale)
    if let scalar = try? container.decode(Double.self, forKey: .zoomRange) {
      settings.zoomRange = ZoomRange(around: scalar)
    } else if let pair = try container.decodeIfPresent([Double].self, forKey: .zoomRange) {
      settings.zoomRange = ZoomRange(low: pair[0], high: pair[1])
    }
    if let mode = try container.decodeIfPresent(String.self, forKey: .fillMode) {
      settings.fillMode = try Goldens.fillMode(mode)
    }
    func flag(_ key: CodingKeys) throws -> Bool {
      try container.decodeIfPresent(Bool.self, forKey: key) ?? false
    }
    settings.horizontalFlip = try flag(.horizontalFlip)
    settings.verticalFlip = try flag(.verticalFlip)
    settings.samplewiseCenter = try flag(.samplewiseCenter)
    settings.samplewiseStdNormalization = try flag(.samplewiseStdNormalization)
    settings.featurewiseCenter = try flag(.featurewiseCenter)
    settings.featurewiseStdNormalization = try flag(.featurewiseStdNormalization)
    settings.zcaWhitening = try flag(.zcaWhitening)
  }
}

/// The arrays and their manifest.
enum Goldens {
  struct Missing: Error { var what: String }

  static func manifest() throws -> Manifest {
    let url = try folder().appendingPathComponent("manifest.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Manifest.self, from: Data(contentsOf: url))
  }

  static func fillMode(_ name: String) throws -> FillMode {
    guard let mode = FillMode(rawValue: name) else { throw Missing(what: name) }
    return mode
  }

  /// The values and shape of an array whose type has this name.
  static func array<Value: BitwiseCopyable>(
    _ name: String, type: String, of: Value.Type
  ) throws -> (values: [Value], shape: [Int]) {
    let url = try folder().appendingPathComponent(name + ".npy")
    return try Data(contentsOf: url).withUnsafeBytes { bytes in
      let header = try NpyHeader(parsing: bytes)
      guard header.type == type, !header.isFortranOrder else { throw Missing(what: name) }
      let data = UnsafeRawBufferPointer(rebasing: bytes[header.dataOffset...])
      let count = header.shape.reduce(1, *)
      guard data.count == count * MemoryLayout<Value>.size else { throw Missing(what: name) }
      let values = (0..<count).map {
        data.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Value>.size, as: Value.self)
      }
      return (values, header.shape)
    }
  }

  static func floats(_ name: String) throws -> [Float] {
    try array(name, type: "<f4", of: Float.self).values
  }

  static func doubles(_ name: String) throws -> [Double] {
    try array(name, type: "<f8", of: Double.self).values
  }

  /// One picture, `[height, width, channels]`.
  static func picture(_ name: String) throws -> (values: [Float], shape: PictureShape) {
    let (values, shape) = try array(name, type: "<f4", of: Float.self)
    return (values, PictureShape(height: shape[0], width: shape[1], channels: shape[2]))
  }

  /// The bytes of a file.
  static func data(_ name: String) throws -> Data {
    try Data(contentsOf: folder().appending(path: name))
  }

  private static func folder() throws -> URL {
    guard let folder = Bundle.module.url(forResource: "Goldens", withExtension: nil) else {
      throw Missing(what: "Goldens")
    }
    return folder
  }
}
