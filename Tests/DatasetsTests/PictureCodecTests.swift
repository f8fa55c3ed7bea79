import Augmentation
import Datasets
import TestSupport
import Testing

@Suite struct PictureCodecTests {
  @Test func thePicturesAreThere() { #expect(DecodedPicture.all.count == 89) }

  @Test(arguments: DecodedPicture.all)
  func picturesAreDecodedAsPillowDoes(picture: DecodedPicture) throws {
    let file = try Pictures.bytes(picture.name)
    let size = try file.withUnsafeBytes { try PictureCodec.size(of: $0) }
    #expect(size == picture.size)
    #expect(try decode(file, channels: 3) == picture.rgb)
    #expect(try decode(file, channels: 1) == picture.grey)
  }

  /// Wherever a file ends, either it is refused or all of the picture was there.
  @Test(arguments: DecodedPicture.all)
  func picturesCutOffAreNeverMadeUp(picture: DecodedPicture) throws {
    let file = try Pictures.bytes(picture.name)
    for count in 0..<file.count {
      guard let pixels = try? decode(Array(file[..<count]), channels: 3) else { continue }
      #expect(pixels == picture.rgb, "\(count) of \(file.count) bytes")
    }
    let half = pictureFault(Array(file[..<(file.count / 2)]))
    #expect(half == .cutOff)
  }

  @Test func whatIsNoPictureIsNamed() throws {
    #expect(pictureFault([]) == .unknown)
    #expect(pictureFault([200, 1, 2, 3]) == .unknown)
    for start in ["\u{ff}\u{d8}\u{ff}", "GIF89a", "BM", "II*\0", "MM\0*", "RIFF\u{4}\0\0\0WEBP"] {
      #expect(pictureFault(start.unicodeScalars.map { UInt8($0.value) }) == .cutOff)
    }
    for (start, name) in [
      ("P6\n2 2\n255\n", "a PPM"), ("P2 ", "a PGM"), ("<?xml version='1.0'?><svg>", "an SVG"),
      ("\n<!DOCTYPE HTML>", "a web page"), ("{\"error\": 404}", "JSON"), ("not found", "text"),
      ("\0\0\0\u{20}ftypheic", "a HEIC"), ("\0\0\0\u{20}ftypavif", "an AVIF"),
      ("\0\0\0\u{c}jP  \r\n\u{87}\n", "a JPEG 2000"), ("%PDF-1.7", "a PDF"),
      ("\u{1f}\u{8b}\u{8}", "gzip-compressed"), ("\0\0\0\0\0\0", "nothing but zeros"),
      ("\u{93}NUMPY", "a NumPy array"), ("icns\0\0\u{10}\0", "a macOS icon"),
      ("\0\0\u{2}\0\u{1}\0\u{20}\u{20}\0\0\0\0\u{30}\0\0\0\u{16}\0", "a Windows cursor"),
      ("\0\0\u{2}\0\0\0\0\0\0\0\0\0\u{35}\0\u{25}\0\u{18}\0", "a TGA"),
      ("\0\0\u{a}\0\0\0\0\0\0\0\0\0\u{35}\0\u{25}\0\u{20}\u{8}", "a TGA"),
      ("\0\u{5}\u{16}\u{7}", "an AppleDouble file, which macOS writes next to the picture"),
    ] {
      #expect(pictureFault(start.unicodeScalars.map { UInt8($0.value) }) == .otherFormat(name))
    }
  }

  /// Frames that libjpeg doesn't decode are named; the number is the frame's marker.
  @Test func kindsOfJPEGAreNamed() throws {
    var jpeg = try Pictures.bytes("420.jpg")
    let frame = try #require(
      jpeg.indices.dropLast(8).first { jpeg[$0] == 0xff && jpeg[$0 + 1] == 0xc0 })
    jpeg[frame + 1] = 0xc5
    #expect(pictureFault(jpeg) == .unsupported("a hierarchical JPEG"))
    jpeg[frame + 1] = 0xc0
    jpeg[frame + 4] = 12
    #expect(pictureFault(jpeg) == .unsupported("a JPEG of 12 bits a value"))
  }

  /// Files that Pillow reads in spite of a fault: their pixels are compared above, and it is said.
  @Test(arguments: [
    "early.jpg", "checksum.png", "missing.png", "missingpalette.png", "missinginterlaced.png",
  ])
  func overcomeFaultsAreCounted(name: String) throws {
    let file = try Pictures.bytes(name)
    try file.withUnsafeBytes { bytes in
      let size = try PictureCodec.size(of: bytes)
      var pixels = [UInt8](repeating: 0, count: size.pixels * 3)
      #expect(try PictureCodec.decode(bytes, size: size, channels: 3, into: &pixels) == 1)
    }
  }

  /// Rows of many channels would take gigabytes; Pillow's limit is 6.
  @Test func manyChannelsAreRefused() {
    // Tag, type and value of each entry: 64764×512 pixels, 16 bits, 57311 channels, one strip.
    let entries: [(UInt16, UInt8, UInt16)] = [
      (256, 3, 64764), (257, 3, 512), (258, 3, 16), (259, 3, 1), (262, 3, 1), (273, 4, 122),
      (277, 3, 57311), (278, 3, 512), (279, 4, 20),
    ]
    func word(_ value: UInt16) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
    var file = Array("II*\0".utf8) + [8, 0, 0, 0] + word(UInt16(entries.count))
    for (tag, type, value) in entries {
      file += word(tag) + [type, 0, 1, 0, 0, 0] + word(value) + [0, 0]
    }
    file += [UInt8](repeating: 0, count: 24)
    #expect(pictureFault(file) == .unsupported("a TIFF of more than 6 channels"))
  }

  /// A chunk of somebody's own doesn't keep Pillow from the pixels, even one marked as critical.
  @Test func unknownChunksArePassedOver() throws {
    var file = try Pictures.bytes("rgb.png")
    let pixels = try decode(file, channels: 3)
    file.insert(contentsOf: [0, 0, 0, 1] + "ABCDx".utf8 + [42, 187, 86, 196], at: 33)
    #expect(try decode(file, channels: 3) == pixels)
  }

  /// Rows may be missing, but not all, not a part of one, and not the end of their stream.
  @Test func aPNGWithoutWholeRowsIsRefused() throws {
    let header = try Pictures.bytes("rgb.png")[..<33]
    let end: [UInt8] = [0, 0, 0, 0] + "IEND".utf8 + [174, 66, 96, 130]
    // Streams of no byte, of one zero, and of the first two bytes of a stream alone.
    let streams: [[UInt8]] = [
      [120, 156, 3, 0, 0, 0, 0, 1], [120, 156, 99, 0, 0, 0, 1, 0, 1], [120, 156],
    ]
    for stream in streams {
      let chunk = [0, 0, 0, UInt8(stream.count)] + "IDAT".utf8 + stream + [0, 0, 0, 0]
      #expect(pictureFault(header + chunk + end) == .damaged("Not enough image data"))
    }
  }

  @Test(arguments: ["grey16.png", "grey16little.tif", "grey16large.tif"])
  func wideGreyIsKept(name: String) throws {
    let file = try Pictures.bytes(name)
    try file.withUnsafeBytes { bytes in
      let header = try PictureCodec.header(of: bytes)
      #expect(header.isGrey16)
      var pixels = [UInt16](repeating: 0, count: header.size.pixels)
      #expect(try PictureCodec.decodeGrey16(bytes, size: header.size, into: &pixels) == 0)
      if name == "grey16.png" { #expect(pixels == [0, 200, 255, 256, 3000, 65535]) }
      // As Pillow limits it.
      #expect(try decode(file, channels: 1) == pixels.map { UInt8(min($0, 255)) })
    }
    let other = try Pictures.bytes("grey.png")
    #expect(throws: PictureFault.unsupported("a PNG without 16-bit grey")) {
      var pixels = [UInt16](repeating: 0, count: 143)
      try other.withUnsafeBytes {
        _ = try PictureCodec.decodeGrey16(
          $0, size: PictureSize(height: 11, width: 13), into: &pixels)
      }
    }
  }

  /// All eight orientations in EXIF and XMP, against what `exif_transpose` makes of them; each file has
  /// the mark 6.
  @Test func picturesAreTurnedAsPillowTurnsThem() throws {
    var rest = try Pictures.bytes("oriented.bin")[...]
    let index = String(decoding: try Pictures.bytes("oriented.txt"), as: UTF8.self)
    let lines = index.split(separator: "\n")
    #expect(lines.count == 40)
    for line in lines {
      let parts = line.split(separator: " ")
      let name = String(parts[0])
      let size = PictureSize(height: Int(parts[2]) ?? 0, width: Int(parts[3]) ?? 0)
      let expected = Array(rest.prefix(size.pixels * 3))
      rest = rest.dropFirst(expected.count)
      var file = try Pictures.bytes(name)
      let mark =
        name.hasPrefix("xmp")
        ? Array("Orientation=\"".utf8) : [0x12, 0x01, 3, 0, 1, 0, 0, 0]
      let bigMark: [UInt8] = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0]
      let start = file.indices.first { place in
        file[place...].starts(with: mark) || file[place...].starts(with: bigMark)
      }
      let place = try #require(start)
      let number = UInt8(parts[1]) ?? 0
      if name.hasPrefix("xmp") {
        file[place + mark.count] = UInt8(ascii: "0") + number
      } else {
        file[place + (file[place] == 1 ? bigMark.count : mark.count)] = number
      }
      try file.withUnsafeBytes { bytes in
        let header = try PictureCodec.header(of: bytes, orientation: .apply)
        #expect(header.size == size, "\(line)")
        #expect(header.turning.rawValue == Int32(number))
        var pixels = [UInt8](repeating: 0, count: size.pixels * 3)
        try PictureCodec.decode(
          bytes, size: size, channels: 3, orientation: .apply, into: &pixels)
        #expect(pixels == expected, "\(line)")
        #expect(try PictureCodec.size(of: bytes) == PictureSize(height: 3, width: 5))
      }
    }
  }

  @Test func aPictureOfAnotherSizeHasChanged() throws {
    for name in ["420.jpg", "rgb.png", "rgb.bmp"] {
      let file = try Pictures.bytes(name)
      #expect(pictureFault(file, size: PictureSize(height: 13, width: 11)) == .changed)
      #expect(pictureFault(file, size: PictureSize(height: 1, width: 1)) == .changed)
    }
  }

  private func big(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }

  @Test func tooManyPixelsAreNamed() throws {
    let huge = PictureSize(height: 30_000, width: 30_000)
    var bmp = try Pictures.bytes("rgb.bmp")
    bmp.replaceSubrange(18..<26, with: (big(30_000).reversed() + big(30_000).reversed()))
    #expect(pictureFault(bmp) == .tooManyPixels(huge))
    var jpeg = try Pictures.bytes("420.jpg")
    let frame = try #require(
      jpeg.indices.dropLast(8).first { jpeg[$0] == 0xff && jpeg[$0 + 1] == 0xc0 })
    jpeg.replaceSubrange((frame + 5)..<(frame + 9), with: [0x75, 0x30, 0x75, 0x30])
    #expect(pictureFault(jpeg) == .tooManyPixels(huge))
    var png = try Pictures.bytes("rgb.png")
    png.replaceSubrange(16..<24, with: big(30_000) + big(30_000))
    png.replaceSubrange(29..<33, with: big(Int(crc(png[12..<29]))))
    #expect(pictureFault(png) == .tooManyPixels(huge))
    png.replaceSubrange(16..<24, with: big(0x7fff_ffff) + big(0x7fff_ffff))
    png.replaceSubrange(29..<33, with: big(Int(crc(png[12..<29]))))
    #expect(
      pictureFault(png) == .tooManyPixels(PictureSize(height: 0x7fff_ffff, width: 0x7fff_ffff)))
  }

  /// Twice as many as Pillow warns at are read; and a file that claims them without having them costs
  /// no memory.
  @Test func smallFilesCantClaimManyPixels() throws {
    let large = PictureSize(height: 12_000, width: 12_000)
    #expect(large.pixels > PictureCodec.manyPixels && large.pixels < PictureCodec.pixelLimit)
    var jpeg = try Pictures.bytes("progressive.jpg")
    let frame = try #require(
      jpeg.indices.dropLast(8).first { jpeg[$0] == 0xff && jpeg[$0 + 1] == 0xc2 })
    jpeg.replaceSubrange((frame + 5)..<(frame + 9), with: [0x2e, 0xe0, 0x2e, 0xe0])
    var png = try Pictures.bytes("rgb.png")
    png.replaceSubrange(16..<24, with: big(12_000) + big(12_000))
    png.replaceSubrange(29..<33, with: big(Int(crc(png[12..<29]))))
    for file in [jpeg, png] {
      #expect(try file.withUnsafeBytes { try PictureCodec.size(of: $0) } == large)
      #expect(pictureFault(file) == .damaged("so small a file can't hold so many pixels"))
    }
  }

  private func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(0xffff_ffff as UInt32) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1
      }
    }
  }

  @Test func damageIsNamed() throws {
    var png = try Pictures.bytes("rgb.png")
    png[png.count - 20] ^= 1
    guard case .damaged = pictureFault(png) else {
      Issue.record("a wrong checksum went through")
      return
    }
    // Bytes between two segments harm nothing.
    var padded = try Pictures.bytes("420.jpg")
    padded.insert(contentsOf: [0, 1, 2], at: 2 + 18)
    #expect(try decode(padded, channels: 3) == decode(Pictures.bytes("420.jpg"), channels: 3))
    var palette = try Pictures.bytes("palette.bmp")
    palette[palette.count - 4] = 255
    #expect(try decode(palette, channels: 3)[36..<39] == [0, 0, 0])
    var bits = try Pictures.bytes("rgb.bmp")
    bits[28] = 5
    #expect(
      pictureFault(bits)
        == .unsupported("a BMP of other than 1, 4, 8, 16, 24 or 32 bits a pixel"))
    var compressed = try Pictures.bytes("grey.bmp")
    compressed[30] = 4
    #expect(
      pictureFault(compressed) == .unsupported("a BMP that holds a JPEG, a PNG or a fax"))
    var header = try Pictures.bytes("rgb.bmp")
    header[14] = 16
    #expect(pictureFault(header) == .unsupported("a BMP with an unknown header"))
  }

  /// Any bytes give a picture or a fault; nothing traps, nothing is touched
  /// outside.
  @Test(arguments: DecodedPicture.all)
  func mutatedPicturesNeverTrap(picture: DecodedPicture) throws {
    let good = try Pictures.bytes(picture.name)
    for seed: UInt32 in 0..<(300 * Fuzzing.rounds) {
      var random = LegacyRandom(seed: seed)
      var bytes = good
      for _ in 0...random.randint(6) where bytes.count > 8 {
        // Half of the changes hit the headers, where they have more effect.
        let place = random.randint(random.randint(2) == 0 ? bytes.count : min(80, bytes.count))
        switch random.randint(5) {
        case 0: bytes[place] = UInt8(random.randint(256))
        case 1: bytes[place] ^= 1 << UInt8(random.randint(8))
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(UInt8(random.randint(256)), at: place)
        default: bytes.removeLast(random.randint(min(8, bytes.count)))
        }
      }
      // Large ones only take time: 1 MB of pixels is enough to write where it mustn't.
      guard let size = try? bytes.withUnsafeBytes({ try PictureCodec.size(of: $0) }),
        size.pixels <= 1 << 20
      else { continue }
      for channels in [1, 3] { _ = try? decode(bytes, channels: channels) }
    }
  }

  @Test(arguments: [1, 3]) func whatIsEncodedIsDecoded(channels: Int) throws {
    var random = LegacyRandom(seed: 5)
    for size in [(1, 1), (1, 300), (70, 1), (33, 65)].map(PictureSize.init) {
      let pixels = (0..<size.pixels * channels).map { _ in UInt8(random.randint(256)) }
      let bound = PictureCodec.pngBound(size, channels: channels)
      let file = UnsafeMutableRawBufferPointer.allocate(byteCount: bound, alignment: 1)
      defer { file.deallocate() }
      let count = try PictureCodec.encodePNG(
        pixels, size: size, channels: channels, into: file)
      #expect(try decode(Array(file[..<count]), channels: channels) == pixels)
    }
  }
}
