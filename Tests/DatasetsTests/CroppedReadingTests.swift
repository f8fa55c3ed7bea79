import Augmentation
import Datasets
import Testing

@Suite struct CroppedReadingTests {
  private static let size = PictureSize(height: 48, width: 70)

  private func cropped(
    _ file: [UInt8], size: PictureSize, box: CropBox, target: PictureShape
  ) throws -> [Float] {
    var picture = [Float](repeating: -1, count: target.count)
    let reading = CroppedReading()
    _ = try picture.withUnsafeMutableBufferPointer { picture in
      try file.withUnsafeBytes {
        try reading.read(
          $0, size: size, box: box, target: target, into: picture.baseAddress!)
      }
    }
    return picture
  }

  private func decoded(_ file: [UInt8], channels: Int) throws -> [UInt8] {
    let size = try file.withUnsafeBytes { try PictureCodec.size(of: $0) }
    var pixels = [UInt8](repeating: 0, count: size.pixels * channels)
    try file.withUnsafeBytes {
      _ = try PictureCodec.decode($0, size: size, channels: channels, into: &pixels)
    }
    return pixels
  }

  /// Where nothing is reduced, a part is what the whole picture's part is, of a JPEG too.
  @Test(arguments: ["large.jpg", "rgb.png"], [1, 3])
  func partsAreResizedAsTheWhole(name: String, channels: Int) throws {
    let file = try Pictures.bytes(name)
    let size = try file.withUnsafeBytes { try PictureCodec.size(of: $0) }
    let shape = PictureShape(height: size.height, width: size.width, channels: channels)
    let whole = try decoded(file, channels: channels)
    for seed: UInt32 in 0..<60 {
      var random = LegacyRandom(seed: seed)
      let height = 1 + random.randint(size.height)
      let width = 1 + random.randint(size.width)
      let box = CropBox(
        top: random.randint(size.height - height + 1),
        left: random.randint(size.width - width + 1), height: height, width: width)
      // More than half of the part, so that it is decoded in full.
      let target = PictureShape(
        height: height / 2 + 1 + random.randint(20), width: 1 + random.randint(60),
        channels: channels)
      let expected = BilinearResize.defined(whole, shape: shape, box: box, output: target)
      let found = try cropped(file, size: size, box: box, target: target)
      #expect(found == expected, "seed \(seed): \(box) to \(target)")
    }
  }

  /// A part many times the size comes from reduced blocks: about the means of what they show.
  @Test(arguments: [2, 4, 8]) func reducedPartsAreAboutMeans(reduction: Int) throws {
    let file = try Pictures.bytes("large.jpg")
    let whole = try decoded(file, channels: 1)
    let box = CropBox(top: 8, left: 16, height: 32, width: 48)
    let target = PictureShape(height: 32 / reduction, width: 48 / reduction, channels: 1)
    let found = try cropped(file, size: Self.size, box: box, target: target)
    for row in 0..<target.height {
      for column in 0..<target.width {
        var sum = 0
        for y in 0..<reduction {
          for x in 0..<reduction {
            sum += Int(whole[(8 + row * reduction + y) * 70 + 16 + column * reduction + x])
          }
        }
        let mean = Float(sum) / Float(reduction * reduction)
        #expect(abs(mean - found[row * target.width + column]) <= 12, "\(row), \(column)")
      }
    }
  }

  @Test func eachVisitHasItsOwnPart() {
    let recipe = CropRecipe(seed: 3)
    let boxes = (0..<50).map { recipe.box(in: Self.size, channels: 3, visit: $0) }
    #expect(Set(boxes).count > 45)
    #expect(boxes == (0..<50).map { recipe.box(in: Self.size, channels: 3, visit: $0) })
    #expect(boxes[7] != CropRecipe(seed: 4).box(in: Self.size, channels: 3, visit: 7))
  }

  @Test func jpegsAreWritten() throws {
    let size = PictureSize(height: 37, width: 51)
    var pixels: [UInt8] = []
    for pixel in 0..<size.pixels {
      pixels += [UInt8(pixel % 51 * 5), UInt8(pixel / 51 * 6), 128]
    }
    let file = try PictureCodec.encodeJPEG(pixels, size: size, quality: 96)
    #expect(try file.withUnsafeBytes { try PictureCodec.size(of: $0) } == size)
    let read = try decoded(file, channels: 3)
    #expect(zip(read, pixels).allSatisfy { abs(Int($0) - Int($1)) < 12 })
    #expect(throws: PictureFault.self) {
      let long = PictureSize(height: 1, width: 70_000)
      _ = try PictureCodec.encodeJPEG(
        [UInt8](repeating: 0, count: 210_000), size: long, quality: 50)
    }
  }
}
