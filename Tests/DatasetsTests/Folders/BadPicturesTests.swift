import Augmentation
import Datasets
import Foundation
import Host
import TestSupport
import Testing

/// Pictures that can't be read, left out.
@Suite struct BadPicturesTests {
  private let folder: TemporaryFolder
  /// A header, and nothing behind it.
  private let headless: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    headless = Array(try Pictures.bytes("rgb.bmp").prefix(60))
  }

  private func put(_ bytes: [UInt8], _ name: String) throws {
    let parent = (folder.file(name) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    _ = try folder.write(bytes, to: name)
  }

  private func put(_ source: String, _ names: String...) throws {
    for name in names { try put(try Pictures.bytes(source), name) }
  }

  private func read(_ index: Int, of dataset: FolderDataset) throws -> [Float] {
    var picture = [Float](repeating: -1, count: dataset.shape.count)
    try dataset.read(index, into: &picture)
    return picture
  }

  private func names(_ dataset: FolderDataset) -> [String] {
    dataset.badPictures(after: 0).map { String($0.path.dropFirst(folder.path.count + 1)) }
  }

  @Test func brokenHeadersDontCount() throws {
    try put("rgb.png", "a/1.png", "a/3.png", "b/1.png")
    try put([], "a/0.jpg")
    try put(Array("<html>".utf8), "a/2.png")
    try put(Array(try Pictures.bytes("rgb.png").prefix(20)), "b/2.png")
    let dataset = try FolderDataset(path: folder.path, badPictures: .skip)
    #expect(dataset.count == 3)
    #expect((0..<3).map { dataset.label($0) } == [0, 0, 1])
    #expect(names(dataset) == ["a/0.jpg", "a/2.png", "b/2.png"])
    #expect(dataset.badPictures(after: 2).count == 1)
    #expect(dataset.badPictures(after: 0).allSatisfy { !$0.reason.isEmpty })
  }

  /// Until it is read it counts; then the next good one stands in for it, with its own label.
  @Test func theNextGoodPictureStandsIn() throws {
    try put("420.jpg", "a/0.jpg")
    try put("rgb.png", "a/1.png", "b/2.png")
    try put(headless, "a/2.bmp")
    try put(headless, "a/3.bmp")
    let dataset = try FolderDataset(path: folder.path, badPictures: .skip)
    #expect(dataset.count == 5)
    #expect(dataset.label(2) == 0 && names(dataset).isEmpty)
    let next = try read(4, of: dataset)
    #expect(try read(2, of: dataset) == next)
    #expect(names(dataset) == ["a/2.bmp", "a/3.bmp"])
    #expect(dataset.label(2) == 1 && dataset.label(3) == 1)
    #expect(try read(3, of: dataset) == next)
    var bytes = [UInt8](repeating: 0, count: dataset.shape.count)
    try dataset.readBytes(3, visit: 0, into: &bytes)
    #expect(bytes.map(Float.init) == next)
    #expect(names(dataset).count == 2)
  }

  /// After the last comes the first; also with a crop, whose numbers are the visit's.
  @Test func theLastIsFollowedByTheFirst() throws {
    try put("large.jpg", "0.jpg")
    try put(headless, "1.bmp")
    let size = PictureSize(height: 9, width: 9)
    let dataset = try FolderDataset(
      path: folder.path, targetSize: size, crop: CropRecipe(seed: 3), badPictures: .skip)
    func visited(_ index: Int) throws -> [Float] {
      var picture = [Float](repeating: -1, count: dataset.shape.count)
      try dataset.read(index, visit: 5, into: &picture)
      return picture
    }
    #expect(try visited(1) == visited(0))
    #expect(names(dataset) == ["1.bmp"])
  }

  @Test func whereAllAreBadItIsAFault() throws {
    try put([], "a/0.png")
    try put(Array("GIF".utf8), "b/1.png")
    guard
      case .allBad(_, let pictures)? = fault({
        try FolderDataset(path: folder.path, badPictures: .skip)
      })
    else {
      Issue.record("nothing can be read")
      return
    }
    #expect(pictures.count == 2)
    try put(headless, "a/2.bmp")
    try put(headless, "a/3.bmp")
    let dataset = try FolderDataset(path: folder.path, badPictures: .skip)
    for _ in 0..<2 {
      guard case .allBad? = fault({ try read(1, of: dataset) }) else {
        Issue.record("nothing can be read")
        return
      }
    }
    guard
      case .allBad? = fault({
        try FolderDataset(path: folder.path, badPictures: .skip, readsAll: true)
      })
    else {
      Issue.record("nothing can be read")
      return
    }
  }

  /// Read whole at the opening, the folder is as though the bad ones weren't there: its size, too.
  @Test func allAreReadOnRequest() throws {
    try put("one.png", "b.png")
    var wide = headless
    wide[18] = 77
    try put(wide, "a.bmp")
    try put("one.jpg", "c.jpg")
    let lazy = try FolderDataset(path: folder.path, badPictures: .skip)
    #expect(lazy.count == 3 && lazy.shape.height == 256)
    let dataset = try FolderDataset(path: folder.path, badPictures: .skip, readsAll: true)
    #expect(dataset.count == 2 && dataset.shape.height == 1)
    #expect(names(dataset) == ["a.bmp"])
  }

  /// It changes, vanishes, or becomes something else while the session runs.
  @Test func picturesThatGoBadOnTheWay() throws {
    try put("rgb.png", "0.png", "1.png", "2.png", "3.png", "4.png")
    try put("grey.png", "5.png")
    let dataset = try FolderDataset(path: folder.path, badPictures: .skip)
    let good = try read(5, of: dataset)
    try put("one.png", "0.png")
    try FileManager.default.removeItem(atPath: folder.file("1.png"))
    try FileManager.default.removeItem(atPath: folder.file("2.png"))
    #expect(mkfifo(folder.file("2.png"), 0o600) == 0)
    try put([], "3.png")
    try FileManager.default.removeItem(atPath: folder.file("4.png"))
    try FileManager.default.createDirectory(
      atPath: folder.file("4.png"), withIntermediateDirectories: false)
    #expect(try read(0, of: dataset) == good)
    #expect(names(dataset) == ["0.png", "1.png", "2.png", "3.png", "4.png"])
    let reasons = dataset.badPictures(after: 0).map(\.reason)
    for (reason, piece) in zip(
      reasons, ["changed", "No such file", "isn't a file", "is empty", "isn't a file"])
    {
      #expect(reason.contains(piece), "\(reason)")
    }
  }

  /// Whichever thread meets a bad picture first, all read the same, and each is named once.
  @Test func threadsAgree() throws {
    for number in 10..<40 { try put("rgb.png", "\(number).png") }
    for number in stride(from: 12, to: 40, by: 5) {
      try FileManager.default.removeItem(atPath: folder.file("\(number).png"))
      try put(headless, "\(number).bmp")
    }
    try put("grey.png", "37.png")
    let dataset = try FolderDataset(path: folder.path, badPictures: .skip)
    let expected = try FolderDataset(path: folder.path, badPictures: .skip)
    let alone = try (0..<expected.count).map { try read($0, of: expected) }
    let wrong = Monitor(0)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for turn in 0..<dataset.count {
        let index = (turn * 7 + thread * 5) % dataset.count
        var picture = [Float](repeating: -1, count: dataset.shape.count)
        try? dataset.read(index, into: &picture)
        if picture != alone[index] { wrong.withLock { $0 += 1 } }
      }
    }
    #expect(wrong.withLock { $0 } == 0)
    #expect(names(dataset).count == 6 && Set(names(dataset)).count == 6)
  }

  /// Root may read everything.
  @Test(.enabled(if: geteuid() != 0)) func picturesThatMayNotBeRead() throws {
    try put("rgb.png", "a/0.png", "b/0.png", "c/0.png")
    #expect(chmod(folder.file("a/0.png"), 0) == 0)
    #expect(chmod(folder.file("b"), 0) == 0)
    defer { _ = chmod(folder.file("b"), 0o700) }
    let dataset = try FolderDataset(path: folder.path, badPictures: .skip)
    #expect(dataset.count == 1 && names(dataset) == ["a/0.png", "b"])
    #expect(
      fault { try FolderDataset(path: folder.path) }
        == .unreadable(path: folder.file("a/0.png"), errno: EACCES))
  }
}
