import Augmentation
import Datasets
import Foundation
import Testing

/// Random resized crops, and uint8 from end to end, at the command line.
@Suite struct AugmentCropTests {
  private let folder: ScratchFolder
  private let input = Package.path("Tests/AugmentationTests/Goldens/flow_x.npy")

  init() throws { folder = try ScratchFolder() }

  private func augment(_ arguments: String...) throws -> Command {
    try Command(["augment"] + arguments, in: folder)
  }

  private func pictures(_ name: String) throws -> [[Float]] {
    let dataset = try NpyDataset(path: folder.path(name))
    return try (0..<dataset.count).map { index in
      var picture = [Float](repeating: -1, count: dataset.shape.count)
      try dataset.read(index, into: &picture)
      return picture
    }
  }

  private func makePhotos() throws {
    #expect(try augment(input, "photos/", "--no-shuffle", "--off", "warp").status == 0)
  }

  @Test func cropsHaveTheSizeAndDiffer() throws {
    try makePhotos()
    let command = try augment(
      "photos", "out.npy", "--random-resized-crop", "9", "--epochs", "2", "--no-shuffle",
      "--off", "warp")
    #expect(command.status == 0, "\(command.complaints)")
    let dataset = try NpyDataset(path: folder.path("out.npy"))
    #expect(dataset.shape == PictureShape(height: 9, width: 9, channels: 3))
    let first = try pictures("out.npy")
    let count = first.count / 2
    // Another part in the other epoch; the same ones again from the same seed.
    #expect((0..<count).allSatisfy { first[$0] != first[$0 + count] })
    _ = try augment(
      "photos", "again.npy", "--random-resized-crop", "9x9", "--epochs", "2", "--no-shuffle",
      "--off", "warp")
    #expect(try pictures("again.npy") == first)
    _ = try augment(
      "photos", "seed.npy", "--random-resized-crop", "9", "--epochs", "2", "--no-shuffle",
      "--off", "warp", "--seed", "2")
    #expect(try pictures("seed.npy") != first)
  }

  @Test func sessionsCropAndScenariosKeepIt() throws {
    try makePhotos()
    let options = [
      "--dataset", "folder:photos", "--random-resized-crop", "8", "--crop-scale", "0.5,1",
      "--crop-ratio", "1,3/2",
    ]
    let run = try Command(
      ["run"] + options + ["--epochs", "1", "--gpu", "1ms", "--samples-per-epoch", "64"],
      in: folder)
    #expect(run.status == 0, "\(run.complaints)")
    #expect(run.output.contains("×8×8×3"), "\(run.output)")
    let printed = try Command(["run"] + options + ["--print-scenario"], in: folder)
    for line in [
      "random-resized-crop = \"8x8\"", "crop-scale = \"0.5,1.0\"", "crop-ratio = \"1.0,1.5\"",
    ] {
      #expect(printed.output.contains(line + "\n"), "\(line)")
    }
    try folder.write("mine.toml", text: printed.output)
    let again = try Command("run", "--scenario", "mine.toml", "--print-scenario", in: folder)
    #expect(again.output == printed.output)
  }

  /// uint8 in and out is the float result, rounded.
  @Test func bytesAreTheRoundedFloats() throws {
    #expect(
      try augment(input, "bytes.npy", "--no-shuffle", "--off", "warp", "--type", "uint8").status
        == 0)
    for interpolation in ["nearest", "bilinear"] {
      let options = [
        "--rotation-range", "30", "--width-shift-range", "0.1", "--horizontal-flip",
        "--interpolation", interpolation, "--seed", "4",
      ]
      let floats = try Command(
        ["augment", "bytes.npy", "\(interpolation).npy"] + options, in: folder)
      let bytes = try Command(
        ["augment", "bytes.npy", "\(interpolation)8.npy", "--type", "uint8"] + options, in: folder)
      #expect(floats.status == 0 && bytes.status == 0, "\(bytes.complaints)")
      let rounded = try pictures("\(interpolation).npy").map {
        $0.map { ($0 + 0.5).rounded(.down) }
      }
      #expect(try pictures("\(interpolation)8.npy") == rounded)
    }
  }

  @Test func faultsAreTold() throws {
    try makePhotos()
    let refused = [
      (["photos", "o.npy", "--random-resized-crop", "0"], "--random-resized-crop 0"),
      (["photos", "o.npy", "--random-resized-crop", "9", "--target-size", "9x9"], "leave"),
      (["photos", "o.npy", "--crop-scale", "0.1,1"], "add --random-resized-crop"),
      (["photos", "o.npy", "--random-resized-crop", "9", "--crop-scale", "1,2"], "--crop-scale"),
      (["photos", "o.npy", "--random-resized-crop", "9", "--crop-ratio", "a"], "--crop-ratio"),
      ([input, "o.npy", "--random-resized-crop", "9"], "is for a folder"),
    ]
    for (arguments, word) in refused {
      let command = try Command(["augment"] + arguments, in: folder)
      #expect(command.status == 2, "\(arguments): \(command.complaints)")
      #expect(command.complaints.contains(word), "\(command.complaints)")
    }
  }
}
