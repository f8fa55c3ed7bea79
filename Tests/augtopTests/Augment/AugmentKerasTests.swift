import Augmentation
import Datasets
import Foundation
import Testing

/// The rest of Keras's `fit`, `flow` and `flow_from_directory` at the command line.
/// `Support/check_keras.py` holds the same against the published Keras.
@Suite struct AugmentKerasTests {
  private let folder: ScratchFolder
  private let input = Package.path("Tests/AugmentationTests/Goldens/flow_x.npy")

  init() throws { folder = try ScratchFolder() }

  private struct Array {
    let type: String
    let shape: [Int]
    let data: Data

    init(_ path: String) throws {
      let file = try Data(contentsOf: URL(filePath: path))
      let header = try file.withUnsafeBytes { try NpyHeader(parsing: $0) }
      (type, shape, data) = (header.type, header.shape, Data(file.dropFirst(header.dataOffset)))
    }

    func values<Value>(_: Value.Type) -> [Value] {
      data.withUnsafeBytes { [Value]($0.bindMemory(to: Value.self)) }
    }
  }

  @discardableResult
  private func augment(_ arguments: String...) throws -> Command {
    let command = try Command(["augment"] + arguments, in: folder)
    #expect(command.status == 0, "\(arguments): \(command.complaints)")
    return command
  }

  private func checksum(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// Names, pictures and files are what the published Keras 1.1.0 made of the same pictures.
  @Test func savedPicturesAreKerass() throws {
    try augment(
      input, "out.npy", "--width-shift-range", "0.1", "--height-shift-range", "0.1",
      "--horizontal-flip", "--batch-size", "5", "--seed", "7", "--save-to-dir", "saved",
      "--save-prefix", "k")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("saved")).sorted()
    let numbers = [8504, 5582, 8964, 9353, 7651, 8059, 5339, 4577, 5139, 7684]
    #expect(names == numbers.enumerated().map { "k_\($0)_\($1).png" })
    #expect(checksum(try Array(folder.path("out.npy")).data) == 0x2fb7_4b53_71ea_0e27)
    let saved = try FolderDataset(path: folder.path("saved"))
    let bytes = try (0..<saved.count).flatMap { index in
      var picture = [Float](repeating: -1, count: saved.shape.count)
      try saved.read(index, into: &picture)
      return picture.map { UInt8($0) }
    }
    #expect(checksum(bytes) == 0x6766_b288_710a_fcc2)
  }

  @Test func channelsFirstIsTheSameTurned() throws {
    let options = ["--rotation-range", "20", "--channel-shift-range", "30", "--seed", "4"]
    func run(_ arguments: String...) throws -> Array {
      _ = try Command(["augment"] + arguments + options, in: folder)
      return try Array(folder.path(arguments[1]))
    }
    let last = try run(input, "last.npy")
    let first = try run(input, "first.npy", "--dim-ordering", "th", "--no-shuffle")
    // The input, too, is then read with the channels first: 16 channels of 12×3.
    #expect(first.shape == last.shape)
    try augment(input, "same.npy", "--no-shuffle", "--off", "warp", "--type", "uint8")
    let pixels = try Array(folder.path("same.npy"))
    let (count, height, width) = (pixels.shape[0], pixels.shape[1], pixels.shape[2])
    let plane = height * width
    var planes: [UInt8] = []
    for picture in 0..<count {
      for channel in 0..<3 {
        planes += (0..<plane).map { pixels.data[(picture * plane + $0) * 3 + channel] }
      }
    }
    let turned =
      Swift.Array("{'descr': '|u1', 'fortran_order': False, 'shape': ".utf8)
      + Swift.Array("(\(count), 3, \(height), \(width)), }\n".utf8)
    try folder.write(
      "th.npy",
      [0x93] + "NUMPY".utf8 + [1, 0, UInt8(turned.count), 0] + turned + planes)
    let tf = try run("same.npy", "tf.npy")
    let th = try run("th.npy", "th-out.npy", "--dim-ordering", "th")
    #expect(th.shape == [count, 3, height, width])
    #expect(tf.shape == [count, height, width, 3])
    let (a, b) = (tf.values(Float.self), th.values(Float.self))
    for picture in 0..<count {
      for pixel in 0..<plane {
        for channel in 0..<3 {
          let place = (picture * 3 + channel) * plane + pixel
          guard a[(picture * plane + pixel) * 3 + channel] == b[place] else {
            Issue.record("picture \(picture), pixel \(pixel), channel \(channel)")
            return
          }
        }
      }
    }
    // float32 planes come back as they went; and PNG has its own order.
    let again = try run("th-out.npy", "again.npy", "--dim-ordering", "th", "--off", "warp")
    #expect(again.shape == th.shape)
    let png = try Command("augment", "th.npy", "png/", "--dim-ordering", "th", in: folder)
    #expect(png.status == 0, "\(png.complaints)")
    let shape = try FolderDataset(path: folder.path("png")).shape
    #expect(shape == PictureShape(height: height, width: width, channels: 3))
  }

  /// The fit draws from the seeded stream, and the flow goes on behind it.
  @Test func anAugmentedFitIsTheGenerators() throws {
    try augment(
      input, "out.npy", "--width-shift-range", "0.2", "--rotation-range", "10",
      "--featurewise-center", "--fit-augment", "--fit-rounds", "2", "--no-shuffle", "--seed", "3")
    let source = try NpyDataset(path: input)
    var settings = AugmentationSettings()
    settings.widthShiftRange = 0.2
    settings.rotationRange = 10
    settings.featurewiseCenter = true
    var random = LegacyRandom(seed: 3)
    let statistics = try Statistics.fit(
      source, settings: settings, augmentingRounds: 2, random: &random)
    var flow = BatchFlow(
      order: FlowOrder(count: source.count, batchSize: 32, shuffle: false, seed: 3),
      channels: 3, random: random)
    var plan = BatchPlan(batchSize: 32, channels: 3)
    flow.next(into: &plan, settings: settings, stages: .all)
    var expected = [Float](repeating: 0, count: source.count * source.shape.count + 16)
    try BatchPass(source: source, batchSize: 32, statistics: statistics).makeBatch(
      plan, stages: .all, settings: settings, output: &expected)
    let found = try Array(folder.path("out.npy")).values(Float.self)
    #expect(found == Swift.Array(expected.dropLast(16)))
    try augment(
      input, "plain.npy", "--width-shift-range", "0.2", "--rotation-range", "10",
      "--featurewise-center", "--no-shuffle", "--seed", "3")
    #expect(try Array(folder.path("plain.npy")).values(Float.self) != found)
  }

  /// Five pictures of three classes, each of a single grey value that identifies it.
  private func makePhotos() throws {
    let shape = PictureShape(height: 3, width: 4, channels: 3)
    try FileManager.default.createDirectory(
      atPath: folder.path("photos"), withIntermediateDirectories: false)
    for (name, values) in [("b \"dog\"", [10, 11]), ("a cat", [20]), ("c", [30, 31])] {
      let writer = try PngFolderWriter(
        path: folder.path("photos/" + name), shape: shape, prefix: "", picturesPerEpoch: 5)
      for value in values {
        try writer.append([Float](repeating: Float(value), count: shape.count), count: 1)
      }
    }
  }

  @Test func labelsGoWithTheirPictures() throws {
    try makePhotos()
    func run(_ output: String, _ arguments: String...) throws -> (labels: Array, classes: [Int]) {
      _ = try Command(["augment", "photos", output, "--epochs", "2"] + arguments, in: folder)
      let pictures = try Array(folder.path(output)).values(Float.self)
      let classes = stride(from: 0, to: pictures.count, by: 36).map { Int(pictures[$0]) / 10 }
      return (try Array(folder.path(output.dropLast(4) + ".labels.npy")), classes)
    }
    // By name: a cat is 0, b "dog" is 1, c is 2.
    let numbers = [2: 0, 1: 1, 3: 2]
    let sparse = try run("s.npy", "--class-mode", "sparse", "--batch-size", "2")
    #expect(sparse.labels.type == "<i4" && sparse.labels.shape == [10])
    #expect(sparse.labels.values(Int32.self).map(Int.init) == sparse.classes.map { numbers[$0] })
    let binary = try run("b.npy", "--class-mode", "binary", "--seed", "3")
    #expect(binary.labels.type == "<f4" && binary.labels.shape == [10])
    #expect(binary.labels.values(Float.self).map { Int($0) } == binary.classes.map { numbers[$0] })
    let categorical = try run("c.npy", "--class-mode", "categorical")
    #expect(categorical.labels.type == "<f4" && categorical.labels.shape == [10, 3])
    let rows = categorical.labels.values(Float.self)
    for (picture, kind) in categorical.classes.enumerated() {
      let row = rows[(picture * 3)..<(picture * 3 + 3)]
      #expect(row.elementsEqual((0..<3).map { $0 == numbers[kind] ? 1 : 0 }))
    }
    let names = try JSONDecoder().decode(
      [String: Int].self, from: Data(contentsOf: URL(filePath: folder.path("c.classes.json"))))
    #expect(names == ["a cat": 0, "b \"dog\"": 1, "c": 2])
    // Given classes have the given order, and others are left out.
    let given = try run("g.npy", "--class-mode", "sparse", "--classes", "c,a cat")
    #expect(given.labels.shape == [6])
    #expect(
      given.labels.values(Int32.self).map(Int.init) == given.classes.map { [3: 0, 2: 1][$0] })
    let none = try augment("photos", "n.npy", "--class-mode", "none")
    #expect(!none.complaints.contains("labels"))
    #expect(!folder.names.contains("n.labels.npy"))
    let png = try augment("photos", "png/", "--class-mode", "sparse")
    #expect(png.complaints.contains("png.labels.npy"), "\(png.complaints)")
  }

  @Test func sessionsTakeFoldersAsKerasDoes() throws {
    try makePhotos()
    let run = try Command(
      "run", "--dataset", "folder:photos", "--target-size", "8x6", "--color-mode", "grayscale",
      "--epochs", "1", "--gpu", "1ms", "--samples-per-epoch", "64", "--dim-ordering", "th",
      "--featurewise-center", "--fit-augment", "--rotation-range", "10", in: folder)
    #expect(run.status == 0, "\(run.complaints)")
    #expect(run.output.contains("5×8×6×1"), "\(run.output)")
    let printed = try Command(
      "run", "--dataset", "folder:photos", "--target-size", "8,6", "--color-mode", "grayscale",
      "--dim-ordering", "th", "--fit-augment", "--fit-rounds", "3", "--zca-whitening",
      "--print-scenario", in: folder)
    for line in [
      "target-size = \"8x6\"", "color-mode = \"grayscale\"", "dim-ordering = \"th\"",
      "fit-augment = true", "fit-rounds = 3", "zca-whitening = true",
    ] {
      #expect(printed.output.contains(line + "\n"), "\(line)")
    }
    try folder.write("mine.toml", text: printed.output)
    let again = try Command("run", "--scenario", "mine.toml", "--print-scenario", in: folder)
    #expect(again.output == printed.output)
  }

  @Test func faultsAreTold() throws {
    try makePhotos()
    try folder.write("taken.labels.npy", text: "precious")
    let refused = [
      (["photos", "o.npy", "--class-mode", "dense"], "categorical, binary, sparse"),
      ([input, "o.npy", "--class-mode", "sparse"], "without labels"),
      (["photos", "taken.npy", "--class-mode", "sparse"], "taken.labels.npy exists"),
      (["photos", "o.npy", "--classes", "c,c"], "--classes c,c"),
      (["photos", "o.npy", "--classes", "c,d"], "photos/d: No such file"),
      (["synthetic", "o.npy", "--classes", "c"], "synthetic isn't"),
      (["photos", "o.npy", "--save-to-dir", "photos"], "input itself"),
      (["photos", "o.npy", "--save-to-dir", "no/where"], "--save-to-dir: can't write no/where"),
      (["photos", "o.npy", "--save-to-dir", "s", "--save-prefix", "a/b"], "--save-prefix"),
      (["photos", "o.npy", "--dim-ordering", "nchw"], "tf, th"),
      (["photos", "o.npy", "--fit-augment"], "nothing is fitted"),
      (["photos", "o.npy", "--fit-rounds", "2"], "add --fit-augment"),
      (["photos", "o.npy", "--fit-augment", "--fit-rounds", "0"], "--fit-rounds 0"),
      (["photos", "o.npy", "--target-size", "8x"], "224x224"),
    ]
    for (arguments, piece) in refused {
      let command = try Command(["augment"] + arguments, in: folder)
      #expect(command.status == 2, "\(arguments): \(command.complaints)")
      #expect(command.complaints.contains(piece), "\(arguments): \(command.complaints)")
    }
    let run = try Command("run", "--target-size", "8x8", in: folder)
    #expect(run.status == 2)
    #expect(run.complaints.contains("--target-size is for a folder"), "\(run.complaints)")
    #expect(!folder.names.contains("o.npy"))
  }
}
