import Datasets
import Foundation
import Testing

/// Pictures that can't be used unchanged: either a fault names the file and the reason, or they are
/// converted as the README describes.
@Suite struct WrongPictureTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("photos"), withIntermediateDirectories: false)
    try put("rgb.png", as: "a.png")
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](
      try Data(contentsOf: URL(filePath: Package.path("Tests/DatasetsTests/Pictures/" + name))))
  }

  private func put(_ name: String, as new: String) throws {
    try folder.write("photos/" + new, bytes(name))
  }

  private func augment(_ options: String...) throws -> Command {
    try Command(["augment", "photos", "out.npy", "--force"] + options, in: folder)
  }

  private func expectRefused(
    _ status: Int32, _ pieces: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for command in [
      try augment(),
      try Command(
        "run", "--dataset", "folder:photos", "--epochs", "1", "--gpu", "1ms", "--samples-per-epoch",
        "64", "--bad-pictures", "fail", in: folder),
    ] {
      #expect(command.status == status, "\(command.complaints)", sourceLocation: sourceLocation)
      for piece in pieces {
        #expect(
          command.complaints.contains(piece), "\(piece): \(command.complaints)",
          sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: [("out.npz", "write out.npy"), ("out.webp", "write out.webp/")])
  func anOutputOfAnotherKind(name: String, advice: String) throws {
    let command = try Command(["augment", "photos", name], in: folder)
    #expect(command.status == 2 && command.complaints.contains(advice), "\(command.complaints)")
    #expect(folder.names == ["photos"])
  }

  @Test(arguments: [("rgb.png", "b.png"), ("444.jpg", "b.jpg"), ("rgb.bmp", "b.bmp")])
  func cutAndForeignFiles(source: String, name: String) throws {
    let whole = try bytes(source)
    try folder.write("photos/" + name, whole.dropLast(40))
    try expectRefused(1, "photos/\(name): the picture is cut off")
    try folder.write("photos/" + name, whole.prefix(12))
    try expectRefused(1, "photos/\(name): the picture is cut off")
    try folder.write("photos/" + name, [])
    try expectRefused(1, "photos/\(name) is empty")
    try folder.write("photos/" + name, text: "these are no pixels")
    try expectRefused(1, "photos/\(name): this is text")
  }

  /// The folder is open when its remark is there, and isn't read before somebody takes the pictures.
  @Test func changesWhileReadingAreSaid() throws {
    try folder.write("photos/Thumbs.db", [1])
    #expect(mkfifo(folder.path("out"), 0o600) == 0)
    let running = try Command.start(["augment", "photos", "out", "--force"], in: folder)
    while running.process.isRunning, !running.complaints.contains("left out") {
      usleep(10_000)
    }
    try put("palette.png", as: "a.png")
    try put("rgb.png", as: "new.png")
    let pictures = try #require(FileHandle(forReadingAtPath: folder.path("out")))
    #expect(try pictures.readToEnd()?.isEmpty == false)
    running.process.waitUntilExit()
    let command = Command(running)
    #expect(command.status == 0)
    for piece in [
      "photos/a.png changed after the dataset was opened",
      "other pictures or classes are in photos than when the dataset was opened",
    ] {
      #expect(command.complaints.contains(piece), "\(command.complaints)")
    }
  }

  @Test func damageInside() throws {
    var png = try bytes("rgb.png")
    png[png.count / 2] ^= 0x5a
    try folder.write("photos/b.png", png)
    try expectRefused(1, "photos/b.png: the picture is damaged (")
  }

  /// 30 000 × 30 000, in each format's header.
  @Test(arguments: ["b.png", "b.jpg", "b.bmp"]) func enormousPictures(name: String) throws {
    let big: [UInt8] = [0x75, 0x30]
    var file: [UInt8]
    switch name {
    case "b.png":
      file = try bytes("rgb.png")
      file.replaceSubrange(16..<24, with: [0, 0] + big + [0, 0] + big)
      file.replaceSubrange(29..<33, with: Self.headerChecksum(file[12..<29]))
    case "b.bmp":
      file = try bytes("rgb.bmp")
      file.replaceSubrange(18..<26, with: big.reversed() + [0, 0] + big.reversed() + [0, 0])
    default:
      file = try bytes("444.jpg")
      let frame = try #require(
        (0..<file.count - 1).first { file[$0] == 0xff && file[$0 + 1] == 0xc0 })
      file.replaceSubrange((frame + 5)..<(frame + 9), with: big + big)
    }
    try folder.write("photos/" + name, file)
    try expectRefused(1, "photos/\(name): 30000×30000 pixels are more than the")
  }

  /// CRC-32, which PNG puts behind every chunk.
  private static func headerChecksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var sum: UInt32 = .max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xedb8_8320 : 0) }
    }
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ~sum >> $0) }
  }

  /// In colour, limited to 0...255 as in Keras, which is said.
  @Test func sixteenBitGrey() throws {
    try put("grey16.png", as: "b.png")
    let command = try augment()
    #expect(command.status == 0, "\(command.complaints)")
    #expect(
      command.complaints.contains("16-bit grey, limited to 0...255 as in Keras"),
      "\(command.complaints)")
  }

  /// Accepted pictures: CMYK converted as Pillow does, 16-bit colour cut to 8, a single pixel.
  @Test(arguments: ["cmyk.jpg", "rgb16.png", "greyalpha16.png", "one.png", "one.jpg", "one.bmp"])
  func unusualOnesAreTaken(name: String) throws {
    try put(name, as: "b." + name.suffix(3))
    let together = try augment("--rotation-range", "90", "--interpolation", "bilinear")
    #expect(together.status == 0, "\(together.complaints)")
    #expect(together.complaints.contains("2 pictures"))
    let resized = together.complaints.contains("2 of 2 pictures resized to 256×256×3")
    #expect(resized || !name.hasPrefix("one."), "\(together.complaints)")
    // And alone, as one pixel each.
    try FileManager.default.removeItem(atPath: folder.path("photos/a.png"))
    let alone = try augment(
      "--rotation-range", "90", "--zoom-range", "0.5", "--interpolation", "bilinear")
    #expect(alone.status == 0, "\(alone.complaints)")
  }

  /// The pictures before the broken one are in the array.
  @Test func whatWasMadeIsKept() throws {
    let whole = try bytes("rgb.png")
    try folder.write("photos/b.png", whole.dropLast(40))
    let command = try augment("--no-shuffle", "--batch-size", "1")
    #expect(command.status == 1)
    #expect(
      command.complaints.contains("\naugtop: out.npy holds the first picture"),
      "\(command.complaints)")
    #expect(try NpyDataset(path: folder.path("out.npy")).count == 1)
  }

  @Test func unreadableFoldersAndFiles() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("empty"), withIntermediateDirectories: false)
    let empty = try Command("run", "--dataset", "folder:empty", in: folder)
    #expect(empty.status == 2)
    #expect(
      empty.complaints.contains("no png, jpg, jpeg, bmp, gif, tif, tiff or webp in empty"),
      "\(empty.complaints)")
    // Root may read everything.
    guard geteuid() != 0 else { return }
    #expect(chmod(folder.path("photos/a.png"), 0) == 0)
    try expectRefused(1, "can't read photos/a.png: Permission denied")
    #expect(chmod(folder.path("photos"), 0) == 0)
    try expectRefused(2, "can't read photos: Permission denied")
    #expect(chmod(folder.path("photos"), 0o700) == 0)
  }

  private func npy(_ name: String, _ type: String, _ shape: String, _ data: [UInt8]) throws {
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }\n"
    try folder.write(
      name, [0x93] + "NUMPY".utf8 + [1, 0, UInt8(text.utf8.count), 0] + text.utf8 + data)
  }

  @Test func arraysOfMixedSizes() throws {
    try npy("mixed.npy", "|O", "(2,)", [0x80, 4])
    let command = try Command("augment", "mixed.npy", "out.npy", in: folder)
    #expect(command.status == 2)
    #expect(command.complaints.contains("mixed.npy: an array of objects"), "\(command.complaints)")
    #expect(command.complaints.contains("several sizes"))
    #expect(!folder.names.contains("out.npy"))
  }

  @Test func fitsThatCannotBe() throws {
    func floats(_ values: [Float]) -> [UInt8] {
      values.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> ($0 * 8) & 0xff) } }
    }
    try npy("nan.npy", "<f4", "(3, 1, 2, 1)", floats([1, 2, 3, .nan, 5, 6]))
    try npy("infinite.npy", "<f4", "(3, 1, 2, 1)", floats([1, 2, 3, .infinity, 5, 6]))
    try npy("flat.npy", "<f4", "(3, 1, 2, 1)", floats([1, 7, 3, 7, 5, 7]))
    try npy("wide.npy", "|u1", "(1, 200, 100, 1)", [UInt8](repeating: 1, count: 20_000))
    for (name, option, piece) in [
      ("nan.npy", "--featurewise-center", "NaN or infinity"),
      ("nan.npy", "--zca-whitening", "NaN or infinity"),
      ("infinite.npy", "--featurewise-std-normalization", "NaN or infinity"),
      ("flat.npy", "--featurewise-center --zca-whitening", "span 1 of their 2 values"),
      ("wide.npy", "--zca-whitening", "20000 values, and ZCA takes at most 12288"),
    ] {
      let options = option.split(separator: " ").map(String.init)
      for arguments in [
        ["augment", name, "out.npy"] + options, ["run", "--dataset", "npy:" + name] + options,
      ] {
        let command = try Command(arguments, in: folder)
        #expect(command.status == 2, "\(arguments): \(command.complaints)")
        #expect(command.complaints.contains(piece), "\(arguments): \(command.complaints)")
      }
    }
    #expect(!folder.names.contains("out.npy"))
  }
}
