import Augmentation
import Datasets
import Foundation
import Testing

/// `augtop augment` from and into folders of pictures.
@Suite struct AugmentFolderTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// Four pictures of two classes in `photos`, 6×5, and what they hold.
  private func makePhotos() throws -> [[Float]] {
    let shape = PictureShape(height: 6, width: 5, channels: 3)
    var pictures: [[Float]] = []
    try FileManager.default.createDirectory(
      atPath: folder.path("photos"), withIntermediateDirectories: false)
    for name in ["cats", "dogs"] {
      let writer = try PngFolderWriter(
        path: folder.path("photos/" + name), shape: shape, prefix: name, picturesPerEpoch: 2)
      for _ in 0..<2 {
        let start = pictures.count * 31
        pictures.append((0..<shape.count).map { Float((start + $0 * 7) % 256) })
        try writer.append(pictures[pictures.count - 1], count: 1)
      }
    }
    return pictures
  }

  private func pictures(_ name: String) throws -> [[Float]] {
    let dataset = try FolderDataset(path: folder.path(name))
    return try (0..<dataset.count).map {
      var picture = [Float](repeating: -1, count: dataset.shape.count)
      try dataset.read($0, into: &picture)
      return picture
    }
  }

  private func augment(_ arguments: String...) throws -> Command {
    try Command(["augment"] + arguments, in: folder)
  }

  @Test(arguments: ["photos", "folder:photos", "folder:photos/"])
  func aFolderGoesThrough(input: String) throws {
    let photos = try makePhotos()
    let command = try augment(input, "out/", "--no-shuffle", "--save-prefix", "x")
    #expect(command.status == 0, "\(command.complaints)")
    #expect(command.complaints.contains("4 pictures of 6×5×3, PNG"), "\(command.complaints)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).sorted()
    #expect(names == ["x_0_1.png", "x_1_1.png", "x_2_1.png", "x_3_1.png"])
    #expect(try pictures("out") == photos)
  }

  @Test func epochsHaveTheirNames() throws {
    _ = try makePhotos()
    try FileManager.default.createDirectory(
      atPath: folder.path("out"), withIntermediateDirectories: false)
    let command = try augment("photos", "out", "--epochs", "2", "--batch-size", "3")
    #expect(command.status == 0, "\(command.complaints)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).sorted()
    #expect(
      names == (0..<4).flatMap { index in (1...2).map { "_\(index)_\($0).png" } })
  }

  /// The folder's pictures come out of the generator as the same pictures in an array do.
  @Test func foldersAndArraysAreOne() throws {
    _ = try makePhotos()
    let options = ["--rotation-range", "40", "--horizontal-flip", "--channel-shift-range", "30"]
    for arguments in [
      ["photos", "plain.npy", "--no-shuffle"], ["plain.npy", "augmented.npy"] + options,
      ["photos", "out/"] + options, ["photos", "scaled/", "--scale"] + options,
    ] {
      let command = try Command(["augment"] + arguments, in: folder)
      #expect(command.status == 0, "\(command.complaints)")
    }
    let array = try NpyDataset(path: folder.path("augmented.npy"))
    let expected = try (0..<array.count).map { index in
      var picture = [Float](repeating: -1, count: array.shape.count)
      try array.read(index, into: &picture)
      return picture
    }
    #expect(
      try pictures("out") == expected.map { $0.map { Float(Int(min(max($0, 0), 255))) } })
    let scaled = try pictures("scaled")
    #expect(scaled != (try pictures("out")))
    #expect(scaled.allSatisfy { $0.max() == 255 })
  }

  @Test func sizesAndColoursAreKerass() throws {
    _ = try makePhotos()
    let command = try augment(
      "photos", "out.npy", "--target-size", "4,9", "--color-mode", "grayscale", "--type", "uint8")
    #expect(command.status == 0, "\(command.complaints)")
    let dataset = try NpyDataset(path: folder.path("out.npy"))
    #expect(dataset.shape == PictureShape(height: 4, width: 9, channels: 1))
    try folder.write("photos/notes.txt", text: "cats and dogs")
    let wide = PictureShape(height: 1, width: 2, channels: 1)
    let writer = try PngFolderWriter(
      path: folder.path("photos/wide"), shape: wide, prefix: "", picturesPerEpoch: 1)
    try writer.append([1, 2], count: 1)
    let mixed = try augment("photos", "mixed.npy", "--type", "uint8")
    #expect(mixed.status == 0)
    #expect(mixed.complaints.contains("1 entries left out"), "\(mixed.complaints)")
    #expect(mixed.complaints.contains("5 of 5 pictures resized to 256×256×3"))
    let run = try Command(
      "run", "--dataset", "folder:photos", "--batch-size", "2", "--epochs", "1", "--gpu", "1ms",
      "--samples-per-epoch", "4", in: folder)
    #expect(run.status == 0, "\(run.complaints)")
    #expect(run.output.contains("folder:photos 5×256×256×3"), "\(run.output)")
    #expect(run.complaints.contains("1 entries left out"), "\(run.complaints)")
  }

  @Test func faultsAreTold() throws {
    _ = try makePhotos()
    try FileManager.default.createDirectory(
      atPath: folder.path("empty"), withIntermediateDirectories: false)
    try FileManager.default.createDirectory(
      atPath: folder.path("used"), withIntermediateDirectories: false)
    try folder.write("used/precious", text: "precious")
    let refused = [
      (["photos", "photos/"], "input itself"), (["photos", "photos/", "--force"], "input itself"),
      (["photos", "photos/cats", "--force"], "input itself"), (["photos", "used"], "isn't empty"),
      (["photos", "used/"], "isn't empty"),
      (["empty", "out/"], "no png, jpg, jpeg, bmp, gif, tif, tiff or webp"),
      (["folder:nowhere", "out/"], "No such file"), (["photos", "no/where/"], "No such file"),
      (["photos", "out/", "--type", "uint8"], "--type"),
      (["photos", "out/", "--save-prefix", "a/b"], "--save-prefix"),
      (["photos", "out.npy", "--save-prefix", "a"], "--save-prefix"),
      (["photos", "out.npy", "--scale"], "--scale"),
      (["photos", "out/", "--target-size", "0,5"], "--target-size"),
      (["photos", "out/", "--target-size", "5"], "--target-size"),
      (["photos", "out/", "--target-size", "16384,16384"], "--batch-size"),
      (["photos", "out/", "--color-mode", "grey"], "grayscale"),
      (["synthetic", "out/", "--target-size", "5,5"], "synthetic isn't"),
    ]
    let before = folder.names
    for (arguments, piece) in refused {
      let command = try Command(["augment"] + arguments, in: folder)
      #expect(command.status == 2, "\(arguments): \(command.complaints)")
      #expect(command.complaints.contains(piece), "\(arguments): \(command.complaints)")
    }
    #expect(folder.names == before)
    #expect(try pictures("photos").count == 4)
  }

  /// A picture that is cut off behind its header is met on the way: the work failed, with its name.
  @Test func aBrokenPictureIsNamed() throws {
    _ = try makePhotos()
    let path = folder.path("photos/dogs/dogs_1_1.png")
    let whole = try Data(contentsOf: URL(filePath: path))
    try whole.dropLast(30).write(to: URL(filePath: path))
    let command = try augment("photos", "out/")
    #expect(command.status == 1)
    #expect(command.complaints.contains("dogs_1_1.png"), "\(command.complaints)")
    #expect(command.complaints.contains("cut off"), "\(command.complaints)")
    let run = try Command(
      "run", "--dataset", "folder:photos", "--epochs", "1", "--bad-pictures", "fail", in: folder)
    #expect(run.status == 1, "\(run.complaints)")
    #expect((run.output + run.complaints).contains("dogs_1_1.png"), "\(run)")
    try Data(whole.prefix(20)).write(to: URL(filePath: path))
    let refused = try Command(
      "run", "--dataset", "folder:photos", "--bad-pictures", "fail", in: folder)
    #expect(refused.status == 1)
    #expect(refused.complaints.contains("dogs_1_1.png"), "\(refused.complaints)")
  }
}
