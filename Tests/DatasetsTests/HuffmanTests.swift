import Augmentation
import Datasets
import TestSupport
import Testing

/// augtop's Huffman decoder gives what libjpeg's gives, also of files that aren't whole. The suite is serial
/// because it switches the decoder for the whole process; other tests get the same pixels from either.
@Suite(.serialized) struct HuffmanTests {
  private struct Decoding: Equatable {
    var pixels: [UInt8] = []
    var warnings = 0
    var fault: String?
  }

  private static let names = [
    "420.jpg", "422.jpg", "444.jpg", "cmyk.jpg", "early.jpg", "grey.jpg", "keeprgb.jpg",
    "large.jpg",
    "one.jpg", "progressive.jpg", "restarts.jpg", "stray.jpg", "zeros.jpg",
  ]

  /// Decodes the whole picture, or a part of it at a fraction of its size.
  private func decode(
    _ file: [UInt8], size: PictureSize, reduction: Int?, rows: Range<Int>, columns: Range<Int>
  ) -> Decoding {
    let count = reduction == nil ? size.pixels : rows.count * columns.count
    let pixels = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count * 3)
    pixels.initialize(repeating: 0)
    defer { pixels.deallocate() }
    do {
      let warnings = try file.withUnsafeBytes { bytes in
        guard let reduction else {
          return try PictureCodec.decode(
            bytes, size: size, channels: 3, into: pixels.baseAddress!)
        }
        return try PictureCodec.decodeJPEG(
          bytes, size: size, channels: 3, reduction: reduction, part: (rows, columns),
          into: pixels.baseAddress!)
      }
      return Decoding(pixels: Array(pixels), warnings: warnings)
    } catch {
      return Decoding(fault: "\(error)")
    }
  }

  private func bothAgree(_ file: [UInt8], seed: UInt32, _ name: String) {
    guard let size = try? file.withUnsafeBytes({ try PictureCodec.size(of: $0) }),
      size.pixels <= 1 << 18
    else { return }
    var random = LegacyRandom(seed: seed)
    // Several parts: each finds the places that those before it have kept.
    for reduction in [nil, 1 << random.randint(4), 1 << random.randint(4), 1] {
      let height = (size.height + (reduction ?? 1) - 1) / (reduction ?? 1)
      let width = (size.width + (reduction ?? 1) - 1) / (reduction ?? 1)
      let top = random.randint(height)
      let left = random.randint(width)
      let rows = top..<(top + 1 + random.randint(height - top))
      let columns = left..<(left + 1 + random.randint(width - left))
      defer { HuffmanDecoder.set(.places) }
      let results = [HuffmanDecoder.Level.none, .codes, .places, .places].map { level in
        HuffmanDecoder.set(level)
        return decode(file, size: size, reduction: reduction, rows: rows, columns: columns)
      }
      #expect(
        results.allSatisfy { $0 == results[0] },
        "\(name), seed \(seed), reduction \(reduction ?? 0), rows \(rows), columns \(columns)")
    }
  }

  @Test func isUsedUnlessTheVersionIsAnother() {
    #expect([.own, .otherVersion].contains(HuffmanDecoder.current))
  }

  @Test(arguments: names) func wholeAndDamagedFilesAreLibjpegs(name: String) throws {
    let good = try Pictures.bytes(name)
    for seed: UInt32 in 0..<(60 * Fuzzing.rounds) {
      var random = LegacyRandom(seed: seed)
      var file = good
      // Most of the changes lie in the scan.
      for _ in 0..<random.randint(4) {
        let place = file.count / 3 + random.randint(file.count - file.count / 3)
        switch random.randint(4) {
        case 0: file[place] = UInt8(random.randint(256))
        case 1: file[place] ^= 1 << UInt8(random.randint(8))
        case 2: file.removeSubrange(place..<min(place + random.randint(40), file.count))
        default: file.removeLast(random.randint(file.count / 4))
        }
      }
      bothAgree(file, seed: seed, name)
    }
  }

  /// Coarse and fine tables, many zeros and none: long codes, full blocks, pairs of values.
  @Test(arguments: [1, 30, 75, 95, 100]) func everyQualityIsLibjpegs(quality: Int) throws {
    for seed: UInt32 in 0..<8 {
      var random = LegacyRandom(seed: seed)
      let size = PictureSize(height: 1 + random.randint(300), width: 1 + random.randint(300))
      let noise = 1 + random.randint(256)
      let pixels = (0..<size.pixels * 3).map { UInt8(($0 / 40 + random.randint(noise)) & 255) }
      let file = try PictureCodec.encodeJPEG(pixels, size: size, quality: quality)
      bothAgree(file, seed: seed, "quality \(quality)")
    }
  }
}
