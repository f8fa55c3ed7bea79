import CLinux
import Glibc
import Host
import Pipeline

/// Reads the packets of a trace one after the other, in bounded memory.
///
/// A class because it is the one owner of an open file. It reads the bytes that the file had when
/// it was opened. Where no packet begins, it searches for the next place where some do, and counts
/// the bytes in between.
final class PacketStream {
  /// Bytes of the whole file.
  private(set) var size: Int
  /// The offset of the next packet.
  private(set) var offset = 0
  /// Bytes after the last whole packet; 0 until the end is reached.
  private(set) var leftOver = 0
  /// Places with invalid packets after which reading went on.
  private(set) var damaged = 0
  /// Bytes between those places and the next valid packets.
  private(set) var skipped = 0
  /// The offset of the first of those places; nil while there is none.
  private(set) var firstDamage: Int?
  /// The kernel's error that ended the reading early; nil while there is none.
  private(set) var failure: SystemError?

  /// Holds some thousand packets.
  private static let windowLength = 1 << 20
  /// Longer packets are invalid: the longest attribute is a scenario's text.
  private static let longestPacket = 1 << 24

  /// The bytes it searches for the next packets after a damaged one.
  var patience = Int.max

  /// Bytes that were decoded for nothing. A damaged file costs some; one that was made so that every
  /// byte begins a long packet without sense would cost its square.
  private var wasted = 0
  /// As many times the file's size may be wasted, and a constant; from then on only short packets are
  /// taken, as nearly all are.
  private static let tolerance = 16
  private static let longestWhenTired = 128
  private var isTired: Bool { wasted > Self.tolerance * (size + Self.windowLength) }
  /// The range of places that the last search found nothing in, and what it found behind it; nil before
  /// the first. A search that begins within it has the same end.
  private var searched: (from: Int, found: Int?)?

  /// When the file was last changed, in nanoseconds on the real-time clock; nil for memory and
  /// pipes.
  private(set) var changed: Int64?
  /// Whether gzip's data end early or are damaged: what came before is read.
  private(set) var isExpansionCut = false
  private let descriptor: Int32
  private var window: UnsafeMutableRawBufferPointer
  /// The range of the file that the window holds.
  private var held = 0..<0
  private var lastStart = 0
  private var lastRange = 0..<0

  /// Opens a trace.
  ///
  /// - Parameter path: A file; of a pipe all bytes are read at once. What gzip has compressed is
  ///   expanded into a file without a name, in the folder for temporary files.
  /// - Throws: `SessionFileFault.notReadable` where the path can't be opened, is a folder or a device,
  ///   or a pipe can't be read or has more than `longestPipe`; `.notExpanded` where there is no room for
  ///   what gzip has compressed; `.foreign` where that is no session.
  init(path: String) throws(SessionFileFault) {
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw .notReadable(path: path, .last) }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      let error = status.st_mode & S_IFMT == S_IFDIR ? SystemError(code: EISDIR) : .last
      Glibc.close(opened)
      throw .notReadable(path: path, error)
    }
    guard status.st_mode & S_IFMT != S_IFCHR, status.st_mode & S_IFMT != S_IFBLK else {
      // A device's bytes may have no end.
      Glibc.close(opened)
      throw .notReadable(path: path, SystemError(code: ENODEV))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      defer { Glibc.close(opened) }
      let (bytes, count) = try Self.everything(from: opened, path: path)
      descriptor = -1
      size = count
      window = bytes
      held = 0..<count
      return
    }
    changed = cl_changed_ns(opened)
    if ExpandedFile.isCompressed(opened) {
      defer { Glibc.close(opened) }
      let expanded = try ExpandedFile(opened, path: path)
      descriptor = expanded.descriptor
      size = expanded.size
      isExpansionCut = expanded.isCut
    } else {
      descriptor = opened
      size = Int(status.st_size)
    }
    window = .allocate(byteCount: Self.windowLength, alignment: 8)
  }

  init(bytes: [UInt8]) {
    descriptor = -1
    size = bytes.count
    window = .allocate(byteCount: max(1, bytes.count), alignment: 8)
    window.copyBytes(from: bytes)
    held = 0..<bytes.count
  }

  /// A second stream of the same bytes, with its own place.
  private init(sharing stream: PacketStream, path: String) throws(SessionFileFault) {
    size = stream.size
    changed = stream.changed
    isExpansionCut = stream.isExpansionCut
    guard stream.descriptor >= 0 else {
      descriptor = -1
      window = .allocate(byteCount: max(1, size), alignment: 8)
      window.copyMemory(from: UnsafeRawBufferPointer(stream.window))
      held = 0..<size
      return
    }
    // Every read gives its offset, so that the two streams are independent.
    descriptor = fcntl(stream.descriptor, F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else {
      window = .allocate(byteCount: 1, alignment: 8)
      throw .notReadable(path: path, .last)
    }
    window = .allocate(byteCount: Self.windowLength, alignment: 8)
  }

  /// A second stream of the same bytes, even if another file is at the path now.
  ///
  /// - Throws: `SessionFileFault.notReadable` where the file's descriptor can't be duplicated.
  func another(path: String) throws(SessionFileFault) -> PacketStream {
    try PacketStream(sharing: self, path: path)
  }

  deinit {
    window.deallocate()
    if descriptor >= 0 { Glibc.close(descriptor) }
  }

  /// Goes back to the first packet; the bytes are the same unless the file was changed in place.
  func rewind() {
    offset = 0
    leftOver = 0
    damaged = 0
    skipped = 0
    firstDamage = nil
    wasted = 0
    searched = nil
  }

  /// The next packet's bytes, valid until the next call; nil at the end.
  func next() -> UnsafeRawBufferPointer? {
    while offset < size {
      if let range = packet(at: offset) {
        lastStart = offset
        offset = range.upperBound
        return view(range)
      }
      let place = offset
      guard let found = nextPackets(after: place) else {
        leftOver = size - place
        offset = size
        return nil
      }
      count(place, to: found)
    }
    return nil
  }

  /// Moves to the next packet without decoding it.
  ///
  /// - Returns: Its offset, and whether its first field is a snapshot of clocks; nil at the end.
  func hop() -> (offset: Int, isSnapshot: Bool)? {
    while offset < size {
      if let range = packet(at: offset) {
        lastStart = offset
        lastRange = range
        offset = range.upperBound
        // The tag of field 6, a message.
        return (lastStart, view(range.lowerBound..<range.lowerBound + 1).first == 0x32)
      }
      guard let found = nextPackets(after: offset) else { return nil }
      offset = found
    }
    return nil
  }

  /// The packet that `hop` found last.
  var packet: UnsafeRawBufferPointer? { view(lastRange) }

  /// Continues at an offset where a packet begins.
  func seek(to place: Int) { offset = max(0, min(place, size)) }

  /// Writes or reads the offset and the counts of damage.
  func archive(_ archive: inout StateArchive) {
    archive.value(&offset)
    archive.value(&damaged)
    archive.value(&skipped)
    archive.value(&firstDamage)
    offset = max(0, min(offset, size))
  }

  /// The first and the last `length` bytes, fewer of each where the file is shorter.
  func edges(_ length: Int) -> [UInt8] {
    Array(view(0..<min(size, length))) + Array(view(max(0, size - length)..<size))
  }

  /// Counts the packet given last as damaged and searches for the next ones, as its length may be
  /// wrong, too.
  func refuse() {
    let place = lastStart
    wasted += offset - place
    // Where no packets follow, it is the last one.
    count(place, to: nextPackets(after: place) ?? offset)
  }

  private func count(_ place: Int, to found: Int) {
    damaged += 1
    skipped += found - place
    firstDamage = firstDamage ?? place
    offset = found
  }

  /// Whether the bytes from `place` on may be the beginning of a packet that is cut off.
  func isTorn(at place: Int) -> Bool {
    let header = view(place..<min(size, place + 6))
    guard let first = header.first else { return true }
    guard first == 0x0A else { return false }
    guard let last = header.dropFirst().firstIndex(where: { $0 & 0x80 == 0 }) else {
      return header.count < 6
    }
    return packet(at: place) == nil && last < 6
  }

  // MARK: Bounds

  /// The payload of the packet at `place`; nil where there is no whole one.
  private func packet(at place: Int) -> Range<Int>? {
    let header = view(place..<min(size, place + 6))
    guard header.count > 1, header[0] == 0x0A else { return nil }
    var length = 0
    for index in 1..<header.count {
      length |= Int(header[index] & 0x7F) << (7 * (index - 1))
      guard header[index] & 0x80 != 0 else {
        let start = place + index + 1
        guard length <= (isTired ? Self.longestWhenTired : Self.longestPacket),
          length <= size - start
        else { return nil }
        return start..<start + length
      }
    }
    return nil
  }

  /// The first place after `place` where several packets follow each other or the last packets end
  /// with the file.
  ///
  /// - Complexity: O(bytes until there), and the searches of one walk together O(bytes of the file): a
  ///   place is searched once, and `tolerance` bounds what is decoded.
  private func nextPackets(after place: Int) -> Int? {
    if let searched, patience == .max, searched.from <= place {
      guard let found = searched.found else { return nil }
      if place < found { return found }
    }
    let found = search(after: place)
    if patience == .max { searched = (place, found) }
    return found
  }

  private func search(after place: Int) -> Int? {
    var candidate = place + 1
    while candidate < size, candidate - place <= patience {
      let chunk = view(candidate..<min(size, candidate + 4096))
      guard !chunk.isEmpty else { return nil }
      let scanned = chunk.count
      var found = -1
      for index in 0..<scanned where chunk[index] == 0x0A {
        found = index
        break
      }
      guard found >= 0 else {
        candidate += scanned
        continue
      }
      candidate += found
      if beginsPackets(candidate) { return candidate }
      candidate += 1
    }
    return nil
  }

  /// This many valid packets in a row are taken as packets, not as random bytes.
  private static let convincing = 3
  /// The limit for packets that are looked for after damage. Events take some ten bytes; the
  /// longest packet of a moment, the session's first instant, holds its scenario.
  private static let longestConvincing = 16_384

  private func beginsPackets(_ place: Int) -> Bool {
    var next = place
    for number in 1...Self.convincing {
      guard let range = packet(at: next), range.count <= Self.longestConvincing,
        looksLikePacket(view(range))
      else {
        wasted += next - place
        return false
      }
      next = range.upperBound
      // At the end of the file, two are enough.
      if next == size { return number > 1 }
    }
    return true
  }

  /// Whether it is a moment of a sequence, a clock of a sequence, or the description of a track.
  private func looksLikePacket(_ bytes: UnsafeRawBufferPointer) -> Bool {
    wasted += bytes.count
    guard let packet = RawMoment.packet(bytes) else { return false }
    if let event = packet.event { return packet.sequence != 0 && RawMoment(event: event) != nil }
    guard let preamble = PreamblePacket(bytes) else { return false }
    if case .track(let id) = preamble.content, id != 0 { return true }
    return packet.sequence != 0
  }

  // MARK: Window

  /// The bytes at `range`, fewer where the file ends before.
  private func view(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    if range.lowerBound < held.lowerBound || range.upperBound > held.upperBound { load(range) }
    let end = min(range.upperBound, held.upperBound)
    guard range.lowerBound < end else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let start = range.lowerBound - held.lowerBound
    return UnsafeRawBufferPointer(rebasing: window[start..<start + end - range.lowerBound])
  }

  private func load(_ range: Range<Int>) {
    guard descriptor >= 0 else { return }
    if range.count > window.count {
      window.deallocate()
      window = .allocate(byteCount: range.count, alignment: 8)
      held = 0..<0
    }
    var filled = 0
    if held.contains(range.lowerBound) {
      filled = held.upperBound - range.lowerBound
      let kept = window[(range.lowerBound - held.lowerBound)...].prefix(filled)
      window.copyMemory(from: UnsafeRawBufferPointer(rebasing: kept))
    }
    while filled < window.count, failure == nil {
      let count = pread(
        descriptor, window.baseAddress.map { $0 + filled }, window.count - filled,
        off_t(range.lowerBound + filled))
      if count > 0 {
        filled += count
      } else if count == 0 {
        // The file has become shorter since it was opened.
        if range.lowerBound + filled < size { size = range.lowerBound + filled }
        break
      } else if errno != EINTR {
        failure = .last
        size = range.lowerBound + filled
      }
    }
    held = range.lowerBound..<range.lowerBound + filled
  }

  /// The most bytes that are read from a pipe, which are held in memory.
  private static let longestPipe = 1 << 28

  /// All bytes of a pipe, in a buffer that the caller deallocates.
  private static func everything(
    from descriptor: Int32, path: String
  ) throws(SessionFileFault) -> (UnsafeMutableRawBufferPointer, count: Int) {
    var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 8)
    var filled = 0
    while true {
      if filled == bytes.count {
        let larger = UnsafeMutableRawBufferPointer.allocate(
          byteCount: 2 * bytes.count, alignment: 8)
        larger.copyMemory(from: UnsafeRawBufferPointer(bytes))
        bytes.deallocate()
        bytes = larger
      }
      let count = read(
        descriptor, bytes.baseAddress.map { $0 + filled }, bytes.count - filled)
      if count == 0 { return (bytes, filled) }
      let error = SystemError.last
      if count > 0 {
        filled += count
        guard filled > longestPipe else { continue }
        bytes.deallocate()
        throw .notReadable(path: path, SystemError(code: EFBIG))
      } else if error.code != EINTR {
        bytes.deallocate()
        throw .notReadable(path: path, error)
      }
    }
  }
}
