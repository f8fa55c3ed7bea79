import Augmentation
import Datasets
import Foundation
import TestSupport
import Testing

/// Orientation, 16-bit grey and the decoders' warnings, through a folder.
@Suite struct FolderPixelsTests {
  /// Opens a folder of these pictures and reads them all.
  private func read(
    _ names: [String], colorMode: FolderDataset.ColorMode = .rgb,
    orientation: ExifOrientation = .ignore, targetSize: PictureSize? = nil,
    crop: CropRecipe? = nil
  ) throws -> (dataset: FolderDataset, pictures: [[Float]]) {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    for name in names {
      try Data(Pictures.bytes(name)).write(to: URL(fileURLWithPath: folder.path + "/" + name))
    }
    let dataset = try FolderDataset(
      path: folder.path, targetSize: targetSize, colorMode: colorMode, crop: crop,
      orientation: orientation)
    let pictures = try (0..<dataset.count).map { index in
      var picture = [Float](repeating: -1, count: dataset.shape.count)
      try dataset.read(index, into: &picture)
      return picture
    }
    return (dataset, pictures)
  }

  /// A crop that always takes all of a picture of that width by height.
  private func wholeCrop(_ ratio: Double) -> CropRecipe {
    var crop = RandomResizedCrop()
    crop.scale = 1...1
    crop.ratio = ratio...ratio
    return CropRecipe(crop: crop)
  }

  @Test func greyOf16BitsIsKeptAsGrey() throws {
    let grey = try read(["grey16.png"], colorMode: .grayscale)
    #expect(grey.pictures == [[0, 200, 255, 256, 3000, 65535]])
    #expect(!grey.dataset.hasBytes)
    #expect(grey.dataset.grey16 == 1)
    let colours = try read(["grey16.png"])
    #expect(colours.dataset.hasBytes)
    #expect(
      colours.pictures == [[0, 200, 255, 255, 255, 255].flatMap { [$0, $0, $0] as [Float] }])
    let small = try read(
      ["grey16.png"], colorMode: .grayscale, targetSize: PictureSize(height: 1, width: 3))
    #expect(small.pictures == [[256, 3000, 65535]])
  }

  /// Values of 16 bits and of 8 in one folder keep their own ranges.
  @Test func greyOfBothWidthsGoesTogether() throws {
    let (dataset, pictures) = try read(
      ["grey16.png", "grey2.png"], colorMode: .grayscale,
      targetSize: PictureSize(height: 1, width: 1))
    #expect(dataset.grey16 == 1)
    #expect(pictures.count == 2 && pictures[0][0] == 3000 && pictures[1][0] <= 255)
  }

  @Test func croppedGreyKeepsItsValues() throws {
    let (_, pictures) = try read(
      ["grey16.png"], colorMode: .grayscale, targetSize: PictureSize(height: 2, width: 3),
      crop: wholeCrop(1.5))
    #expect(pictures == [[0, 200, 255, 256, 3000, 65535]])
  }

  /// Rows become columns before the picture is brought to a size or cropped.
  @Test(arguments: ["exif.jpg", "exif.png", "exif.webp", "xmp.jpg", "xmp.webp"])
  func picturesAreTurnedOnRequest(name: String) throws {
    let stored = try read([name])
    #expect(stored.dataset.shape == PictureShape(height: 3, width: 5, channels: 3))
    let (dataset, pictures) = try read([name], orientation: .apply)
    #expect(dataset.shape == PictureShape(height: 5, width: 3, channels: 3))
    let from = stored.pictures[0]
    // Orientation 6: clockwise by 90 degrees.
    for y in 0..<5 {
      for x in 0..<3 {
        let place = ((2 - x) * 5 + y) * 3
        #expect(
          Array(pictures[0][((y * 3 + x) * 3)...].prefix(3)) == Array(from[place...].prefix(3)))
      }
    }
    let cropped = try read(
      [name], orientation: .apply, targetSize: PictureSize(height: 5, width: 3),
      crop: wholeCrop(0.6))
    #expect(cropped.pictures == pictures)
  }

  /// Pillow turns a TIFF when it loads it.
  @Test func tiffIsAlwaysTurned() throws {
    let shape = PictureShape(height: 13, width: 11, channels: 3)
    #expect(try read(["turned.tif"]).dataset.shape == shape)
    #expect(try read(["turned.tif"], orientation: .apply).dataset.shape == shape)
  }

  /// A picture counts once, however often it is read.
  @Test func overcomeFaultsAreCountedByPicture() throws {
    let (dataset, _) = try read(["checksum.png", "early.jpg", "rgb.png", "missing.png"])
    #expect(dataset.mendedPictures == 3)
    var again = [Float](repeating: 0, count: dataset.shape.count)
    for index in 0..<4 { try? dataset.read(index, into: &again) }
    #expect(dataset.mendedPictures == 3)
  }
}
