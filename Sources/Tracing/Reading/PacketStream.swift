import CLinux
import Glibc
import Host
import Pipeline

/// The packets of a trace, one after the other, in flat memory.
///
/// A class because it is the one owner of an open file. Reads as much as there was when it was
/// opened. Where no packet begins, it looks for the next place where some do, and counts what it
/// stepped over.
final class PacketStream {
  /// Bytes of the whole file.
  private(set) var size: Int
  /// Where the next packet begins.
  private(set) var offset = 0
  /// Bytes after the last whole packet; known at the end.
  private(set) var leftOver = 0
  /// Places where packets made no sense and reading went on behind them.
  private(set) var damaged = 0
  /// Bytes between those places and where reading went on.
  private(set) var skipped = 0
  /// Where the first of them is.
  private(set) var firstDamage: Int?
  /// What the kernel answered when it ended the reading early.
  private(set) var failure: SystemError?

  /// Holds some thousand packets.
  private static let windowLength = 1 << 20
  /// Longer ones aren't ours: an attribute is a scenario's text at most.
  private static let longestPacket = 1 << 24

  /// How far it looks for the next packets where some are damaged.
  var patience = Int.max

  /// When the file was last changed, on the real-time clock; nil for what is no file.
  private(set) var changed: Int64?
  private let descriptor: Int32
  private var window: UnsafeMutableRawBufferPointer
  /// What of the file the window holds.
  private var held = 0..<0
  private var lastStart = 0
  private var lastRange = 0..<0

  /// - Parameter path: A file; from anything else, as a pipe, everything is read at once.
  init(path: String) throws(SessionFileFault) {
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw .notReadable(path: path, .last) }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      let error = status.st_mode & S_IFMT == S_IFDIR ? SystemError(code: EISDIR) : .last
      Glibc.close(opened)
      throw .notReadable(path: path, error)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      defer { Glibc.close(opened) }
      let bytes = try Self.everything(from: opened, path: path)
      descriptor = -1
      size = bytes.count
      window = .allocate(byteCount: max(1, bytes.count), alignment: 8)
      window.copyBytes(from: bytes)
      held = 0..<bytes.count
      return
    }
    descriptor = opened
    size = Int(status.st_size)
    changed = cl_changed_ns(opened)
    window = .allocate(byteCount: Self.windowLength, alignment: 8)
  }

  init(bytes: [UInt8]) {
    descriptor = -1
    size = bytes.count
    window = .allocate(byteCount: max(1, bytes.count), alignment: 8)
    window.copyBytes(from: bytes)
    held = 0..<bytes.count
  }

  /// The same bytes, read by somebody else.
  private init(sharing stream: PacketStream, path: String) throws(SessionFileFault) {
    size = stream.size
    changed = stream.changed
    guard stream.descriptor >= 0 else {
      descriptor = -1
      window = .allocate(byteCount: max(1, size), alignment: 8)
      window.copyMemory(from: UnsafeRawBufferPointer(stream.window))
      held = 0..<size
      return
    }
    // Every read says its place, so the two don't get in each other's way.
    descriptor = fcntl(stream.descriptor, F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else {
      window = .allocate(byteCount: 1, alignment: 8)
      throw .notReadable(path: path, .last)
    }
    window = .allocate(byteCount: Self.windowLength, alignment: 8)
  }

  /// Another reader of the same bytes, wherever the path leads by now.
  func another(path: String) throws(SessionFileFault) -> PacketStream {
    try PacketStream(sharing: self, path: path)
  }

  deinit {
    window.deallocate()
    if descriptor >= 0 { Glibc.close(descriptor) }
  }

  /// Begins anew, with the same bytes where the file only grew.
  func rewind() {
    offset = 0
    leftOver = 0
    damaged = 0
    skipped = 0
    firstDamage = nil
  }

  /// The next packet's bytes, good until the next call; nil at the end.
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

  /// Goes on to the next packet without looking into it; its place, and whether it begins as those do
  /// that say where a clock stands.
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

  /// The packet that was hopped to last.
  var packet: UnsafeRawBufferPointer? { view(lastRange) }

  /// Goes on at a place where a packet begins.
  func seek(to place: Int) { offset = max(0, min(place, size)) }

  /// Writes or reads where the reading stands and what was met on the way.
  func archive(_ archive: inout StateArchive) {
    archive.value(&offset)
    archive.value(&damaged)
    archive.value(&skipped)
    archive.value(&firstDamage)
    offset = max(0, min(offset, size))
  }

  /// The first and the last bytes, as many as are asked for.
  func edges(_ length: Int) -> [UInt8] {
    Array(view(0..<min(size, length))) + Array(view(max(0, size - length)..<size))
  }

  /// The packet given last made no sense: its length may be wrong as well.
  func refuse() {
    let place = lastStart
    // Where no packets follow it is the last one.
    count(place, to: nextPackets(after: place) ?? offset)
  }

  private func count(_ place: Int, to found: Int) {
    damaged += 1
    skipped += found - place
    firstDamage = firstDamage ?? place
    offset = found
  }

  /// Whether a packet may begin at `place` whose end is missing.
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
        guard length <= Self.longestPacket, length <= size - start else { return nil }
        return start..<start + length
      }
    }
    return nil
  }

  /// The first place after `place` where several packets follow each other, or the last one ends with
  /// the file.
  private func nextPackets(after place: Int) -> Int? {
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

  /// So many packets in a row are no chance.
  private static let convincing = 3
  /// Those that stand after damage are events, of some ten bytes; the longest, the session's first
  /// instant, holds its scenario.
  private static let longestConvincing = 16_384

  private func beginsPackets(_ place: Int) -> Bool {
    var next = place
    for number in 1...Self.convincing {
      guard let range = packet(at: next), range.count <= Self.longestConvincing,
        looksLikePacket(view(range))
      else { return false }
      next = range.upperBound
      // The file's last two are enough.
      if next == size { return number > 1 }
    }
    return true
  }

  /// Whether it is a moment of a sequence, says where a sequence's clock stands, or names a track.
  private func looksLikePacket(_ bytes: UnsafeRawBufferPointer) -> Bool {
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
        // Cut shorter since it was opened.
        if range.lowerBound + filled < size { size = range.lowerBound + filled }
        break
      } else if errno != EINTR {
        failure = .last
        size = range.lowerBound + filled
      }
    }
    held = range.lowerBound..<range.lowerBound + filled
  }

  private static func everything(
    from descriptor: Int32, path: String
  ) throws(SessionFileFault) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count > 0 {
        bytes.append(contentsOf: chunk[..<count])
      } else if errno != EINTR {
        throw .notReadable(path: path, .last)
      }
    }
  }
}
