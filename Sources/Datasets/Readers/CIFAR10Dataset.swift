package import Augmentation
import CKernels
import Glibc

/// CIFAR-10 in its binary version: one file, or a folder of `data_batch_*.bin` in the order of their
/// names. Each reading of a picture unpacks it from its file to float32, 0...255; the labels stay in
/// memory.
///
/// A record is one byte of label and 3 planes (red, green, blue) of 32×32 bytes.
///
/// - Source: https://www.cs.toronto.edu/~kriz/cifar.html
package struct CIFAR10Dataset: DatasetSource {
  /// Bytes of a record: one label and 3 planes of 32×32 values.
  package static let recordSize = 1 + 3 * 32 * 32

  /// The names of the classes, as in `batches.meta.txt` of the published files.
  package static let classes = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// Pictures in all files.
  package let count: Int
  /// 32×32×3.
  package let shape = PictureShape.cifar

  private let files: [File]
  private let labels: [UInt8]
  private let room = DecoderPool(size: PictureShape.cifar.count)
  private let level = ck_best_level()

  private struct File {
    let content: MappedFile
    /// The number of its first record in the whole dataset.
    let first: Int
    let count: Int
  }

  /// Opens the files and checks every record's label.
  ///
  /// - Throws: `DatasetFault.noBatches` for a folder without such files, `empty`, `truncated` and
  ///   `label` for a file that isn't CIFAR-10's, `unreadable` and `notAFile`.
  /// - Complexity: O(records): it touches each of them once, and keeps a byte of each.
  package init(path: String) throws(DatasetFault) {
    var files: [File] = []
    var labels: [UInt8] = []
    for name in try Self.files(at: path) {
      let content = try MappedFile(path: name)
      let first = labels.count
      try Self.readLabels(content, into: &labels)
      files.append(File(content: content, first: first, count: labels.count - first))
    }
    self.files = files
    self.labels = labels
    count = labels.count
  }

  /// Nil: pictures are unpacked when they are read.
  package func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }

  /// - Throws: `DatasetFault`, if the file has been cut off or can't be read any more.
  package func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws {
    try lendPlanes(index) { planes in
      guard let start = planes.baseAddress else { return }
      ck_planes_to_floats(
        level, start, picture, Int64(shape.height * shape.width), Int32(shape.channels))
    }
  }

  private func lendPlanes(
    _ index: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Void
  ) throws {
    precondition(index >= 0 && index < count, "no such picture in the dataset")
    // The published version has six files at most: a search would be slower.
    guard let file = files.first(where: { index < $0.first + $0.count }) else {
      preconditionFailure("the files hold fewer pictures than were counted")
    }
    try room.lend { planes in
      try file.content.copy(from: (index - file.first) * Self.recordSize + 1, into: planes)
      body(planes.assumingMemoryBound(to: UInt8.self))
    }
  }

  /// The class, 0...9, an index into `classes`.
  package func label(_ index: Int) -> Int32? { Int32(labels[index]) }

  private static func readLabels(
    _ file: MappedFile, into labels: inout [UInt8]
  ) throws(DatasetFault) {
    guard file.size > 0 else { throw .empty(path: file.path) }
    let (count, rest) = file.size.quotientAndRemainder(dividingBy: recordSize)
    guard rest == 0 else {
      throw .truncated(path: file.path, record: count, expected: recordSize, found: rest)
    }
    for record in 0..<count {
      let label = file.bytes[record * recordSize]
      guard label <= 9 else { throw .label(path: file.path, record: record, found: label) }
      labels.append(label)
    }
    file.forget()
  }

  private static func files(at path: String) throws(DatasetFault) -> [String] {
    guard let folder = opendir(path) else {
      if errno == ENOTDIR { return [path] }
      throw .unreadable(path: path, errno: errno)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix("data_batch_") && name.hasSuffix(".bin") { names.append(name) }
    }
    guard !names.isEmpty else { throw .noBatches(path: path) }
    let separator = path.hasSuffix("/") ? "" : "/"
    return names.sorted().map { path + separator + $0 }
  }
}

extension CIFAR10Dataset: ByteSource {
  /// True: the files hold bytes.
  package var hasBytes: Bool { true }

  /// nil: the channels lie apart.
  package func borrowBytes(_ index: Int) -> UnsafePointer<UInt8>? { nil }

  /// Writes the picture's bytes, channels last.
  ///
  /// - Throws: `DatasetFault.changed` where the file has been cut off, `unreadable` where it can't
  ///   be read.
  package func readBytes(
    _ index: Int, visit: Int, into picture: UnsafeMutablePointer<UInt8>
  ) throws {
    try lendPlanes(index) { interleave($0, of: shape, into: picture) }
  }
}
