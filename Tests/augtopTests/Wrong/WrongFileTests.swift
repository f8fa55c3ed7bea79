import Foundation
import Testing

/// Faults of files that the command line names.
@Suite struct WrongFileTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func expectRefused(
    _ arguments: String..., saying pieces: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let command = try Command(arguments, in: folder)
    #expect(command.status == 2, "\(command.complaints)", sourceLocation: sourceLocation)
    #expect(command.output == "", sourceLocation: sourceLocation)
    for piece in pieces {
      #expect(
        command.complaints.contains(piece), "\(piece): \(command.complaints)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func cifar() throws {
    let record = [UInt8](repeating: 3, count: 3073)
    let records = (0..<3).flatMap { _ in record }
    try folder.write("cut.bin", records.dropLast(100))
    try folder.write("odd.bin", records + [1, 2])
    try folder.write("empty.bin", [])
    try folder.write("label.bin", record + [UInt8](repeating: 11, count: 3073))
    try expectRefused(
      "run", "--dataset", "cifar10:cut.bin", saying: ["cut.bin, record 2", "2973", "3073"])
    try expectRefused("run", "--dataset", "cifar10:odd.bin", saying: ["odd.bin, record 3: 2 bytes"])
    try expectRefused("run", "--dataset", "cifar10:empty.bin", saying: ["empty.bin is empty"])
    try expectRefused(
      "run", "--dataset", "cifar10:label.bin", saying: ["label.bin, record 1", "label 11"])
    try expectRefused(
      "run", "--dataset", "cifar10:nowhere.bin", saying: ["nowhere.bin", "No such"])
    try expectRefused("run", "--dataset", "cifar10:.", saying: ["data_batch_*.bin"])
  }

  @Test func npy() throws {
    func write(_ name: String, _ dictionary: String, data: Int) throws {
      let length = dictionary.utf8.count + 1
      let head: [UInt8] = [0x93] + "NUMPY".utf8 + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
      try folder.write(
        name, head + dictionary.utf8 + [10] + [UInt8](repeating: 0, count: data))
    }
    let shape = "'fortran_order': False, 'shape': (2, 4, 4, 3), }"
    try write("type.npy", "{'descr': '<c8', \(shape)", data: 768)
    try write("short.npy", "{'descr': '|u1', \(shape)", data: 90)
    try write("header.npy", "{'descr' '|u1', \(shape)", data: 96)
    try write("key.npy", "{'desc': '|u1', \(shape)", data: 96)
    try folder.write("text.npy", text: "these are no pictures")
    try expectRefused(
      "run", "--dataset", "npy:type.npy", saying: ["type.npy", "'<c8'", "array.real"])
    try expectRefused("run", "--dataset", "npy:short.npy", saying: ["90 bytes", "96"])
    try expectRefused("run", "--dataset", "npy:header.npy", saying: ["header", "byte"])
    try expectRefused("run", "--dataset", "npy:key.npy", saying: ["'desc'"])
    try expectRefused("augment", "text.npy", "out.npy", saying: ["text.npy", "not a .npy"])
    #expect(!folder.names.contains("out.npy"))
  }

  @Test(arguments: [
    ("name = \"x\"\nwrokers = 2\n", ["bad.toml:2", "'wrokers'", "'workers'"]),
    ("name = \"x\"\nworkers = \"two\"\n", ["bad.toml:2", "'workers'", "a string"]),
    ("name = \"x\"\nworkers = -2\n", ["bad.toml:2", "'workers'", "-2", "0 to 64"]),
    ("name = \"x\"\n[gpu]\ncompute = \"12\"\n", ["bad.toml:3", "'gpu.compute'", "unit"]),
    ("name = \"x\"\n[stages]\noff = [\"wrap\"]\n", ["bad.toml:3", "'stages.off'", "warp"]),
    ("name = \n", ["bad.toml:1"]),
    (
      "name = \"x\"\n[augmentation]\nrotation-range = nan\n",
      ["bad.toml:3", "'augmentation.rotation-range'", "nan"]
    ),
  ])
  func scenarios(text: String, pieces: [String]) throws {
    try folder.write("bad.toml", text: text)
    try expectRefused("run", "--scenario", "bad.toml", saying: pieces)
  }

  @Test(arguments: [
    ("borders = \"rounded\"", "borders = 3", ["bad.toml:4", "'borders'", "an integer"]),
    ("borders = \"rounded\"", "borders = \"wavy\"", ["bad.toml:4", "'borders'", "\"wavy\""]),
    ("\nwarn = ", "\nwran = \"#000000\"\nwarn = ", ["bad.toml:", "'roles.wran'", "warn"]),
    ("\ngood = ", "\ngood = \"green-ish\" #", ["bad.toml:", "'roles.good'", "green-ish"]),
  ])
  func themes(found: String, replaced: String, pieces: [String]) throws {
    let text = try Package.text("themes/dark.toml")
    try folder.write("good.toml", text: text)
    let good = try Command("themes", "check", "good.toml", in: folder)
    #expect(good.status == 0 && good.output.contains("complete"), "\(good.complaints)")
    try #require(text.contains(found), "the theme's keys have changed: \(text.prefix(200))")
    try folder.write("bad.toml", text: text.replacingOccurrences(of: found, with: replaced))
    try expectRefused("themes", "check", "bad.toml", saying: pieces)
    try expectRefused("live", "--theme", "bad.toml", saying: pieces)
  }
}
