import Augmentation
import CKernels
import Glibc
import Host

/// The records of CIFAR's binary version: some bytes of labels, then 3 planes (red, green, blue) of
/// 32×32 bytes. They lie in one file or in several of a folder, or of the published archive
/// (`.tar.gz` or `.tar`), which is unpacked into a file without a name.
package struct CIFARRecords: Sendable {
  /// Bytes of the planes.
  static let planesSize = 3 * 32 * 32
  /// More than either archive holds, unpacked.
  private static let mostUnpacked = 1 << 30

  /// Records in all files.
  package let count: Int
  /// Labels of a record.
  let labelsSize: Int

  private let files: [File]
  private let room = DecoderPool(size: planesSize)
  private let level = ck_best_level()

  private struct File {
    let content: MappedFile
    /// Where its records begin in the file, in bytes.
    let start: Int
    /// The number of its first record in the whole dataset.
    let first: Int
    let count: Int
  }

  /// Opens the files.
  ///
  /// - Parameters:
  ///   - labelsSize: 1 for CIFAR-10, 2 for CIFAR-100.
  ///   - names: Whether a file of a folder or of an archive holds pictures to train on.
  /// - Throws: `DatasetFault.noBatches` for a folder or an archive without such files, `cifar` for
  ///   another version, `empty`, `truncated`, `archive`, `unreadable` and `notAFile`.
  /// - Complexity: O(files), and O(bytes) for what is packed.
  init(
    path: String, labelsSize: Int, names: (String) -> Bool
  ) throws(DatasetFault) {
    self.labelsSize = labelsSize
    let size = labelsSize + Self.planesSize
    var files: [File] = []
    var total = 0
    for (content, range) in try Self.parts(at: path, names) {
      guard !range.isEmpty else { throw .empty(path: content.path) }
      let (count, rest) = range.count.quotientAndRemainder(dividingBy: size)
      if let other = Self.version(of: content, range, labelsSize) {
        throw .cifar(path: content.path, other)
      }
      guard rest == 0 else {
        throw .truncated(path: content.path, record: count, expected: size, found: rest)
      }
      files.append(File(content: content, start: range.lowerBound, first: total, count: count))
      total += count
    }
    self.files = files
    count = total
  }

  /// Writes a record's pixels, channels last, as float32.
  ///
  /// - Throws: `DatasetFault`, if the file has been cut off or can't be read any more.
  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws {
    try lendPlanes(index) { planes in
      guard let start = planes.baseAddress else { return }
      let shape = PictureShape.cifar
      ck_planes_to_floats(
        level, start, picture, Int64(shape.height * shape.width), Int32(shape.channels))
    }
  }

  /// Writes a record's pixels, channels last, as bytes.
  ///
  /// - Throws: `DatasetFault`, if the file has been cut off or can't be read any more.
  func readBytes(_ index: Int, into picture: UnsafeMutablePointer<UInt8>) throws {
    try lendPlanes(index) { planes in
      let pixels = PictureShape.cifar.height * PictureShape.cifar.width
      let channels = PictureShape.cifar.channels
      for (place, value) in planes.enumerated() {
        picture[place % pixels * channels + place / pixels] = value
      }
    }
  }

  /// The files that somebody has written to since they were opened.
  func changes() -> SourceChanges {
    var found: [String] = []
    for path in files.flatMap(\.content.changed) where found.last != path { found.append(path) }
    return SourceChanges(files: found)
  }

  private func lendPlanes(
    _ index: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Void
  ) throws {
    precondition(index >= 0 && index < count, "no such picture in the dataset")
    // The published version has six files at most: a search would be slower.
    guard let file = files.first(where: { index < $0.first + $0.count }) else {
      preconditionFailure("the files hold fewer pictures than were counted")
    }
    let record = file.start + (index - file.first) * (labelsSize + Self.planesSize)
    try room.lend { planes in
      try file.content.copy(from: record + labelsSize, into: planes)
      body(planes.assumingMemoryBound(to: UInt8.self))
    }
  }

  /// One label of every record.
  ///
  /// - Parameters:
  ///   - place: Which of a record's labels.
  ///   - classCount: Labels are below it.
  /// - Throws: `DatasetFault.label` for one that isn't.
  /// - Complexity: O(records): it touches each of them once.
  func labels(_ place: Int, below classCount: Int) throws(DatasetFault) -> [UInt8] {
    var labels: [UInt8] = []
    labels.reserveCapacity(count)
    for file in files {
      for record in 0..<file.count {
        let label = file.content.bytes[
          file.start + record * (labelsSize + Self.planesSize) + place]
        guard label < classCount else {
          throw .label(
            path: file.content.path, record: record, found: label, most: classCount - 1)
        }
        labels.append(label)
      }
      file.content.forget()
    }
    return labels
  }

  /// The version that a file is, if it can't be the wanted one.
  private static func version(
    of file: MappedFile, _ range: Range<Int>, _ labelsSize: Int
  ) -> CIFARVersion? {
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    // No label is so large as the first byte of these.
    if let kind = FileKind(of: bytes) { return kind == .pickle ? .python : .other(kind) }
    if bytes.starts(with: "MATLAB ".utf8) { return .matlab }
    guard bytes.count % (labelsSize + planesSize) != 0 else { return nil }
    let (other, otherSize): (CIFARVersion, Int) =
      labelsSize == 1 ? (.hundred, planesSize + 2) : (.ten, planesSize + 1)
    return bytes.count % otherSize == 0 ? other : nil
  }

  // MARK: Files

  private static func parts(
    at path: String, _ names: (String) -> Bool
  ) throws(DatasetFault) -> [(MappedFile, Range<Int>)] {
    guard let folder = opendir(path) else {
      guard errno == ENOTDIR else { throw .unreadable(path: path, errno: errno) }
      return try parts(of: try MappedFile(path: path), names)
    }
    closedir(folder)
    let entries = try FolderListing(path: path).files.map(\.text)
    let wanted = entries.filter(names)
    guard !wanted.isEmpty else { throw none(path, entries) }
    var parts: [(MappedFile, Range<Int>)] = []
    for name in wanted {
      let file = try MappedFile(path: FolderListing.join(path, name))
      parts.append((file, 0..<file.size))
    }
    return parts
  }

  /// The file, or what is packed in it.
  private static func parts(
    of file: MappedFile, _ names: (String) -> Bool
  ) throws(DatasetFault) -> [(MappedFile, Range<Int>)] {
    var file = file
    if FileKind(of: file.bytes) == .gzip {
      file = try Unpacking(file: file, range: 0..<file.size, format: .gzip, limit: mostUnpacked)
        .unpack(expecting: file.size).file
    }
    guard let archive = TarDirectory(parsing: file.bytes) else { return [(file, 0..<file.size)] }
    let entries = archive.entries.map { (name: lastPart($0.name), range: $0.range) }
    let wanted = entries.filter { names($0.name) }.sorted { $0.name < $1.name }
    guard !wanted.isEmpty else { throw none(file.path, entries.map(\.name)) }
    return wanted.map { (file, $0.range) }
  }

  private static func none(_ path: String, _ names: [String]) -> DatasetFault {
    if names.contains("train.bin") { return .cifar(path: path, .hundred) }
    if names.contains(where: { $0.hasPrefix("data_batch_") && $0.hasSuffix(".bin") }) {
      return .cifar(path: path, .ten)
    }
    if names.contains("data_batch_1") || names.contains("train") {
      return .cifar(path: path, .python)
    }
    if names.contains(where: { $0.hasSuffix(".mat") }) { return .cifar(path: path, .matlab) }
    return .noBatches(path: path)
  }

  private static func lastPart(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
