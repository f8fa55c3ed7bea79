import Glibc
package import Pipeline
package import Quantities
import SwiftProtobuf

/// Writes a session file, a Perfetto trace that grows while the session runs.
///
/// A class because it is the one owner of an open file; for one thread, which calls `flush` at least
/// once a second. Whatever has been flushed outlives the process: only whole packets are written, and
/// readers accept a torn tail.
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
  private var descriptor: Int32
  private var narrator: EventEncoder
  private var buffer = WireBuffer(capacity: SessionFile.gathered + 4096)
  /// By sequence number; nil until its first moment.
  private var sequences: [SequenceState?] = []
  private var synchronized = Nanoseconds.zero

  /// Makes the file and writes its header.
  ///
  /// - Parameter replacing: Empties a file that is at the path already, instead of refusing.
  package init(creating path: String, header: SessionHeader, replacing: Bool = false)
    throws(SessionFileFault)
  {
    let existing = replacing ? O_TRUNC : O_EXCL
    // O_NONBLOCK: a pipe nobody reads is a fault, not a session that hangs; files don't heed it.
    let opened = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | existing, 0o644)
    guard opened >= 0 else {
      let error = SystemError.last
      throw error.code == EEXIST ? .exists(path: path) : .notWritable(path: path, error)
    }
    self.path = path
    descriptor = opened
    preamble = SessionPreamble(header: header)
    narrator = EventEncoder(stages: header.stages)
    append(preamble.packets)
    tell { narrator, say in narrator.tell(header, to: say) }
    do {
      try flush()
    } catch {
      // Nothing worth keeping was written, and the path was free before.
      if !replacing { unlink(path) }
      if case .failed(_, let cause, _) = error { throw .notWritable(path: path, cause) }
      throw error
    }
  }

  deinit {
    if descriptor >= 0 { Glibc.close(descriptor) }
  }

  package var isOpen: Bool { descriptor >= 0 }

  // MARK: Appending

  package func append(_ event: borrowing Event) {
    guard isOpen else {
      lost += 1
      return
    }
    withUnsafePointer(to: event) { event in
      tell { narrator, say in narrator.tell(event.pointee, to: say) }
    }
  }

  package func append(_ note: Note, at time: Nanoseconds) {
    guard isOpen else {
      lost += 1
      return
    }
    tell { narrator, say in narrator.tell(note, at: time, to: say) }
  }

  /// Appends what a change would make of the epoch.
  package func append(
    prediction: EpochEstimate, of change: ScenarioChange, at time: Nanoseconds
  ) {
    guard isOpen else {
      lost += 1
      return
    }
    tell { narrator, say in narrator.tell(prediction, of: change, at: time, to: say) }
  }

  /// Appends the sums of batches and steps that aren't appended one by one.
  package func append(_ unrecorded: UnrecordedTotals) {
    guard isOpen else {
      lost += 1
      return
    }
    tell { narrator, say in narrator.tell(unrecorded, to: say) }
  }

  /// Appends a piece of augtop's own work.
  package func append(_ work: OwnWork) {
    guard isOpen else {
      lost += 1
      return
    }
    tell { narrator, say in narrator.tell(work, to: say) }
  }

  /// Appends the report's counters and the session's end.
  package func append(end reading: Reading) {
    // What was kept back happened before.
    if isOpen { tell { narrator, say in narrator.finish(to: say) } }
    append(counters: reading)
    guard isOpen else { return }
    tell { narrator, say in narrator.tellEnd(reading.state, at: reading.at, to: say) }
  }

  /// Appends every counter's number, and the verdict where it is another one; once a frame is enough.
  package func append(counters reading: Reading) {
    guard isOpen else {
      lost += 1
      return
    }
    tell { narrator, say in narrator.tell(reading, to: say) }
  }

  private func tell(
    _ body: (inout EventEncoder, (borrowing TrackMoment) -> Void) -> Void
  ) {
    body(&narrator) { moment in self.write(moment) }
    // A fault stays in `fault`, for the next flush to throw.
    if buffer.count >= Self.gathered { try? flush() }
  }

  private func write(_ moment: borrowing TrackMoment) {
    moments += 1
    let index = Int(moment.sequence.rawValue)
    while sequences.count <= index { sequences.append(nil) }
    if sequences[index] == nil {
      append(preamble.packets(for: moment.sequence))
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
      append([
        preamble.synchronization(of: SequenceID(rawValue: UInt32(index)), at: state.last)
      ])
    }
  }

  private func append(_ packets: [PerfettoTracePacket]) {
    for packet in packets {
      // Binary encoding fails on missing required fields alone, and there are none.
      let bytes: [UInt8] = (try? packet.serializedBytes()) ?? []
      buffer.delimited(1, bytes)
    }
  }

  // MARK: Writing

  /// Hands everything appended so far to the kernel.
  ///
  /// - Throws: `.failed` once and from then on; `.closed` after `close()`.
  package func flush() throws(SessionFileFault) {
    if let fault { throw fault }
    guard isOpen else { throw .closed(path: path) }
    let (written, error) = Self.write(buffer.bytes, to: descriptor)
    guard let error else {
      bytes += written
      buffer.removeAll()
      return
    }
    throw giveUp(error, keeping: PacketBounds.whole(in: buffer.bytes[..<written]))
  }

  /// Writes what is left and closes the file; later calls do nothing.
  package func close() throws(SessionFileFault) {
    if let fault { throw fault }
    guard isOpen else { return }
    tell { narrator, say in narrator.finish(to: say) }
    try flush()
    let result = Glibc.close(descriptor)
    descriptor = -1
    // EINTR closes the descriptor all the same on Linux.
    guard result == 0 || errno == EINTR else {
      let failed = SessionFileFault.failed(path: path, .last, kept: bytes)
      fault = failed
      throw failed
    }
  }

  private func giveUp(_ error: SystemError, keeping whole: Int) -> SessionFileFault {
    bytes += whole
    // Where it can't be cut, readers meet a torn tail, which they accept.
    _ = ftruncate(descriptor, off_t(bytes))
    Glibc.close(descriptor)
    descriptor = -1
    buffer = WireBuffer()
    let failed = SessionFileFault.failed(path: path, error, kept: bytes)
    fault = failed
    return failed
  }

  /// Writes all of `bytes`, or as many as go; calls that signals broke off are made again.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> (Int, SystemError?) {
    bytes.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let result = Glibc.write(
          descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if result > 0 {
          written += result
        } else if result == 0 {
          return (written, SystemError(code: EIO))
        } else if errno != EINTR {
          return (written, .last)
        }
      }
      return (written, nil)
    }
  }
}
