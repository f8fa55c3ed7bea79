import Pipeline

/// Reads the packets of a trace one after the other, in bounded memory.
///
/// A class because readers share its place. Where no packet begins, it searches for the next place
/// where some do, and counts the bytes in between.
final class PacketStream {
  /// The bytes that the packets lie in.
  let file: TraceBytes
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

  /// Longer packets are invalid: the longest attribute is a scenario's text.
  private static let longestPacket = 1 << 24

  /// The bytes it searches for the next packets after a damaged one.
  var searchLimit = Int.max

  /// Bytes that were decoded for nothing. A damaged file costs some; one that was made so that every
  /// byte begins a long packet without sense would cost its square.
  private var wasted = 0
  /// As many times the file's size may be wasted, and a constant; from then on only short packets are
  /// taken, as nearly all are.
  private static let tolerance = 16
  private static let tolerated = 1 << 20
  private static let longestWhenTired = 128
  private var isTired: Bool { wasted > Self.tolerance * (file.size + Self.tolerated) }
  /// The range of places that the last search found nothing in, and what it found behind it; nil before
  /// the first. A search that begins within it has the same end.
  private var searched: (from: Int, found: Int?)?

  private var lastStart = 0
  private var lastRange = 0..<0

  /// A stream of a file's bytes, from its beginning.
  init(_ file: TraceBytes) { self.file = file }

  /// A second stream of the same bytes, with its own place, even if another file is at the path now.
  ///
  /// - Throws: `SessionFileFault.notReadable` where the file's descriptor can't be duplicated.
  func another(path: String) throws(SessionFileFault) -> PacketStream {
    PacketStream(try file.another(path: path))
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
    while offset < file.size {
      if let range = packet(at: offset) {
        lastStart = offset
        offset = range.upperBound
        return file.view(range)
      }
      let place = offset
      guard let found = nextPackets(after: place) else {
        leftOver = file.size - place
        offset = file.size
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
    while offset < file.size {
      if let range = packet(at: offset) {
        lastStart = offset
        lastRange = range
        offset = range.upperBound
        // The tag of field 6, a message.
        return (lastStart, file.view(range.lowerBound..<range.lowerBound + 1).first == 0x32)
      }
      guard let found = nextPackets(after: offset) else { return nil }
      offset = found
    }
    return nil
  }

  /// The packet that `hop` found last.
  var packet: UnsafeRawBufferPointer? { file.view(lastRange) }

  /// Continues at an offset where a packet begins.
  func seek(to place: Int) { offset = max(0, min(place, file.size)) }

  /// Writes or reads the offset and the counts of damage.
  func archive(_ archive: inout StateArchive) {
    archive.value(&offset)
    archive.value(&damaged)
    archive.value(&skipped)
    archive.value(&firstDamage)
    offset = max(0, min(offset, file.size))
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
    let header = file.view(place..<min(file.size, place + 6))
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
    let header = file.view(place..<min(file.size, place + 6))
    guard header.count > 1, header[0] == 0x0A else { return nil }
    var length = 0
    for index in 1..<header.count {
      length |= Int(header[index] & 0x7F) << (7 * (index - 1))
      guard header[index] & 0x80 != 0 else {
        let start = place + index + 1
        guard length <= (isTired ? Self.longestWhenTired : Self.longestPacket),
          length <= file.size - start
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
    if let searched, searchLimit == .max, searched.from <= place {
      guard let found = searched.found else { return nil }
      if place < found { return found }
    }
    let found = search(after: place)
    if searchLimit == .max { searched = (place, found) }
    return found
  }

  private func search(after place: Int) -> Int? {
    var candidate = place + 1
    while candidate < file.size, candidate - place <= searchLimit {
      let chunk = file.view(candidate..<min(file.size, candidate + 4096))
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
        looksLikePacket(file.view(range))
      else {
        wasted += next - place
        return false
      }
      next = range.upperBound
      // At the end of the file, two are enough.
      if next == file.size { return number > 1 }
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
}
