import Augmentation
import Datasets
import Foundation
import TestSupport
import Testing

/// The files that belong to a folder's pictures: hidden entries, nested folders, classes without pictures, names
/// that aren't UTF-8, and what only looks like a picture.
@Suite struct FolderNamesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func put(_ names: String...) throws {
    let picture = try Pictures.bytes("rgb.png")
    for name in names {
      let parent = (folder.file(name) as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
      _ = try folder.write(picture, to: name)
    }
  }

  private func paths(_ dataset: FolderDataset) -> [String] {
    (0..<dataset.count).map { String(dataset.path($0).dropFirst(folder.path.count + 1)) }
  }

  @Test func hiddenEntriesAreLeftOutAndCounted() throws {
    try put(
      "cats/0.png", "cats/._0.png", "cats/.DS_Store", "cats/Thumbs.db", "cats/desktop.ini",
      "cats/.ipynb_checkpoints/1.png", "dogs/0.png", "dogs/__MACOSX/2.png", "dogs/notes.txt",
      ".ipynb_checkpoints/x.png", "__MACOSX/._a.png", ".DS_Store")
    let dataset = try FolderDataset(path: folder.path)
    #expect(paths(dataset) == ["cats/0.png", "dogs/0.png"])
    // Keras 1.1.0 numbers all subfolders.
    #expect(dataset.classes == [".ipynb_checkpoints", "__MACOSX", "cats", "dogs"])
    #expect((0..<2).map { dataset.label($0) } == [2, 3])
    #expect(dataset.emptyClasses == [0, 1])
    #expect(dataset.hidden == 9)
    #expect(dataset.skipped == 1)
    let named = try FolderDataset(path: folder.path, classes: ["dogs", "__MACOSX", "cats"])
    #expect(paths(named) == ["dogs/0.png", "cats/0.png"])
    #expect(named.emptyClasses == [1])
  }

  /// The top folder has hidden folders alone, so it is one class, as it would be without them.
  @Test func hiddenFoldersDontMakeClasses() throws {
    try put("0.png", "1.png", ".ipynb_checkpoints/0.png", "__MACOSX/._0.png")
    let dataset = try FolderDataset(path: folder.path)
    #expect(paths(dataset) == ["0.png", "1.png"])
    #expect(dataset.classes.count == 1 && dataset.emptyClasses.isEmpty)
    #expect(dataset.hidden == 2 && dataset.skipped == 0)
  }

  @Test func nestedFoldersComeByTheirPaths() throws {
    try put(
      "a/z.png", "a/b/1.png", "a/b-c/1.png", "a/b/d/0.png", "a/.git/0.png", "b/x/y.png", "b/w.txt")
    let link = folder.file("a/loop")
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: folder.file("a"))
    let flat = try FolderDataset(path: folder.path)
    #expect(paths(flat) == ["a/z.png"])
    #expect(flat.emptyClasses == [1])
    // The order of sorted(os.walk(…), key=lambda each: each[0]), each folder's files by name.
    let deep = try FolderDataset(path: folder.path, isRecursive: true)
    #expect(
      paths(deep) == ["a/z.png", "a/b/1.png", "a/b-c/1.png", "a/b/d/0.png", "b/x/y.png"])
    #expect((0..<deep.count).map { deep.label($0) } == [0, 0, 0, 0, 1])
    #expect(deep.emptyClasses.isEmpty && deep.hidden == 1 && deep.skipped == 2)
  }

  @Test func namesThatAreNotUTF8AreReadAndShownEscaped() throws {
    let odd = Array("/caf".utf8CString.dropLast()) + [-23]
    let top = Array(folder.path.utf8CString.dropLast())
    #expect(mkdir(top + odd + [0], 0o700) == 0)
    let picture = try Pictures.bytes("rgb.png")
    for name in [Array("/a".utf8CString.dropLast()) + [-1], Array("/é".utf8CString.dropLast())] {
      let path = top + odd + name + Array(".png".utf8CString)
      let file = creat(path, 0o600)
      #expect(file >= 0)
      #expect(write(file, picture, picture.count) == picture.count)
      close(file)
    }
    try put("dogs/0.png")
    let dataset = try FolderDataset(path: folder.path)
    #expect(dataset.classes == ["caf\\xe9", "dogs"])
    #expect(paths(dataset) == ["caf\\xe9/a\\xff.png", "caf\\xe9/é.png", "dogs/0.png"])
    var values = [Float](repeating: -1, count: dataset.shape.count)
    for index in 0..<3 { try dataset.read(index, into: &values) }
    let named = try FolderDataset(path: folder.path, classes: ["caf\\xe9"])
    #expect(named.count == 2)
  }

  /// Two folders whose names are one to Swift's `String`: é as one character, and as two.
  @Test func namesThatOnlyLookAlikeAreTwo() throws {
    try put("caf\u{e9}/0.png", "cafe\u{301}/0.png")
    let dataset = try FolderDataset(path: folder.path)
    #expect(dataset.classes.count == 2)
    #expect((0..<2).map { dataset.label($0) } == [0, 1])
    let second = try FolderDataset(path: folder.path, classes: ["caf\u{e9}"])
    #expect(paths(second).map { Array($0.utf8) } == [Array("caf\u{e9}/0.png".utf8)])
  }

  /// None of these is opened, so that none can block.
  @Test func whatOnlyLooksLikeAPictureIsLeftOut() throws {
    try put("a/0.png", "a/folder.jpg/1.png")
    #expect(mkfifo(folder.file("a/pipe.jpg"), 0o600) == 0)
    for (name, target) in [
      ("device.jpg", "/dev/zero"), ("loop.jpg", "loop.jpg"), ("nowhere.jpg", "none"),
      ("terminal.jpg", "/dev/tty"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file("a/" + name), withDestinationPath: target)
    }
    let dataset = try FolderDataset(path: folder.path)
    #expect(paths(dataset) == ["a/0.png"])
    #expect(dataset.skipped == 6)
  }

  /// A pipe that takes a picture's place later can't block either.
  @Test func aPipeInAPicturesPlaceIsAFault() throws {
    try put("0.png", "1.png")
    let dataset = try FolderDataset(path: folder.path)
    let path = folder.file("0.png")
    try FileManager.default.removeItem(atPath: path)
    #expect(mkfifo(path, 0o600) == 0)
    var values = [Float](repeating: -1, count: dataset.shape.count)
    #expect(fault { try dataset.read(0, into: &values) } == .notAFile(path: path))
  }
}
