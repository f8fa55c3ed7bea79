import Host
package import Pipeline
package import Quantities

/// Writes a session file, a Perfetto trace that grows while the session runs.
///
/// A class because it is the one owner of an open file; for one thread, which calls `flush` at least
/// once a second. Whatever has been flushed outlives the process: only whole packets are written, and
/// readers accept a torn tail.
///
/// Where nothing is at the path, the file grows there. A file that is to be replaced stays until this
/// one is closed: until then it grows beside it, under the name that `location` gives.
///
/// When writing fails, the file is cut back to its last whole packet and closed, `fault` says why, and
/// whatever is appended from then on is counted in `lost`. The session goes on.
package final class SessionFile {
  package let path: String
  /// Bytes in the file.
  package private(set) var bytes = 0
  /// Slices' begins and ends, instants and counters' numbers appended: a viewer's events.
  package private(set) var moments = 0
  /// Why writing ended early.
  package private(set) var fault: SessionFileFault?
  /// Events, notes and readings appended after writing had ended.
  package private(set) var lost = 0

  /// What a write gathers before it goes to the kernel without being asked: memory stays flat even
  /// if nobody flushes.
  private static let gathered = 1 << 18

  /// Of the session's time; what damage costs a reader at most.
  private static let synchronizedEvery = Nanoseconds.seconds(1)

  private let preamble: SessionPreamble
  private let file: AtomicFile
  private var isWriting = true
  /// Whether the header is written; before, nothing is worth keeping.
  private var hasBegun = false
  private var encoder: EventEncoder
  private var buffer = WireBuffer(capacity: SessionFile.gathered + 4096)
  /// By sequence number; nil until its first moment.
  private var sequences: [SequenceState?] = []
  private var synchronized = Nanoseconds.zero

  /// Makes the file and writes its header.
  ///
  /// - Parameter replacing: Replaces what is at the path, once the session is whole, instead of refusing.
  /// - Throws: `SessionFileFault.exists`, `.notWritable`; nothing is left behind then.
  package init(creating path: String, header: SessionHeader, replacing: Bool = false)
    throws(SessionFileFault)
  {
    do {
      // A pipe nobody reads is a fault, not a session that hangs.
      file = try AtomicFile(
        path: path, replacing: replacing, isVisible: true, waitsForReader: false)
    } catch {
      if case .exists = error { throw .exists(path: path) }
      throw .notWritable(path: path, error.error)
    }
    self.path = path
    preamble = SessionPreamble(header: header)
    encoder = EventEncoder(stages: header.stages)
    preamble.writeSession(to: &buffer)
    encode { encoder, emit in encoder.encode(header, to: emit) }
    do {
      try flush()
      hasBegun = true
    } catch {
      file.discard()
      if case .failed(_, let cause, _, _) = error { throw .notWritable(path: path, cause) }
      throw error
    }
  }

  package var isOpen: Bool { isWriting && file.descriptor >= 0 }

  /// Where the bytes are: the path, or beside it until a file there is replaced.
  package var location: String { file.location }

  /// Ends a session that never began: nothing of it is left, and what was at the path is as it was.
  package func discard() {
    isWriting = false
    file.discard()
  }

  // MARK: Appending

  package func append(_ event: borrowing Event) {
    guard isOpen else {
      lost += 1
      return
    }
    withUnsafePointer(to: event) { event in
      encode { encoder, emit in encoder.encode(event.pointee, to: emit) }
    }
  }

  package func append(_ note: Note, at time: Nanoseconds) {
    guard isOpen else {
      lost += 1
      return
    }
    encode { encoder, emit in encoder.encode(note, at: time, to: emit) }
  }

  /// Appends what a change would make of the epoch.
  package func append(
    prediction: EpochEstimate, of change: ScenarioChange, at time: Nanoseconds
  ) {
    guard isOpen else {
      lost += 1
      return
    }
    encode { encoder, emit in encoder.encode(prediction, of: change, at: time, to: emit) }
  }

  /// Appends the sums of batches and steps that aren't appended one by one.
  package func append(_ unrecorded: UnrecordedTotals) {
    guard isOpen else {
      lost += 1
      return
    }
    encode { encoder, emit in encoder.encode(unrecorded, to: emit) }
  }

  /// Appends a piece of augtop's own work.
  package func append(_ work: OwnWork) {
    guard isOpen else {
      lost += 1
      return
    }
    encode { encoder, emit in encoder.encode(work, to: emit) }
  }

  /// Appends the report's counters and the session's end.
  package func append(end reading: Reading) {
    // What was kept back happened before.
    if isOpen { encode { encoder, emit in encoder.finish(to: emit) } }
    append(counters: reading)
    guard isOpen else { return }
    encode { encoder, emit in encoder.encodeEnd(reading.state, at: reading.at, to: emit) }
  }

  /// Appends every counter's number, and the verdict where it is another one; once a frame is enough.
  package func append(counters reading: Reading) {
    guard isOpen else {
      lost += 1
      return
    }
    encode { encoder, emit in encoder.encode(reading, to: emit) }
  }

  private func encode(
    _ body: (inout EventEncoder, (borrowing TrackMoment) -> Void) -> Void
  ) {
    body(&encoder) { moment in self.write(moment) }
    // A fault stays in `fault`, for the next flush to throw.
    if buffer.count >= Self.gathered { try? flush() }
  }

  private func write(_ moment: borrowing TrackMoment) {
    moments += 1
    let index = Int(moment.sequence.rawValue)
    while sequences.count <= index { sequences.append(nil) }
    if sequences[index] == nil {
      preamble.write(moment.sequence, to: &buffer)
      sequences[index] = SequenceState(start: preamble.header.clocks.monotonic)
    }
    sequences[index]?.write(moment, to: &buffer)
    if moment.at - synchronized >= Self.synchronizedEvery { synchronize(at: moment.at) }
  }

  /// Says again where every sequence's clock stands.
  private func synchronize(at now: Nanoseconds) {
    synchronized = now
    for (index, state) in sequences.enumerated() {
      guard let state else { continue }
      preamble.writeSynchronization(
        of: SequenceID(rawValue: UInt32(index)), at: state.last, to: &buffer)
    }
  }

  // MARK: Writing

  /// Hands everything appended so far to the kernel.
  ///
  /// - Throws: `.failed` once and from then on; `.closed` after `close()`.
  package func flush() throws(SessionFileFault) {
    if let fault { throw fault }
    guard isOpen else { throw .closed(path: path) }
    let (written, error) = buffer.bytes.withUnsafeBytes { writeAll($0, to: file.descriptor) }
    guard let error else {
      bytes += written
      buffer.removeAll()
      return
    }
    throw giveUp(error, keeping: PacketBounds.whole(in: buffer.bytes[..<written]))
  }

  /// Writes what is left, closes the file and puts it in its place; later calls do nothing.
  ///
  /// - Throws: `SessionFileFault.failed`.
  package func close() throws(SessionFileFault) {
    if let fault { throw fault }
    guard isOpen else { return }
    encode { encoder, emit in encoder.finish(to: emit) }
    try flush()
    isWriting = false
    do {
      try file.commit()
    } catch {
      let failed = SessionFileFault.failed(
        path: path, error.error, kept: error.part == nil ? 0 : bytes,
        part: error.part == path ? nil : error.part)
      fault = failed
      throw failed
    }
  }

  private func giveUp(_ error: SystemError, keeping whole: Int) -> SessionFileFault {
    bytes += whole
    // Where it can't be cut, readers meet a torn tail, which they accept.
    try? file.truncate(to: bytes)
    let part = hasBegun ? file.keepPart() : nil
    isWriting = false
    buffer = WireBuffer()
    let failed = SessionFileFault.failed(
      path: path, error, kept: part == nil ? 0 : bytes, part: part == path ? nil : part)
    fault = failed
    return failed
  }
}
