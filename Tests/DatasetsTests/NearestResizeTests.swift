import Augmentation
import Datasets
import Foundation
import TestSupport
import Testing

/// The arrays are what Keras 1.1.0's code and Pillow gave for `in_rgb_b`.
@Suite struct NearestResizeTests {
  /// Arrays of one picture, [height, width, channels], which `NpyDataset` takes for grey ones.
  private func array(_ name: String) throws -> (size: PictureSize, values: [Float]) {
    let path = try Pictures.path(name + ".npy")
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    let header = try file.withUnsafeBytes { try NpyHeader(parsing: $0) }
    let data = Array(file.dropFirst(header.dataOffset))
    let values: [Float] =
      header.type == "|u1"
      ? data.map(Float.init)
      : data.withUnsafeBytes { bytes in
        (0..<(bytes.count / 4)).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
      }
    return (PictureSize(height: header.shape[0], width: header.shape[1]), values)
  }

  private func resize(
    _ pixels: [UInt8], from: PictureSize, to: PictureSize, channels: Int
  ) -> [UInt8] {
    let rows = UnsafeMutableBufferPointer<Int>.allocate(capacity: to.height)
    let columns = UnsafeMutableBufferPointer<Int>.allocate(capacity: to.width)
    defer {
      rows.deallocate()
      columns.deallocate()
    }
    rows.initialize(repeating: -1)
    columns.initialize(repeating: -1)
    NearestResize.fillPlaces(rows, from: from.height)
    NearestResize.fillPlaces(columns, from: from.width)
    var out = [UInt8](repeating: 0, count: to.pixels * channels)
    NearestResize.resize(
      pixels, width: from.width, channels: channels, rows: rows, columns: columns, into: &out)
    return out
  }

  @Test(arguments: ["24x24", "50x64", "11x53"]) func equalsPillow(name: String) throws {
    let input = try array("in_rgb_b")
    let golden = try array("resize_nearest_" + name)
    #expect(name == "\(golden.size.height)x\(golden.size.width)")
    let found = resize(
      input.values.map { UInt8($0) }, from: input.size, to: golden.size, channels: 3)
    #expect(found == golden.values.map { UInt8($0) })
  }

  @Test func placesStayInside() {
    for input in [1, 2, 3, 7, 640, 29_999] {
      for output in [1, 2, 3, 49, 1000, 16_384] {
        let places = UnsafeMutableBufferPointer<Int>.allocate(capacity: output)
        defer { places.deallocate() }
        places.initialize(repeating: -1)
        NearestResize.fillPlaces(places, from: input)
        #expect(places.allSatisfy { (0..<input).contains($0) })
        #expect(zip(places, places.dropFirst()).allSatisfy { $0 <= $1 })
        if input == output { #expect(Array(places) == Array(0..<input)) }
      }
    }
  }

  /// The whole way: a file on disk, resized when it is read.
  @Test func aFolderIsResizedSo() throws {
    let input = try array("in_rgb_b")
    let golden = try array("resize_nearest_50x64")
    let folder = try TemporaryFolder()
    let shape = PictureShape(height: input.size.height, width: input.size.width, channels: 3)
    let writer = try PngFolderWriter(
      path: folder.path + "/in", shape: shape, prefix: "", picturesPerEpoch: 1)
    try writer.append(input.values, count: 1)
    let dataset = try FolderDataset(path: folder.path + "/in", targetSize: golden.size)
    var found = [Float](repeating: -1, count: dataset.shape.count)
    try dataset.read(0, into: &found)
    #expect(found == golden.values)
    #expect(dataset.resized == 1)
  }

  /// Keras's `array_to_img(scale=True)`, through a file.
  @Test func scalingEqualsKeras() throws {
    let input = try array("in_rgb_b")
    let golden = try array("array_to_img_rgb_b")
    let folder = try TemporaryFolder()
    let shape = PictureShape(height: input.size.height, width: input.size.width, channels: 3)
    let writer = try PngFolderWriter(
      path: folder.path + "/out", shape: shape, prefix: "p", picturesPerEpoch: 1, values: .scaled)
    try writer.append(input.values.map { $0 - 100 }, count: 1)
    let dataset = try FolderDataset(path: folder.path + "/out")
    var found = [Float](repeating: -1, count: dataset.shape.count)
    try dataset.read(0, into: &found)
    #expect(found == golden.values)
  }
}
