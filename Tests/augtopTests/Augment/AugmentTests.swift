import Datasets
import Foundation
import Testing

/// `augtop augment`: the generator as a tool.
@Suite struct AugmentTests {
  private let folder: ScratchFolder
  private let input = Package.path("Tests/AugmentationTests/Goldens/flow_x.npy")

  init() throws { folder = try ScratchFolder() }

  private static let cifar = [
    "--width-shift-range", "0.1", "--height-shift-range", "0.1", "--horizontal-flip",
  ]

  private func values(_ path: String) throws -> (type: String, shape: [Int], data: Data) {
    let file = try Data(contentsOf: URL(filePath: path))
    let header = try file.withUnsafeBytes { try NpyHeader(parsing: $0) }
    return (header.type, header.shape, file.dropFirst(header.dataOffset))
  }

  /// Equal to the output of the published Keras 1.1.0 for the same pictures and seed.
  @Test func flowIsKerasToTheBit() throws {
    struct Manifest: Decodable {
      struct Flow: Decodable {
        var config: [String: Setting]
        var batchSize: Int
        var seed: UInt32
        var output: String
      }
      var flow: [Flow]
    }
    enum Setting: Decodable {
      case flag(Bool)
      case number(Double)
      case pair([Double])
      case word(String)

      init(from decoder: any Decoder) throws {
        let one = try decoder.singleValueContainer()
        if let flag = try? one.decode(Bool.self) {
          self = .flag(flag)
        } else if let number = try? one.decode(Double.self) {
          self = .number(number)
        } else if let pair = try? one.decode([Double].self) {
          self = .pair(pair)
        } else {
          self = .word(try one.decode(String.self))
        }
      }
    }
    let goldens = Package.path("Tests/AugmentationTests/Goldens/")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let manifest = try decoder.decode(
      Manifest.self, from: Data(contentsOf: URL(filePath: goldens + "manifest.json")))
    #expect(manifest.flow.count >= 4)
    for golden in manifest.flow {
      var options = ["--seed", "\(golden.seed)", "--batch-size", "\(golden.batchSize)"]
      for (name, setting) in golden.config {
        let option = "--" + name.replacingOccurrences(of: "_", with: "-")
        switch setting {
        case .flag(let isOn): options += isOn ? [option] : []
        case .number(let number): options += [option, "\(number)"]
        case .pair(let pair): options += [option, pair.map { "\($0)" }.joined(separator: ",")]
        case .word(let word): options += [option, word]
        }
      }
      let expected = try values(goldens + golden.output + ".npy")
      let pictures = try values(input).shape[0]
      options += ["--epochs", "\(expected.shape[0] / pictures)"]
      let command = try Command(
        ["augment", input, golden.output + ".npy"] + options, in: folder)
      #expect(command.status == 0, "\(command.complaints)")
      let found = try values(folder.path(golden.output + ".npy"))
      #expect(found.type == "<f4")
      #expect(found.shape == expected.shape, "\(golden.output)")
      #expect(found.data.elementsEqual(expected.data), "\(golden.output)")
    }
  }

  @Test func nothingIsOverwrittenUnasked() throws {
    try folder.write("out.npy", text: "precious")
    let refused = try Command("augment", input, "out.npy", in: folder)
    #expect(refused.status == 2)
    #expect(refused.complaints.contains("--force"))
    #expect(try String(contentsOfFile: folder.path("out.npy"), encoding: .utf8) == "precious")
    let forced = try Command("augment", input, "out.npy", "--force", in: folder)
    #expect(forced.status == 0)
    #expect(try values(folder.path("out.npy")).type == "<f4")
  }

  /// A file is replaced only once its replacement is complete.
  @Test func aFailureReplacesNothing() throws {
    try folder.write("out.npy", text: "precious")
    try FileManager.default.createDirectory(
      atPath: folder.path("cut"), withIntermediateDirectories: true)
    try folder.write("cut/a.png", Self.cutPNG)
    let failed = try Command(
      "augment", "cut", "out.npy", "--force", "--target-size", "8x8", in: folder)
    #expect(failed.status == 1, "\(failed.complaints)")
    #expect(failed.complaints.contains("a.png"))
    #expect(try String(contentsOfFile: folder.path("out.npy"), encoding: .utf8) == "precious")
    #expect(folder.names == ["cut", "out.npy"])
  }

  /// The signature and the first chunk of a picture of 8×8 colours, and where the next begins; the rest
  /// is missing.
  private static let cutPNG: [UInt8] = [
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 8,
    0, 0, 0, 8, 8, 2, 0, 0, 0, 0x4B, 0x6D, 0x29,
    0xDC, 0, 0, 0, 100, 0x49, 0x44, 0x41, 0x54, 0x78,
  ]

  @Test func theInputIsNeverTheOutput() throws {
    let bytes = try Data(contentsOf: URL(filePath: input))
    try folder.write("same.npy", bytes)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.npy"), withDestinationPath: "same.npy")
    for output in ["same.npy", "link.npy", "./same.npy"] {
      let command = try Command("augment", "same.npy", output, "--force", in: folder)
      #expect(command.status == 2, "\(output)")
      #expect(command.complaints.contains("input itself"), "\(command.complaints)")
    }
    #expect(try Data(contentsOf: URL(filePath: folder.path("same.npy"))) == bytes)
  }

  @Test func seedsAndStagesDecide() throws {
    func pictures(_ options: String...) throws -> Data {
      let command = try Command(
        ["augment", input, "out.npy", "--force"] + Self.cifar + options, in: folder)
      #expect(command.status == 0, "\(command.complaints)")
      return try values(folder.path("out.npy")).data
    }
    let first = try pictures("--seed", "5")
    #expect(try pictures("--seed", "5") == first)
    #expect(try pictures("--seed", "6") != first)
    let untouched = try pictures(
      "--no-shuffle", "--off", "warp,horizontal-flip", "--no-horizontal-flip")
    #expect(untouched.elementsEqual(try values(input).data))
  }

  @Test func bytesAreCut() throws {
    let command = try Command("augment", input, "out.npy", "--type", "uint8", in: folder)
    #expect(command.status == 0, "\(command.complaints)")
    let found = try values(folder.path("out.npy"))
    #expect(found.type == "|u1")
    #expect(found.shape == (try values(input)).shape)
    #expect(found.data.count == found.shape.reduce(1, *))
  }

  @Test func faultsAreTold() throws {
    let refused = [
      ["augment", input, "no/where.npy"], ["augment", input, "no/where/"],
      ["augment", "nowhere.npy", "x"],
      ["augment", input, "x", "--epochs", "0"], ["augment", input, "x", "--batch-size", "-1"],
      ["augment", input, "x", "--type", "int8"], ["augment", input, "x", "--off", "load"],
      ["augment", input, "x", "--seed", "-1"], ["augment", input, "x", "--zoom-range", "nan"],
      ["augment", input], ["augment"],
    ]
    for arguments in refused {
      let command = try Command(arguments, in: folder)
      #expect(command.status == 2, "\(arguments): \(command.complaints)")
      #expect(!command.complaints.isEmpty)
    }
    #expect(folder.names == [])
    // The disk fills up on the way: the work failed, not the command line.
    let full = try Command("augment", input, "/dev/full", "--force", in: folder)
    #expect(full.complaints.contains("No space left"))
    #expect(full.status != 0)
  }
}
