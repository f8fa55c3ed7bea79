import Augmentation
import Datasets
import Foundation
import Host
import TestSupport
import Testing

@Suite struct PngFolderWriterTests {
  private let folder: TemporaryFolder
  private let shape = PictureShape(height: 1, width: 2, channels: 3)

  init() throws { folder = try TemporaryFolder() }

  private func writer(
    _ name: String, picturesPerEpoch: Int = 1, mayOverwrite: Bool = false
  ) throws -> PngFolderWriter {
    try PngFolderWriter(
      path: folder.path + "/" + name, shape: shape, prefix: "p", picturesPerEpoch: picturesPerEpoch,
      mayOverwrite: mayOverwrite)
  }

  private func names(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + name).sorted()
  }

  @Test func namesSortAndTellTheEpoch() throws {
    let writer = try writer("out/", picturesPerEpoch: 11)
    #expect(writer.name(of: 0) == "p_00_1.png")
    #expect(writer.name(of: 10) == "p_10_1.png")
    #expect(writer.name(of: 11) == "p_00_2.png")
    try writer.append([Float](repeating: 7, count: 12 * shape.count), count: 12)
    #expect(writer.count == 12)
    #expect(try names("out").count == 12)
    #expect(try names("out").prefix(2) == ["p_00_1.png", "p_00_2.png"])
  }

  @Test func valuesAreLimitedAndCut() throws {
    let writer = try writer("out")
    try writer.append([-3, .nan, .infinity, 254.999, 256, 1.5], count: 1)
    let dataset = try FolderDataset(path: folder.path + "/out")
    var found = [Float](repeating: -1, count: 6)
    try dataset.read(0, into: &found)
    #expect(found == [0, 0, 255, 254, 255, 1])
  }

  @Test func nothingIsOverwrittenUnasked() throws {
    let path = folder.path + "/out"
    try writer("out").append([Float](repeating: 1, count: 6), count: 1)
    #expect(fault { try writer("out") } == .folderInUse(path: path))
    let second = try writer("out", mayOverwrite: true)
    try second.append([Float](repeating: 2, count: 6), count: 1)
    #expect(try names("out") == ["p_0_1.png"])
    var found = [Float](repeating: -1, count: 6)
    try FolderDataset(path: path).read(0, into: &found)
    #expect(found == [2, 2, 2, 2, 2, 2])
    // A file that came in between is kept.
    let third = try writer("other")
    _ = try folder.write([1], to: "other/p_0_1.png")
    #expect(
      fault { try third.append([Float](repeating: 3, count: 6), count: 1) }
        == .unwritable(.exists(path: folder.path + "/other/p_0_1.png")))
  }

  @Test func placesThatCantBeWrittenAreNamed() throws {
    let path = folder.path + "/none/out"
    #expect(
      fault { try writer("none/out") }
        == .unwritable(.notWritable(path: path, SystemError(code: ENOENT))))
    let file = try folder.write([1], to: "file")
    #expect(fault { try writer("file") } == .unreadable(path: file, errno: ENOTDIR))
    let four = PictureShape(height: 1, width: 1, channels: 4)
    #expect(
      fault {
        try PngFolderWriter(path: "x", shape: four, prefix: "", picturesPerEpoch: 1)
      } == .pngChannels(path: "x", 4))
  }
}
