import Glibc
import Host
package import Pipeline
package import Quantities

/// Writes a session file, a Perfetto trace that grows while the session runs.
///
/// A class because it is the one owner of an open file. Only one thread may use it, and it calls
/// `flush` at least once a second. Bytes that have been flushed outlive the process: readers accept
/// a packet that is cut off at the end.
///
/// Where nothing is at the path, the file grows there. A file that is to be replaced stays until
/// this one is closed; until then, this one grows in the same folder, under the name in `location`.
///
/// When writing fails, the file is cut back to its last whole packet and closed, `fault` is set,
/// and everything appended later is counted in `lost`. The session goes on. So it does where another
/// program has written to the file or cut it off: to go on would overwrite its bytes, or leave a hole. Of a
/// file that was removed nothing would be left.
package final class SessionFile {
  /// The path of the finished file.
  package let path: String
  /// Bytes written to the file so far.
  package private(set) var bytes = 0
  /// Moments appended: begins and ends of slices, instants, numbers of counters.
  package var moments: Int { packets.moments }
  /// The fault that ended the writing early; nil while there is none.
  package private(set) var fault: SessionFileFault?
  /// Events, notes and readings appended after writing had ended.
  package private(set) var lost = 0

  /// Bytes collected before a write that wasn't asked for, so that memory stays bounded without
  /// `flush`.
  private static let gathered = 1 << 18

  private let file: AtomicFile
  private var isWriting = true
  /// Whether the header is written; a file without it is removed when writing fails.
  private var hasBegun = false
  private var packets: EventPackets

  /// Creates the file and writes its header.
  ///
  /// - Parameter replacing: Whether an existing file is replaced once this one is closed; otherwise
  ///   it is a fault.
  /// - Throws: `SessionFileFault.exists` where something is at the path and `replacing` is false;
  ///   `.notWritable` where the file can't be created, where a pipe has no reader, or where the
  ///   header can't be written. Nothing is left behind then.
  package init(creating path: String, header: SessionHeader, replacing: Bool = false)
    throws(SessionFileFault)
  {
    do {
      // A pipe without a reader is a fault; waiting for one would block the session.
      file = try AtomicFile(
        path: path, replacing: replacing, isVisible: true, waitsForReader: false)
    } catch {
      if case .exists = error { throw .exists(path: path) }
      throw .notWritable(path: path, error.error)
    }
    self.path = path
    packets = EventPackets(header: header, capacity: SessionFile.gathered + 4096)
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

  /// Whether more can be appended: false after `close`, `discard` and a fault.
  package var isOpen: Bool { isWriting && file.descriptor >= 0 }

  /// The path of the file that is being written: `path`, or one in the same folder until an
  /// existing file is replaced.
  package var location: String { file.location }

  /// Removes the file and ends the writing; an existing file at the path is left as it was.
  package func discard() {
    isWriting = false
    file.discard()
  }

  // MARK: Appending

  /// Appends an event; counted in `lost` where the file isn't open.
  package func append(_ event: borrowing Event) {
    guard isOpen else {
      lost += 1
      return
    }
    withUnsafePointer(to: event) { event in
      encode { encoder, emit in encoder.encode(event.pointee, to: emit) }
    }
  }

  /// Appends a note; counted in `lost` where the file isn't open.
  package func append(_ note: Note, at time: Nanoseconds) {
    guard isOpen else {
      lost += 1
      return
    }
    encode { encoder, emit in encoder.encode(note, at: time, to: emit) }
  }

  /// Appends the epoch that was predicted for a change; counted in `lost` where the file isn't
  /// open.
  package func append(
    prediction: EpochEstimate, of change: ScenarioChange, at time: Nanoseconds
  ) {
    guard isOpen else {
      lost += 1
      return
    }
    encode { encoder, emit in encoder.encode(prediction, of: change, at: time, to: emit) }
  }

  /// Appends the sums of batches and steps that aren't appended one by one; counted in `lost` where
  /// the file isn't open.
  package func append(_ unrecorded: UnrecordedTotals) {
    guard isOpen else {
      lost += 1
      return
    }
    encode { encoder, emit in encoder.encode(unrecorded, to: emit) }
  }

  /// Appends a span of augtop's own work; counted in `lost` where the file isn't open.
  package func append(_ work: OwnWork) {
    guard isOpen else {
      lost += 1
      return
    }
    encode { encoder, emit in encoder.encode(work, to: emit) }
  }

  /// Appends the waits that were kept, the report's counters, and the session's end.
  package func append(end reading: Reading) {
    // The events that were kept back happened before.
    if isOpen { encode { encoder, emit in encoder.finish(to: emit) } }
    append(counters: reading)
    guard isOpen else { return }
    encode { encoder, emit in encoder.encodeEnd(reading.state, at: reading.at, to: emit) }
  }

  /// Appends every counter's number, and the verdict where it has changed; counted in `lost` where
  /// the file isn't open. Once a frame is enough.
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
    packets.encode(body)
    // A fault stays in `fault`, for the next flush to throw.
    if packets.buffer.count >= Self.gathered { try? flush() }
  }

  // MARK: Writing

  /// Writes everything appended so far to the file.
  ///
  /// - Throws: `SessionFileFault.failed` where the kernel refuses a write, now or in an earlier
  ///   call, with `EBUSY` where another program has written to the file, and with `ENOENT` where the
  ///   file was removed; `.closed` after `close()` or `discard()`.
  package func flush() throws(SessionFileFault) {
    if let fault { throw fault }
    guard isOpen else { throw .closed(path: path) }
    if let state = file.state, state.bytes != bytes || state.names == 0 {
      bytes = state.names == 0 ? 0 : min(bytes, state.bytes)
      throw giveUp(SystemError(code: state.names == 0 ? ENOENT : EBUSY), cuttingBack: false)
    }
    let (written, error) = packets.buffer.bytes.withUnsafeBytes {
      writeAll($0, to: file.descriptor)
    }
    guard let error else {
      bytes += written
      packets.buffer.removeAll()
      return
    }
    bytes += PacketBounds.whole(in: packets.buffer.bytes[..<written])
    throw giveUp(error, cuttingBack: true)
  }

  /// Writes everything appended so far, closes the file and moves it to its path; later calls do
  /// nothing.
  ///
  /// - Throws: `SessionFileFault.failed` where writing fails or has failed before, or where the
  ///   file can't be moved to its path.
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

  /// - Parameter cuttingBack: Whether what lies behind the last whole packet is this recording's.
  private func giveUp(_ error: SystemError, cuttingBack: Bool) -> SessionFileFault {
    // Where it can't be cut, the file ends within a packet, which readers accept.
    if cuttingBack { try? file.truncate(to: bytes) }
    let part = hasBegun ? file.keepPart() : nil
    isWriting = false
    packets.buffer = WireBuffer()
    let failed = SessionFileFault.failed(
      path: path, error, kept: part == nil ? 0 : bytes, part: part == path ? nil : part)
    fault = failed
    return failed
  }
}
