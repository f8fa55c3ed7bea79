import Augmentation
import Datasets
import Foundation
import TestSupport
import Testing

/// Parts of JPEGs, at their size and reduced, are those of the whole pictures.
@Suite struct JpegPartTests {
  private func decodePart(
    _ bytes: [UInt8], channels: Int, reduction: Int, rows: Range<Int>, columns: Range<Int>
  ) throws -> [UInt8] {
    let size = try bytes.withUnsafeBytes { try PictureCodec.size(of: $0) }
    let pixels = UnsafeMutableBufferPointer<UInt8>.allocate(
      capacity: rows.count * columns.count * channels)
    defer { pixels.deallocate() }
    try bytes.withUnsafeBytes {
      _ = try PictureCodec.decodeJPEG(
        $0, size: size, channels: channels, reduction: reduction, part: (rows, columns),
        into: pixels.baseAddress!)
    }
    return Array(pixels)
  }

  @Test(arguments: [1, 2, 4, 8], [1, 3])
  func partsAreThoseOfTheWhole(reduction: Int, channels: Int) throws {
    let file = try Pictures.bytes("large.jpg")
    let height = (48 + reduction - 1) / reduction
    let width = (70 + reduction - 1) / reduction
    let whole = try decodePart(
      file, channels: channels, reduction: reduction, rows: 0..<height, columns: 0..<width)
    if reduction == 1 { #expect(try decode(file, channels: channels) == whole) }
    for seed: UInt32 in 0..<100 {
      var random = LegacyRandom(seed: seed)
      let top = random.randint(height)
      let left = random.randint(width)
      let rows = top..<(top + 1 + random.randint(height - top))
      let columns = left..<(left + 1 + random.randint(width - left))
      let part = try decodePart(
        file, channels: channels, reduction: reduction, rows: rows, columns: columns)
      let expected = rows.flatMap { row in
        whole[((row * width + columns.lowerBound) * channels)...].prefix(columns.count * channels)
      }
      #expect(part == expected, "seed \(seed): rows \(rows), columns \(columns)")
    }
  }

  /// A block of a reduced picture is about the mean of its pixels.
  @Test func reducedPicturesAreMeans() throws {
    let file = try Pictures.bytes("large.jpg")
    let whole = try decode(file, channels: 1)
    let small = try decodePart(file, channels: 1, reduction: 8, rows: 0..<6, columns: 0..<8)
    for row in 0..<6 {
      for column in 0..<8 {
        var sum = 0
        for y in 0..<8 { for x in 0..<8 { sum += Int(whole[(row * 8 + y) * 70 + column * 8 + x]) } }
        #expect(abs(sum / 64 - Int(small[row * 8 + column])) <= 4)
      }
    }
  }

  @Test func damageInPartsIsNamed() throws {
    let file = try Pictures.bytes("large.jpg")
    #expect(throws: PictureFault.cutOff) {
      try decodePart(
        Array(file.dropLast(200)), channels: 3, reduction: 1, rows: 0..<48, columns: 0..<70)
    }
    #expect(throws: PictureFault.unknown) {
      try PictureCodec.decodeJPEG(
        UnsafeRawBufferPointer(start: nil, count: 0), size: PictureSize(height: 1, width: 1),
        channels: 3, reduction: 1, part: (0..<1, 0..<1), into: UnsafeMutablePointer(bitPattern: 8)!)
    }
    for seed: UInt32 in 0..<(500 * Fuzzing.rounds) {
      var random = LegacyRandom(seed: seed)
      var bytes = file
      for _ in 0...random.randint(4) {
        bytes[random.randint(random.randint(2) == 0 ? bytes.count : 700)] ^=
          1 << UInt8(random.randint(8))
      }
      guard let size = try? bytes.withUnsafeBytes({ try PictureCodec.size(of: $0) }),
        size == PictureSize(height: 48, width: 70)
      else { continue }
      _ = try? decodePart(bytes, channels: 3, reduction: 2, rows: 3..<19, columns: 5..<30)
    }
  }
}
