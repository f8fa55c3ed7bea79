import Glibc
package import Host

/// A session file whose header has been read; `SessionRecords` reads the rest, in bounded memory.
///
/// Whole packets are read. A packet that is cut off at the end, as a killed session leaves it, and
/// damaged places are counted in `RecordingTrouble`. No input makes it trap.
package struct SessionFileReader {
  /// The path that the file was opened at, for faults.
  package let path: String
  /// The facts of the header.
  package let header: RecordedHeader
  let stream: PacketStream

  /// The trace's attributes, as the header has them.
  package var attributes: [SessionHeader.Attribute] { header.attributes }

  /// Opens a file and reads its header; the packets then come from the first on.
  ///
  /// - Throws: `SessionFileFault`: `notReadable`, `empty`, `cutInHeader`, `foreign` for another
  ///   program's file, `futureFormat` for a later version's.
  package init(path: String) throws(SessionFileFault) {
    try self.init(PacketStream(TraceBytes(path: path)), path: path)
  }

  /// The same for bytes in memory, which `path` names in faults.
  ///
  /// - Throws: As for a file.
  package init(bytes: [UInt8], path: String) throws(SessionFileFault) {
    try self.init(PacketStream(TraceBytes(bytes: bytes)), path: path)
  }

  private init(_ stream: PacketStream, path: String) throws(SessionFileFault) {
    self.path = path
    self.stream = stream
    header = try Self.header(of: stream, path: path)
    stream.rewind()
  }

  private init(_ stream: PacketStream, _ header: RecordedHeader, path: String) {
    self.path = path
    self.stream = stream
    self.header = header
  }

  /// Another reader of the same bytes, wherever the path leads by now; from the first packet on.
  ///
  /// - Throws: `SessionFileFault.notReadable` where the file can't be opened again.
  package func another() throws(SessionFileFault) -> SessionFileReader {
    SessionFileReader(try stream.another(path: path), header, path: path)
  }

  /// The bytes that the file had when it was opened.
  package var size: Int { stream.file.size }

  /// The stamp of this state of the file, by which an index is matched to it; nil for memory and
  /// pipes.
  package var stamp: FileStamp? {
    stream.file.changed.map {
      FileStamp(
        size: stream.file.size, changed: $0,
        edges: Checksum.of(stream.file.edges(FileStamp.edgeLength)))
    }
  }

  /// The attributes are within the first eight packets of a header, after clocks and identity.
  private static let headerPackets = 8
  /// Where they are damaged, the session's first instant, within this many packets, has a copy.
  private static let spareHeaderPackets = 64
  /// A header is some kilobytes; the search for it ends here in files of other programs.
  private static let headerSearchLimit = 1 << 16

  private static func header(
    of stream: PacketStream, path: String
  ) throws(SessionFileFault) -> RecordedHeader {
    guard stream.file.size > 0 else { throw .empty(path: path) }
    stream.searchLimit = headerSearchLimit
    defer { stream.searchLimit = .max }
    var identity = SessionHeader.Identity(high: 0, low: 0)
    for number in 0..<spareHeaderPackets {
      let place = stream.offset
      guard let bytes = stream.next() else {
        if let failure = stream.file.failure { throw .notReadable(path: path, failure) }
        let isCut =
          number < headerPackets && stream.damaged == 0 && stream.isTorn(at: place)
          && (place > 0 || stream.file.size < shortestSign)
        let kind = ForeignKind(of: stream.file.view(0..<ForeignKind.length))
        throw isCut && kind == nil
          ? .cutInHeader(path: path, bytes: stream.file.size) : .foreign(path: path, kind)
      }
      if let attributes = spareAttributes(bytes) {
        return RecordedHeader(attributes: attributes, identity: identity)
      }
      guard let packet = PreamblePacket(bytes) else {
        stream.refuse()
        continue
      }
      switch packet.content {
      case .identity(let found): identity = found
      case .attributes(let format, let attributes):
        guard let format, format > 0 else { continue }
        guard format <= SessionHeader.format else {
          throw .futureFormat(path: path, found: Int(format), known: SessionHeader.format)
        }
        return RecordedHeader(attributes: attributes, identity: identity)
      case .clocks, .track, .other: break
      }
    }
    throw .foreign(path: path, ForeignKind(of: stream.file.view(0..<ForeignKind.length)))
  }

  /// The attributes in the session's first instant; nil for any other packet.
  private static func spareAttributes(
    _ bytes: UnsafeRawBufferPointer
  ) -> [SessionHeader.Attribute]? {
    guard let event = RawMoment.packet(bytes)?.event, let moment = RawMoment(event: event),
      moment.text.elementsEqual(InstantName.session.rawValue.utf8)
    else { return nil }
    let attributes = moment.attributes
    return attributes.contains { $0.key == "augtop.version" } ? attributes : nil
  }

  /// The first packet of a session file, its clocks, is shorter than this; so a longer file without
  /// one whole packet isn't a session.
  private static let shortestSign = 128
}
