import CLinux
import Glibc

/// Reads one process's ring from its file, from where it was left.
///
/// The file is read and never mapped: a job that cuts it shorter can't raise a signal here. A class because
/// it owns a descriptor; only one thread uses it.
package final class RingReader {
  /// Bytes of the text page.
  package static let page = 65_536
  /// Slots of a ring.
  package static let slots = 4096
  private static let slotBytes = RingRecord.words * 8
  private static let magic: [UInt8] = Array("augtop\0\u{2}".utf8)
  /// Slots that are read at once.
  private static let piece = 64

  /// The process that writes it.
  package let process: Int32
  /// Records that were overwritten before they were read.
  package private(set) var lost = 0
  /// Slots and lines with values that no probe writes.
  package private(set) var refused = 0

  private let descriptor: Int32
  private var next: Int64 = 1
  private var textEnd = 16
  private var buffer = [Int64](repeating: 0, count: RingReader.piece * RingRecord.words)

  /// Opens a ring; nil where the file isn't one, isn't this user's, or has a name that no probe gives.
  ///
  /// - Parameter fromNow: Leaves out the records that are there already, as one who attaches late.
  package init?(path: String, fromNow: Bool = false) {
    let name = path.split(separator: "/").last ?? ""
    guard name.hasSuffix(".ring"),
      let process = name.split(separator: ".").first.flatMap({
        Int32($0)
      }), process > 0
    else { return nil }
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    var facts = stat()
    var head = [UInt8](repeating: 0, count: 16)
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
      facts.st_uid == geteuid(),
      facts.st_size >= off_t(Self.page + Self.slots * Self.slotBytes),
      pread(descriptor, &head, 16, 0) == 16, Array(head[..<8]) == Self.magic
    else {
      close(descriptor)
      return nil
    }
    self.process = process
    self.descriptor = descriptor
    if fromNow { skipToNewest() }
  }

  deinit { close(descriptor) }

  /// Whether its process lives: it holds a lock on the file as long as it does, whose number may mean another
  /// process here, as that of a container's. Where files have no locks, the number counts.
  package var isWritten: Bool {
    guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else {
      return errno == EWOULDBLOCK || WatchFolder.isAlive(process)
    }
    flock(descriptor, LOCK_UN)
    return false
  }

  /// The lines that have come since the last call.
  ///
  /// - Complexity: O(bytes of the page); O(1) where none has come.
  package func lines() -> [RingLine] {
    var first: UInt8 = 0
    guard pread(descriptor, &first, 1, off_t(textEnd)) == 1, first != 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: Self.page - textEnd)
    let count = pread(descriptor, &bytes, bytes.count, off_t(textEnd))
    guard count > 0 else { return [] }
    var lines: [RingLine] = []
    var from = 0
    while let end = bytes[from..<count].firstIndex(of: UInt8(ascii: "\n")) {
      if let line = RingLine(bytes: bytes[from..<end]) {
        lines.append(line)
      } else {
        refused += 1
      }
      from = end + 1
    }
    textEnd += from
    return lines
  }

  /// The records that have come since the last call, oldest first; `slots` at most.
  ///
  /// - Complexity: O(records).
  package func records() -> [RingRecord] {
    var records: [RingRecord] = []
    var number: Int64 = 0
    let place = Self.page + Int(next % Int64(Self.slots)) * Self.slotBytes
    guard pread(descriptor, &number, 8, off_t(place)) == 8, number >= next else { return records }
    for _ in 0..<Self.slots / Self.piece {
      let first = Int(next % Int64(Self.slots))
      let count = min(Self.piece, Self.slots - first)
      let offset = off_t(Self.page + first * Self.slotBytes)
      guard pread(descriptor, &buffer, count * Self.slotBytes, offset) == count * Self.slotBytes
      else { return records }
      for place in 0..<count {
        let slot = buffer[place * RingRecord.words..<(place + 1) * RingRecord.words]
        let number = slot[slot.startIndex]
        if number == next, slot[slot.endIndex - 1] == next {
          if let record = RingRecord(slot) { records.append(record) } else { refused += 1 }
          next += 1
          continue
        }
        guard number > next, number < Int64.max / 2 else { return records }
        // The writer has come round: the oldest that is left lies half a ring behind it.
        let start = max(next + 1, number - Int64(Self.slots / 2))
        lost += Int(clamping: start - next)
        next = start
        break
      }
    }
    return records
  }

  private func skipToNewest() {
    var newest: Int64 = 0
    for first in stride(from: 0, to: Self.slots, by: Self.piece) {
      let offset = off_t(Self.page + first * Self.slotBytes)
      let bytes = Self.piece * Self.slotBytes
      guard pread(descriptor, &buffer, bytes, offset) == bytes else { continue }
      for place in stride(from: 0, to: buffer.count, by: RingRecord.words) {
        let number = buffer[place]
        guard number == buffer[place + RingRecord.words - 1], number < Int64.max / 2 else {
          continue
        }
        newest = max(newest, number)
      }
    }
    next = newest + 1
  }
}
