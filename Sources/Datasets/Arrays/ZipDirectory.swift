/// The files in a zip archive, as `numpy.savez` writes them: stored or deflated, zip64 too.
///
/// - Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
package struct ZipDirectory: Sendable {
  /// A file in the archive.
  package struct Entry: Equatable, Sendable {
    /// Its name, as the archive has it.
    package var name: String
    /// 0: stored, 8: deflated; others exist.
    package var method: Int
    /// Whether its bytes are encrypted.
    package var isEncrypted: Bool
    /// The CRC-32 of its bytes once unpacked.
    package var sum: UInt32
    /// Bytes in the archive, from `start` on.
    package var packedSize: Int
    /// Bytes once unpacked.
    package var size: Int
    /// The place of its first byte in the archive.
    package var start: Int
  }

  /// In the archive's order.
  package let entries: [Entry]

  /// Whether a file begins as an archive does, which may be empty.
  package static func isArchive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: local) || bytes.starts(with: end)
  }

  private static let local: [UInt8] = [0x50, 0x4b, 3, 4]
  private static let central: [UInt8] = [0x50, 0x4b, 1, 2]
  private static let end: [UInt8] = [0x50, 0x4b, 5, 6]
  private static let end64: [UInt8] = [0x50, 0x4b, 6, 6]
  private static let locator64: [UInt8] = [0x50, 0x4b, 6, 7]
  private static let endSize = 22
  private static let locatorSize = 20
  private static let centralSize = 46
  private static let localSize = 30

  /// Reads the directory and the head of each file.
  ///
  /// - Parameter bytes: The whole archive.
  /// - Throws: `ArchiveFault.damaged` where the directory isn't there or leads out of the archive.
  /// - Complexity: O(entries), besides a search of 64 KiB at the archive's end.
  package init(parsing bytes: UnsafeRawBufferPointer) throws(ArchiveFault) {
    let reader = LittleEndianBytes(bytes)
    guard let place = Self.place(reader) else { throw .damaged }
    var entries: [Entry] = []
    var at = place.start
    for _ in 0..<place.count {
      guard let entry = Self.entry(reader, at: &at, in: place) else { throw .damaged }
      entries.append(entry)
    }
    self.entries = entries
  }

  private struct Place {
    /// The directory's first byte, and the first behind it.
    var start: Int
    var end: Int
    var count: Int
    /// Bytes before the archive, which its offsets don't count.
    var base: Int
  }

  private static func place(_ bytes: LittleEndianBytes) -> Place? {
    guard bytes.count >= endSize else { return nil }
    // A comment of up to 65535 bytes may follow, or bytes that don't belong there: then the last mark counts,
    // as in Python.
    let lowest = max(0, bytes.count - endSize - 0xffff)
    let marks = (lowest...bytes.count - endSize).reversed().lazy.filter {
      bytes.starts(with: end, at: $0)
    }
    let whole = marks.first { bytes.word($0 + 20) == bytes.count - $0 - endSize }
    return (whole ?? marks.first).flatMap { place(bytes, endingAt: $0) }
  }

  private static func place(_ bytes: LittleEndianBytes, endingAt at: Int) -> Place? {
    var (count, size, offset) = (bytes.word(at + 10), bytes.double(at + 12), bytes.double(at + 16))
    var end = at
    let locator = at - locatorSize
    if locator >= 0, bytes.starts(with: locator64, at: locator) {
      guard let record = bytes.quad(locator + 8), bytes.starts(with: end64, at: record),
        record < locator
      else { return nil }
      (count, size, offset) = (
        bytes.quad(record + 32), bytes.quad(record + 40), bytes.quad(record + 48)
      )
      end = record
    }
    guard let count, let size, let offset, size <= end, offset <= end - size,
      count <= size / centralSize
    else { return nil }
    return Place(start: end - size, end: end, count: count, base: end - size - offset)
  }

  private static func entry(
    _ bytes: LittleEndianBytes, at: inout Int, in place: Place
  ) -> Entry? {
    guard bytes.starts(with: central, at: at), at + centralSize <= place.end,
      let flags = bytes.word(at + 8), let method = bytes.word(at + 10),
      let sum = bytes.double(at + 16), var packed = bytes.double(at + 20),
      var size = bytes.double(at + 24), let nameSize = bytes.word(at + 28),
      let extraSize = bytes.word(at + 30), let commentSize = bytes.word(at + 32),
      var offset = bytes.double(at + 42)
    else { return nil }
    let name = at + centralSize
    let extra = name + nameSize
    let next = extra + extraSize + commentSize
    guard next <= place.end else { return nil }
    if packed == 0xffff_ffff || size == 0xffff_ffff || offset == 0xffff_ffff {
      guard var wide = wideFields(bytes, from: extra, to: extra + extraSize) else { return nil }
      // In this order, and only those that didn't fit.
      func widen(_ field: inout Int) -> Bool {
        guard field == 0xffff_ffff else { return true }
        guard let value = wide.next() else { return false }
        field = value
        return true
      }
      guard widen(&size), widen(&packed), widen(&offset) else { return nil }
    }
    let head = place.base + offset
    guard offset <= place.start - place.base, bytes.starts(with: local, at: head),
      let localName = bytes.word(head + 26), let localExtra = bytes.word(head + 28)
    else { return nil }
    let start = head + localSize + localName + localExtra
    guard start <= place.start, packed <= place.start - start else { return nil }
    at = next
    return Entry(
      name: String(decoding: bytes.slice(name, nameSize), as: UTF8.self), method: method,
      isEncrypted: flags & 1 != 0, sum: UInt32(sum), packedSize: packed, size: size, start: start)
  }

  /// The 8-byte numbers of the zip64 field; nil where there is no such field.
  private static func wideFields(
    _ bytes: LittleEndianBytes, from start: Int, to end: Int
  ) -> IndexingIterator<[Int]>? {
    var at = start
    while at + 4 <= end, let kind = bytes.word(at), let size = bytes.word(at + 2) {
      let next = at + 4 + size
      guard next <= end else { return nil }
      if kind == 1 {
        var numbers: [Int] = []
        for place in stride(from: at + 4, through: next - 8, by: 8) {
          guard let number = bytes.quad(place) else { return nil }
          numbers.append(number)
        }
        return numbers.makeIterator()
      }
      at = next
    }
    return nil
  }
}

/// Numbers in bytes, low byte first; nil where the bytes end before they do.
struct LittleEndianBytes {
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var count: Int { bytes.count }

  func starts(with mark: [UInt8], at place: Int) -> Bool {
    guard place >= 0, place <= count - mark.count else { return false }
    return bytes[place..<place + mark.count].elementsEqual(mark)
  }

  func slice(_ place: Int, _ size: Int) -> Slice<UnsafeRawBufferPointer> {
    bytes[place..<place + size]
  }

  /// 2 bytes.
  func word(_ place: Int) -> Int? { number(place, UInt16.self).map(Int.init) }

  /// 4 bytes.
  func double(_ place: Int) -> Int? { number(place, UInt32.self).map(Int.init) }

  /// 8 bytes; nil also for what is larger than any file.
  func quad(_ place: Int) -> Int? { number(place, UInt64.self).flatMap(Int.init(exactly:)) }

  private func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ place: Int, _: Number.Type
  ) -> Number? {
    guard place >= 0, place <= count - MemoryLayout<Number>.size else { return nil }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
  }
}
