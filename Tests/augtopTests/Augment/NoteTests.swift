import Datasets
import Foundation
import Testing

/// Work that was asked for but surely not meant is done, with a remark in one line.
@Suite struct NoteTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func npy(_ type: String, _ shape: [Int], _ data: [UInt8]) -> [UInt8] {
    let sides = shape.map(String.init).joined(separator: ", ")
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sides)), }"
    text += String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    return [0x93] + [UInt8]("NUMPY".utf8) + [1, 0, 118, 0] + [UInt8](text.utf8) + data
  }

  /// Bytes that count up, or floats within 0...1.
  private func array(_ shape: [Int], isUnit: Bool = false) throws -> String {
    let count = shape.reduce(1, *)
    let data =
      isUnit
      ? (0..<count).flatMap { place in
        withUnsafeBytes(of: (Float(place % 100) / 99).bitPattern.littleEndian) { [UInt8]($0) }
      } : (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    return try folder.write("x.npy", npy(isUnit ? "<f4" : "|u1", shape, data))
  }

  private func notes(_ arguments: [String], _ output: String = "o.npy") throws -> [Substring] {
    let command = try Command(["augment", "x.npy", output, "--force"] + arguments, in: folder)
    #expect(command.status == 0, "\(command.complaints)")
    return command.complaints.split(separator: "\n").filter { $0.hasPrefix("augtop: note: ") }
  }

  @Test(
    arguments: [
      ([10, 3, 32, 32], "tf", "add --dim-ordering th"),
      ([10, 1, 28, 28], "tf", "add --dim-ordering th"),
      ([10, 32, 32, 3], "th", "leave --dim-ordering th out"),
      ([32, 32, 3], "tf", "is one picture"),
      ([3, 32, 32], "tf", "is one picture"), ([3, 32, 32], "th", "is one picture"),
      ([10, 32, 32, 3], "tf", nil), ([10, 3, 32, 32], "th", nil), ([10, 28, 28], "tf", nil),
      ([10, 8, 8, 8], "tf", nil), ([10, 3, 3, 8], "tf", "add --dim-ordering th"),
      ([10, 4, 4, 3], "tf", nil),
      ([1, 28, 28], "tf", nil), ([10, 32, 32, 2], "tf", nil), ([10, 4, 4], "tf", nil),
    ] as [([Int], String, String?)])
  func shapesThatLookOtherwise(shape: [Int], ordering: String, piece: String?) throws {
    _ = try array(shape)
    let found = try notes(["--dim-ordering", ordering])
    #expect(found.count == (piece == nil ? 0 : 1), "\(shape): \(found)")
    if let piece { #expect(found.first?.contains(piece) == true, "\(found)") }
  }

  @Test(
    arguments: [
      (["--samplewise-center"], 1, false, "every value of pictures with one channel 0"),
      (["--samplewise-std-normalization"], 1, false, "by 1e7"),
      (["--samplewise-center"], 3, false, nil),
      (["--rescale", "1/255", "--type", "uint8"], 3, false, "become the bytes 0 and 1"),
      (["--rescale", "1/255"], 3, false, nil), (["--type", "uint8"], 3, false, nil),
      (["--type", "uint8"], 3, true, "--rescale 255"),
      (["--rescale", "255", "--type", "uint8"], 3, true, nil),
      (["--rescale", "1/255"], 3, true, "scaled already"),
      (["--normalization", "imagenet"], 3, false, "they become up to 1136"),
      (["--normalization", "imagenet", "--rescale", "1/255"], 3, false, nil),
      (["--normalization", "imagenet"], 3, true, nil),
      (["--normalization", "128,128,128/64,64,64"], 3, false, nil),
      (["--normalization", "128,128,128/64,64,64"], 3, true, "numbers for 0 to 1"),
      (["--normalization", "0.5,0.5,0.5/0.2,0.2,0.2", "--off", "standardize"], 3, false, nil),
      (["--width-shift-range", "5"], 3, false, "--width-shift-range 5 is up to 5 widths"),
      (["--height-shift-range", "1"], 3, false, "heights"),
      (["--width-shift-range", "0.9"], 3, false, nil),
      (["--width-shift-range", "5", "--off", "width-shift"], 3, false, nil),
      (
        ["--featurewise-center", "--type", "uint8"], 3, false,
        "--featurewise-center makes values around 0"
      ),
    ] as [([String], Int, Bool, String?)])
  func settingsThatArentMeant(options: [String], channels: Int, isUnit: Bool, piece: String?) throws
  {
    _ = try array([6, 9, 9, channels], isUnit: isUnit)
    let found = try notes(options)
    #expect(found.count == (piece == nil ? 0 : 1), "\(options): \(found)")
    if let piece { #expect(found.first?.contains(piece) == true, "\(found)") }
  }

  @Test func picturesWrittenAsPNGAreBytes() throws {
    _ = try array([6, 9, 9, 3])
    #expect(try notes(["--rescale", "1/255"], "o/").first?.contains("bytes 0 and 1") == true)
    #expect(try notes(["--rescale", "1/255", "--scale"], "o/") == [])
  }

  @Test func masksAreKnownByTheirValues() throws {
    try folder.write("x.npy", npy("|u1", [4, 8, 8, 1], (0..<256).map { UInt8($0 / 7 % 3) }))
    #expect(try notes(["--channel-shift-range", "20"]).first?.contains("hold 3 values") == true)
    #expect(try notes(["--type", "uint8"]) == [])
    _ = try array([4, 8, 8, 1])
    #expect(try notes(["--channel-shift-range", "20"]) == [])
  }

  @Test func valuesThatArentNumbersAreCounted() throws {
    let values: [Float] = [1, .nan, 200, .nan, .infinity, 7, 8, 9]
    let data = values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { [UInt8]($0) } }
    try folder.write("x.npy", npy("<f4", [2, 2, 2], data))
    #expect(try notes(["--type", "uint8"]).first?.contains("2 values were NaN") == true)
    #expect(try notes([], "o/").first?.contains("2 values were NaN") == true)
    #expect(try notes([]) == [])
  }

  /// In sessions, too.
  @Test func sessionsSayItToo() throws {
    _ = try array([10, 3, 32, 32])
    let run = try Command(
      "run", "--dataset", "npy:x.npy", "--batch-size", "5", "--epochs", "1", "--gpu", "1ms",
      "--samples-per-epoch", "10", in: folder)
    #expect(run.status == 0, "\(run.complaints)")
    #expect(run.complaints.contains("augtop: note: the array (10, 3, 32, 32)"), "\(run.complaints)")
  }
}
