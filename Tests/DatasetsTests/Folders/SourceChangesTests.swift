import Augmentation
import Datasets
import Foundation
import TestSupport
import Testing

/// Changes that others make to a dataset after it was opened.
@Suite struct SourceChangesTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["a", "b", "a/deeper"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(name), withIntermediateDirectories: true)
    }
    for name in ["a/1.png", "a/2.png", "b/1.png"] { try put("rgb.png", name) }
  }

  private func put(_ source: String, _ name: String) throws {
    _ = try folder.write(try Pictures.bytes(source), to: name)
  }

  /// The names within the folder, after a reading of every picture.
  private func changes(of dataset: any DatasetSource) -> SourceChanges {
    var picture = [Float](repeating: 0, count: dataset.shape.count)
    for index in 0..<dataset.count { try? dataset.read(index, into: &picture) }
    var changes = dataset.changes()
    changes.files = changes.files.map { String($0.dropFirst(folder.path.count + 1)) }
    changes.folders = changes.folders.map { String($0.dropFirst(folder.path.count)) }
    return changes
  }

  @Test func anUntouchedFolderHasNone() throws {
    let dataset = try FolderDataset(path: folder.path)
    #expect(changes(of: dataset) == SourceChanges())
    // No picture and no class.
    _ = try folder.write([1], to: "a/notes.txt")
    _ = try folder.write([1], to: "notes.txt")
    #expect(changes(of: dataset) == SourceChanges())
  }

  @Test func picturesThatCameAndWent() throws {
    let dataset = try FolderDataset(path: folder.path)
    try put("rgb.png", "a/3.png")
    try put("rgb.png", "a/deeper/4.png")
    #expect(changes(of: dataset) == SourceChanges(folders: ["/a"]))
    let recursive = try FolderDataset(path: folder.path, isRecursive: true)
    #expect(recursive.count == 5)
    try FileManager.default.removeItem(atPath: folder.file("a/deeper/4.png"))
    #expect(changes(of: recursive).folders == ["/a/deeper"])
  }

  @Test func classesThatCameAndWent() throws {
    let dataset = try FolderDataset(path: folder.path)
    try FileManager.default.createDirectory(
      atPath: folder.file("c"), withIntermediateDirectories: true)
    #expect(changes(of: dataset) == SourceChanges(folders: [""]))
    try FileManager.default.removeItem(atPath: folder.file("b"))
    #expect(changes(of: dataset).folders == ["", "/b"])
  }

  /// Another picture of the same size goes through the decoder all the same.
  @Test func picturesThatWereWrittenAnew() throws {
    let dataset = try FolderDataset(path: folder.path)
    try put("palette.png", "a/2.png")
    #expect(changes(of: dataset) == SourceChanges(files: ["a/2.png"]))
    #expect(changes(of: try FolderDataset(path: folder.path)) == SourceChanges())
  }

  @Test func arraysAndRecords() throws {
    let array = NpyFile.bytes(
      "|u1", "(2, 1, 1, 3)", data: [UInt8](repeating: 7, count: 6))
    let npy = try folder.write(array, to: "x.npy")
    let cifar = try folder.write([UInt8](repeating: 1, count: 3073), to: "x.bin")
    let sources: [any DatasetSource] = [
      try NpyDataset(path: npy), try CIFAR10Dataset(path: cifar),
    ]
    for (source, name) in zip(sources, ["x.npy", "x.bin"]) {
      #expect(changes(of: source) == SourceChanges())
      let file = try #require(FileHandle(forWritingAtPath: folder.file(name)))
      try file.seekToEnd()
      try file.write(contentsOf: [1])
      try file.close()
      #expect(changes(of: source) == SourceChanges(files: [name]))
    }
  }
}
