import Glibc
import Host

/// An array in a `.npy` file, or in a `.npz` archive of such files, mapped.
///
/// Stored contents are used where they lie. Deflated ones are unpacked first, into a file
/// without a name (`UnnamedFile`), since its parts can't be read one by one: that takes its size on the
/// disk, and no memory.
struct StoredArray: Sendable {
  /// The array as it was named, for messages.
  let path: String
  /// The file that holds its numbers.
  let file: MappedFile
  /// Its type, order and shape; `dataOffset` counts from the file's beginning.
  let header: NpyHeader
  /// Elements; at least 1.
  let count: Int

  /// As many as NumPy has.
  private static let mostDimensions = 64

  /// Opens an array.
  ///
  /// - Parameter path: `FILE.npy`, `FILE.npz` with one array, or `FILE.npz:NAME`.
  /// - Throws: `DatasetFault.npy` for a header or a size that isn't right, `archive` for an archive or
  ///   a name in it, `empty`, `notAFile` and `unreadable` for the file itself.
  /// - Complexity: O(1), besides an archive's directory and the bytes of what is deflated.
  init(path: String) throws(DatasetFault) {
    let place = ArrayPath(path)
    var file = try MappedFile(path: place.file)
    guard file.size > 0 else { throw .empty(path: place.file) }
    var range = 0..<file.size
    if ZipDirectory.isArchive(file.bytes) {
      (file, range) = try Self.open(place, in: file)
    } else if let name = place.name {
      throw .archive(path: place.file, .notAnArchive(name))
    }
    do {
      var header = try NpyHeader(
        parsing: UnsafeRawBufferPointer(rebasing: file.bytes[range]))
      count = try Self.count(header, bytes: range.count - header.dataOffset)
      header.dataOffset += range.lowerBound
      self.header = header
    } catch {
      throw .npy(path: path, error)
    }
    self.path = path
    self.file = file
  }

  /// The part of an archive that is the array, or the file that it was unpacked to.
  private static func open(
    _ place: ArrayPath, in file: MappedFile
  ) throws(DatasetFault) -> (MappedFile, Range<Int>) {
    let entry: ZipDirectory.Entry
    do {
      entry = try find(place.name, in: try ZipDirectory(parsing: file.bytes))
    } catch {
      throw .archive(path: place.file, error)
    }
    guard entry.method == 8 else { return (file, entry.start..<entry.start + entry.size) }
    let unpacked = try Unpacking(
      file: file, range: entry.start..<entry.start + entry.packedSize, format: .deflate,
      limit: entry.size
    ).unpack(expecting: entry.size)
    guard unpacked.sum == entry.sum, unpacked.file.size == entry.size, entry.size > 0 else {
      throw .archive(path: place.file, .contents(entry.name))
    }
    return (unpacked.file, 0..<entry.size)
  }

  private static func find(
    _ name: String?, in directory: ZipDirectory
  ) throws(ArchiveFault) -> ZipDirectory.Entry {
    let ending = ".npy"
    let arrays = directory.entries.filter { $0.name.hasSuffix(ending) }
    let names = arrays.map { String($0.name.dropLast(ending.count)) }
    let entry: ZipDirectory.Entry
    if let name {
      // Of two with one name, Python takes the last.
      guard let found = arrays.last(where: { $0.name == name || $0.name == name + ending }) else {
        throw .missing(name, names)
      }
      entry = found
    } else {
      guard let only = arrays.first else { throw .noArrays }
      guard arrays.count == 1 else { throw .several(names) }
      entry = only
    }
    guard !entry.isEncrypted else { throw .encrypted(entry.name) }
    switch entry.method {
    case 0: guard entry.size == entry.packedSize else { throw .contents(entry.name) }
    case 8: break
    default: throw .method(entry.name, entry.method)
    }
    return entry
  }

  /// - Parameter bytes: Those of the data.
  private static func count(_ header: NpyHeader, bytes: Int) throws(NpyFault) -> Int {
    guard let size = NpyNumber.size(of: header.type) else { throw .type(header.type) }
    guard header.shape.count <= mostDimensions else { throw .rank(header.shape) }
    guard !header.shape.contains(0) else { throw .zeroSize(header.shape) }
    var expected = size
    for dimension in header.shape {
      let (product, tooLarge) = expected.multipliedReportingOverflow(by: dimension)
      guard !tooLarge else { throw .tooLarge(header.shape) }
      expected = product
    }
    guard bytes == expected else { throw .size(expected: expected, found: bytes) }
    return expected / size
  }
}

/// Where an array is: a file, and its name in it if that is an archive.
package struct ArrayPath: Equatable, Sendable {
  /// The file's path.
  package let file: String
  /// The array's name in an archive, without `.npy`; nil if none was given.
  package let name: String?

  /// Takes a text apart: a name follows the last colon behind which no file's path goes on.
  ///
  /// - Complexity: A system call for each colon.
  package init(_ text: String) {
    var end = text.endIndex
    while access(String(text[..<end]), F_OK) != 0, let colon = text[..<end].lastIndex(of: ":") {
      end = colon
    }
    let isThere = end == text.endIndex || access(String(text[..<end]), F_OK) == 0
    file = isThere ? String(text[..<end]) : text
    name = isThere && end < text.endIndex ? String(text[end...].dropFirst()) : nil
  }
}
