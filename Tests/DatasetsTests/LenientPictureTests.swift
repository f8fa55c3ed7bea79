import Datasets
import TestSupport
import Testing

/// Files that contradict their formats and whose pixels are there all the same. What is expected is what
/// Pillow 13 makes of them.
@Suite struct LenientPictureTests {
  private func bytes(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }

  private func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    let sum = body.reduce(0xffff_ffff as UInt32) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1
      }
    }
    return bytes(data.count) + body + bytes(Int(~sum))
  }

  private typealias Chunk = (name: String, data: [UInt8])

  private func chunks(of name: String) throws -> [Chunk] {
    let file = try Pictures.bytes(name)
    var found: [Chunk] = []
    var place = 8
    while place < file.count {
      let length = file[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
      let data = Array(file[(place + 8)..<(place + 8 + length)])
      found.append((String(decoding: file[(place + 4)..<(place + 8)], as: UTF8.self), data))
      place += length + 12
    }
    return found
  }

  private func png(_ chunks: [Chunk]) -> [UInt8] {
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunks.flatMap { chunk($0.name, $0.data) }
  }

  private func pixels(_ name: String) throws -> [UInt8] {
    try decode(try Pictures.bytes(name), channels: 3)
  }

  /// Colours that a palette doesn't have are black.
  @Test func aPNGsPaletteMayBeMissingEmptyOrOdd() throws {
    let whole = try chunks(of: "palette.png")
    let place = try #require(whole.firstIndex { $0.name == "PLTE" })
    let palette = whole[place].data
    let all = try pixels("palette.png")
    for length in [nil, 0, 2, 3, 5, palette.count - 1, palette.count] {
      var changed = whole
      if let length {
        changed[place].data = Array(palette.prefix(length))
      } else {
        changed.remove(at: place)
      }
      let known = Set((0..<((length ?? 0) / 3)).map { Array(palette[($0 * 3)..<($0 * 3 + 3)]) })
      let expected = stride(from: 0, to: all.count, by: 3).flatMap { start in
        let colour = Array(all[start..<(start + 3)])
        return known.contains(colour) ? colour : [0, 0, 0]
      }
      #expect(try decode(png(changed), channels: 3) == expected, "\(length ?? -1) bytes")
    }
    var large = whole
    large[place].data = palette + [UInt8](repeating: 1, count: 771 - palette.count)
    #expect(pictureFault(png(large)) == .damaged("its palette has more than 256 colours"))
  }

  /// The method of compression isn't looked at, and the last header counts.
  @Test(arguments: ["rgb.png", "interlaced.png", "palette4.png", "grey16.png"])
  func aPNGsHeaderMayBeOdd(name: String) throws {
    let expected = try pixels(name)
    let whole = try chunks(of: name)
    var changed = whole
    changed[0].data[10] = 77
    if changed[0].data[12] == 1 { changed[0].data[12] = 7 }
    changed[0].data += [1, 2, 3]
    #expect(try decode(png(changed), channels: 3) == expected)
    let other: Chunk = ("IHDR", bytes(5) + bytes(7) + [99, 99, 0, 0, 0])
    // Pixels before any header are none.
    let early: [Chunk] = [("IDAT", [1, 2]), other, ("IDAT", [3]), ("quiz", [])]
    #expect(try decode(png(early + whole), channels: 3) == expected)
    changed[0].data[11] = 1
    #expect(
      pictureFault(png(changed)) == .damaged("its rows have an unknown filter method"))
    #expect(pictureFault(png(whole.filter { $0.name != "IDAT" })) == .damaged("it holds no pixels"))
  }

  /// Rows may be missing where the stream of the pixels has ended, whatever comes of its chunk.
  @Test(arguments: ["missing.png", "missinginterlaced.png"])
  func aPNGsLastChunkMayBeCutOff(name: String) throws {
    let file = try Pictures.bytes(name)
    let expected = try pixels(name)
    let end = png(try chunks(of: name).dropLast()).count
    #expect(try decode(Array(file[..<(end - 2)]), channels: 3) == expected)
    let nameless = Array(file[..<end]) + [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    #expect(try decode(nameless, channels: 3) == expected)
    #expect(pictureFault(Array(file[..<(end - 6)])) == .cutOff)
  }

  /// Blocks of a GIF behind its last pixel.
  @Test func aGIFsLastBlockMayBeCutOff() throws {
    let file = try Pictures.bytes("palette.gif")
    #expect(file.suffix(2) == [0, 0x3b])
    let expected = try pixels("palette.gif")
    for behind in [[], [5], [5, 1, 2], [5, 1, 2, 3, 4, 5], [2, 1, 2, 9, 1]] as [[UInt8]] {
      #expect(try decode(Array(file.dropLast(2)) + behind, channels: 3) == expected, "\(behind)")
    }
    #expect(pictureFault(Array(file.dropLast(3))) == .cutOff)
  }

  /// A TIFF of one strip of a row of 8 pixels of a bit each.
  private func tiff(order: UInt16, bytes count: UInt32, data: [UInt8]) -> [UInt8] {
    func number(_ value: UInt32) -> [UInt8] { Array(bytes(Int(value)).reversed()) }
    let entries: [(UInt16, UInt32)] = [
      (256, 8), (257, 1), (258, 1), (259, 1), (262, 1), (266, UInt32(order)), (273, 134), (277, 1),
      (278, 1), (279, count),
    ]
    let table = entries.flatMap { tag, value in
      [UInt8(tag & 255), UInt8(tag >> 8), 4, 0] + number(1) + number(value)
    }
    return Array("II*\0".utf8) + number(8) + [UInt8(entries.count), 0] + table + number(0) + data
  }

  @Test func aTIFFsBitsGoBothWays() throws {
    let white: [UInt8] = [255, 255, 0, 0, 0, 0, 0, 0]
    #expect(try decode(tiff(order: 1, bytes: 1, data: [0b1100_0000]), channels: 1) == white)
    #expect(try decode(tiff(order: 2, bytes: 1, data: [0b0000_0011]), channels: 1) == white)
    // The number of bytes doesn't matter where nothing is compressed.
    #expect(try decode(tiff(order: 1, bytes: 9, data: [0b1100_0000]), channels: 1) == white)
    #expect(pictureFault(tiff(order: 1, bytes: 1, data: [])) == .cutOff)
  }

  /// Rows and columns of a TIFF's tile outside the picture, and bytes counted wrongly.
  @Test func aTIFFsLastTileMayBeCutOff() throws {
    let file = try Pictures.bytes("tiles.tif")
    let expected = try pixels("tiles.tif")
    // 13×21 pixels in tiles of 16×16: 11 rows and 3 columns of the last one lie outside.
    let outside = 11 * 16 * 3 + 3 * 3
    #expect(try decode(Array(file.dropLast(outside)), channels: 3) == expected)
    #expect(pictureFault(Array(file.dropLast(outside + 1))) == .cutOff)
  }

  // MARK: TIFF

  /// A little-endian TIFF, whose first directory is given by its entries: a tag, a type, a count, and the
  /// four bytes of a value or of the place of values.
  private func entries(of tiff: [UInt8]) -> [Int] {
    let start = Int(tiff[4]) | Int(tiff[5]) << 8 | Int(tiff[6]) << 16 | Int(tiff[7]) << 24
    let count = Int(tiff[start]) | Int(tiff[start + 1]) << 8
    return (0..<count).map { start + 2 + 12 * $0 }
  }

  private func little(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// Numbers of types that their tags don't have: ratios, floating-point numbers, places of directories.
  @Test(arguments: [5, 10, 11, 12, 13]) func aTIFFsNumbersMayHaveOddTypes(type: UInt8) throws {
    let tiff = try Pictures.bytes("turned.tif")
    let expected = try pixels("turned.tif")
    #expect(tiff.starts(with: [0x49, 0x49, 42, 0]))
    var tested = 0
    for entry in entries(of: tiff) {
      let isShort = tiff[entry + 2] == 3
      guard isShort || tiff[entry + 2] == 4,
        tiff[entry + 4..<entry + 8].elementsEqual([1, 0, 0, 0])
      else { continue }
      let value = UInt32(tiff[entry + 8]) | UInt32(tiff[entry + 9]) << 8
      var changed = tiff
      changed[entry + 2] = type
      var number: [UInt8]
      switch type {
      case 5, 10: number = little(value * 3) + little(3)
      case 11: number = little(Float(value).bitPattern)
      case 12:
        let bits = Double(value).bitPattern
        number = little(UInt32(truncatingIfNeeded: bits)) + little(UInt32(bits >> 32))
      default: number = little(value)
      }
      if number.count > 4 {
        changed += number
        number = little(UInt32(tiff.count))
      }
      changed.replaceSubrange(entry + 8..<entry + 12, with: number)
      #expect(
        try decode(changed, channels: 3) == expected, "tag \(tiff[entry]), \(tiff[entry + 1])")
      tested += 1
    }
    #expect(tested >= 7)
  }

  @Test func ofATIFFsNumbersThatAreTwoTheFirstCounts() throws {
    let tiff = try Pictures.bytes("turned.tif")
    for entry in entries(of: tiff) where tiff[entry + 2] == 3 && tiff[entry + 4] == 1 {
      var changed = tiff
      changed[entry + 4] = 2
      changed[entry + 10] = 99
      #expect(try decode(changed, channels: 3) == pixels("turned.tif"), "tag \(tiff[entry])")
    }
  }

  @Test func aTIFFsOddNumbersThatAreNoneAreFaults() throws {
    let tiff = try Pictures.bytes("turned.tif")
    for entry in entries(of: tiff) where tiff[entry + 4] == 1 && tiff[entry] != 0x12 {
      for (type, number) in [(11, Float.nan.bitPattern), (11, Float(-1).bitPattern), (5, .max)] {
        var changed = tiff
        changed[entry + 2] = UInt8(type)
        changed.replaceSubrange(entry + 8..<entry + 12, with: little(number))
        if let made = try? decode(changed, channels: 3) { #expect(!made.isEmpty) }
      }
    }
  }
}
