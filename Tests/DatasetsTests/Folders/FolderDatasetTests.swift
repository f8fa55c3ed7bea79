import Augmentation
import Datasets
import Foundation
import Host
import TestSupport
import Testing

@Suite struct FolderDatasetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func put(_ source: String, _ name: String) throws {
    try put(try Pictures.bytes(source), name)
  }

  private func put(_ bytes: [UInt8], _ name: String) throws {
    let path = folder.path + "/" + name
    let parent = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    _ = try folder.write(bytes, to: name)
  }

  private func read(_ index: Int, of dataset: FolderDataset) throws -> [Float] {
    var picture = [Float](repeating: -1, count: dataset.shape.count)
    try dataset.read(index, into: &picture)
    return picture
  }

  private func decoded(_ name: String) throws -> DecodedPicture {
    try #require(DecodedPicture.all.first { $0.name == name })
  }

  @Test func subfoldersAreClassesInOrder() throws {
    try put("rgb.png", "b/2.PNG")
    try put("420.jpg", "b/10.jpeg")
    try put("rgb.bmp", "a/z.Bmp")
    try put("444.jpg", "c/x.JPG")
    try put([], "B/none")
    let dataset = try FolderDataset(path: folder.path)
    #expect(dataset.classes == ["B", "a", "b", "c"])
    #expect(dataset.count == 4)
    #expect((0..<4).map { dataset.label($0) } == [1, 2, 2, 3])
    #expect(
      (0..<4).map { dataset.path($0).dropFirst(folder.path.count) }
        == ["/a/z.Bmp", "/b/10.jpeg", "/b/2.PNG", "/c/x.JPG"])
    #expect(dataset.shape == PictureShape(height: 11, width: 13, channels: 3))
    #expect(dataset.resized == 0)
    #expect(dataset.borrow(0) == nil)
    #expect(try read(1, of: dataset) == decoded("420.jpg").rgb.map(Float.init))
    #expect(try read(2, of: dataset) == decoded("rgb.png").rgb.map(Float.init))
  }

  @Test func aFolderWithoutSubfoldersIsOneClass() throws {
    try put("grey.jpg", "one/b.jpg")
    try put("palette.png", "one/a.png")
    let dataset = try FolderDataset(path: folder.path + "/one/", colorMode: .grayscale)
    #expect(dataset.classes == ["one"])
    #expect((0..<2).map { dataset.label($0) } == [0, 0])
    #expect(dataset.shape == PictureShape(height: 11, width: 13, channels: 1))
    #expect(try read(0, of: dataset) == decoded("palette.png").grey.map(Float.init))
    #expect(try read(1, of: dataset) == decoded("grey.jpg").grey.map(Float.init))
  }

  @Test func whatIsLeftOutIsCounted() throws {
    try put("rgb.png", "a/1.png")
    try put("rgb.png", "top.png")
    try put("rgb.png", "a/deeper/2.png")
    try put([1], "a/notes.txt")
    try put([1], "a/png")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/a/broken.png", withDestinationPath: "nowhere.png")
    #expect(mkfifo(folder.path + "/a/pipe.png", 0o600) == 0)
    #expect(close(creat(folder.path + "/a/" + "\u{fffd}", 0o600)) == 0)
    let odd: [CChar] = Array((folder.path + "/a/").utf8CString.dropLast()) + [-1, 0]
    #expect(close(creat(odd, 0o600)) == 0)
    let dataset = try FolderDataset(path: folder.path)
    #expect(dataset.count == 1)
    #expect(dataset.skipped == 8)
  }

  @Test func picturesOfSeveralSizesBecome256() throws {
    try put("rgb.png", "1.png")
    try put("one.jpg", "2.jpg")
    let dataset = try FolderDataset(path: folder.path)
    #expect(dataset.shape == PictureShape(height: 256, width: 256, channels: 3))
    #expect(dataset.resized == 2)
    let small = try read(0, of: dataset)
    let source = try decoded("rgb.png")
    // 256 / 11 rows and 256 / 13 columns for each pixel; the corners and one inside.
    #expect(small.prefix(3).elementsEqual(source.rgb.prefix(3).map(Float.init)))
    #expect(small.suffix(3).elementsEqual(source.rgb.suffix(3).map(Float.init)))
    let inside = (100 * 256 + 200) * 3
    let place = (Int(100.5 * 11 / 256) * 13 + Int(200.5 * 13 / 256)) * 3
    #expect(small[inside] == Float(source.rgb[place]))
    let one = try read(1, of: dataset)
    let colour = try decoded("one.jpg").rgb.map(Float.init)
    #expect(stride(from: 0, to: one.count, by: 3).allSatisfy { one[$0..<$0 + 3] == colour[...] })
  }

  @Test func foldersWithoutPicturesAreNamed() throws {
    let missing = folder.path + "/none"
    #expect(fault { try FolderDataset(path: missing) } == .unreadable(path: missing, errno: ENOENT))
    #expect(
      fault { try FolderDataset(path: folder.path) } == .noPictures(path: folder.path, skipped: 0))
    try put([1], "a/notes.txt")
    try put("rgb.png", "beside.png")
    #expect(
      fault { try FolderDataset(path: folder.path) } == .noPictures(path: folder.path, skipped: 2))
    let file = folder.path + "/beside.png"
    #expect(fault { try FolderDataset(path: file) } == .unreadable(path: file, errno: ENOTDIR))
  }

  @Test func brokenHeadersAreNamedWhenOpened() throws {
    try put("rgb.png", "a.png")
    let path = folder.path + "/b.jpg"
    try put([], "b.jpg")
    #expect(fault { try FolderDataset(path: folder.path) } == .empty(path: path))
    try put([1, 2, 3, 4, 5, 6, 7, 8], "b.jpg")
    #expect(
      fault { try FolderDataset(path: folder.path) } == .picture(path: path, .unknown))
    try put(Array(try Pictures.bytes("420.jpg").prefix(100)), "b.jpg")
    #expect(fault { try FolderDataset(path: folder.path) } == .picture(path: path, .cutOff))
    let sentence = DatasetFault.picture(path: path, .cutOff).message
    #expect(sentence.contains(path) && sentence.contains("cut off"))
  }

  @Test func brokenPicturesAreNamedWhenRead() throws {
    let whole = try Pictures.bytes("420.jpg")
    try put(Array(whole.dropLast(20)), "a.jpg")
    try put(whole, "b.jpg")
    let dataset = try FolderDataset(path: folder.path)
    let path = folder.path + "/a.jpg"
    for _ in 0..<3 {
      #expect(fault { try read(0, of: dataset) } == .picture(path: path, .cutOff))
    }
    #expect(try read(1, of: dataset) == decoded("420.jpg").rgb.map(Float.init))
  }

  @Test func filesThatChangeAreNamed() throws {
    try put("rgb.png", "a.png")
    let dataset = try FolderDataset(path: folder.path)
    let path = folder.path + "/a.png"
    try put("one.png", "a.png")
    #expect(fault { try read(0, of: dataset) } == .picture(path: path, .changed))
    try put([UInt8](repeating: 0, count: 1 << 16), "a.png")
    #expect(fault { try read(0, of: dataset) } == .picture(path: path, .changed))
    try FileManager.default.removeItem(atPath: path)
    #expect(fault { try read(0, of: dataset) } == .unreadable(path: path, errno: ENOENT))
    try put("rgb.png", "a.png")
    #expect(try read(0, of: dataset) == decoded("rgb.png").rgb.map(Float.init))
  }

  @Test func threadsDontDisturbEachOther() throws {
    let names = [
      "420.jpg", "progressive.jpg", "interlaced.png", "palette.png", "topdown.bmp", "one.png",
    ]
    for name in names { try put(name, name) }
    let size = PictureSize(height: 22, width: 26)
    let dataset = try FolderDataset(path: folder.path, targetSize: size, colorMode: .grayscale)
    let expected = try (0..<names.count).map { try read($0, of: dataset) }
    #expect(Set(expected).count == names.count)
    let wrong = Monitor(0)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for turn in 0..<60 {
        let index = (thread + turn) % expected.count
        var picture = [Float](repeating: -1, count: dataset.shape.count)
        try? dataset.read(index, into: &picture)
        if picture != expected[index] { wrong.withLock { $0 += 1 } }
      }
    }
    #expect(wrong.withLock { $0 } == 0)
  }

  @Test func batchesAreMadeOfThem() throws {
    for name in ["420.jpg", "rgb.png", "rgb.bmp"] { try put(name, name) }
    let dataset = try FolderDataset(path: folder.path)
    let pass = BatchPass(source: dataset, batchSize: 3)
    var plan = BatchPlan(batchSize: 3, channels: 3)
    var flow = BatchFlow(
      order: FlowOrder(count: 3, batchSize: 3, shuffle: false, seed: 1), channels: 3, streamSeed: 1)
    flow.next(into: &plan, settings: AugmentationSettings(), stages: .all)
    let batch = UnsafeMutablePointer<Float>.allocate(capacity: 3 * dataset.shape.count + 16)
    defer { batch.deallocate() }
    try pass.makeBatch(plan, stages: .all, settings: AugmentationSettings(), output: batch)
    for index in 0..<3 {
      let start = batch + index * dataset.shape.count
      let found = Array(UnsafeBufferPointer(start: start, count: dataset.shape.count))
      #expect(try found == read(index, of: dataset))
    }
  }

  @Test func aCropTakesAnotherPartEachVisit() throws {
    try put("large.jpg", "a/1.jpg")
    try put("rgb.png", "a/2.png")
    let crop = CropRecipe(seed: 5)
    let dataset = try FolderDataset(
      path: folder.path, targetSize: PictureSize(height: 20, width: 30), crop: crop)
    #expect(!dataset.hasBytes)
    func visited(_ index: Int, visit: Int) throws -> [Float] {
      var picture = [Float](repeating: -1, count: dataset.shape.count)
      try dataset.read(index, visit: visit, into: &picture)
      return picture
    }
    for index in 0..<2 {
      #expect(try visited(index, visit: 1) == visited(index, visit: 1))
      #expect(try visited(index, visit: 1) != visited(index, visit: 2))
    }
    #expect(try read(0, of: dataset) == visited(0, visit: 0))
  }

  @Test func bytesAreThoseOfTheFloats() throws {
    try put("large.jpg", "a/1.jpg")
    try put("rgb.png", "a/2.png")
    let dataset = try FolderDataset(
      path: folder.path, targetSize: PictureSize(height: 20, width: 30))
    #expect(dataset.hasBytes)
    for index in 0..<2 {
      var bytes = [UInt8](repeating: 0, count: dataset.shape.count)
      try dataset.readBytes(index, visit: 0, into: &bytes)
      #expect(try read(index, of: dataset) == bytes.map(Float.init))
    }
  }
}
