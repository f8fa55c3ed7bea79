import Host

/// Unpacks deflated or gzipped bytes of a file into a file without a name, in flat memory.
struct Unpacking {
  /// Bytes that are read and written at once.
  private static let pieceSize = 1 << 18

  /// The packed file.
  let file: MappedFile
  /// The packed bytes in it.
  let range: Range<Int>
  /// How they are packed.
  let format: InflatingStream.Format
  /// More unpacked bytes than these are a fault.
  let limit: Int

  /// The unpacked bytes, with their CRC-32.
  ///
  /// - Parameter expected: Bytes that room is asked for before anything is unpacked.
  /// - Throws: `DatasetFault.changed` for a file that has been cut off; `DatasetFault.archive` with
  ///   `damaged` for bytes that don't unpack or become more than the limit, `noRoom` and `unpacking` for
  ///   the disk.
  /// - Complexity: O(bytes).
  func unpack(expecting expected: Int) throws(DatasetFault) -> (file: MappedFile, sum: UInt32) {
    do {
      let target = try unnamedFile()
      guard expected <= target.room else {
        throw ArchiveFault.noRoom(bytes: expected, folder: target.folder)
      }
      let sum = try unpack(into: target)
      return (try MappedFile(target.take(), path: file.path), sum)
    } catch let fault as ArchiveFault {
      throw .archive(path: file.path, fault)
    } catch let fault as DatasetFault {
      throw fault
    } catch {
      throw .archive(path: file.path, .damaged)
    }
  }

  private func unnamedFile() throws -> UnnamedFile {
    do {
      return try UnnamedFile()
    } catch {
      throw ArchiveFault.unpacking(error, folder: UnnamedFile.folder)
    }
  }

  private func unpack(into target: UnnamedFile) throws -> UInt32 {
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
    defer {
      input.deallocate()
      output.deallocate()
    }
    let stream: InflatingStream
    do { stream = try InflatingStream(format) } catch { throw ArchiveFault.noMemory }
    var sum = CyclicSum()
    var (place, made) = (range.lowerBound, 0)
    var isAtEnd = false
    while place < range.upperBound {
      let piece = UnsafeMutableRawBufferPointer(
        rebasing: input[..<min(input.count, range.upperBound - place)])
      try file.copy(from: place, into: piece)
      place += piece.count
      var rest = UnsafeRawBufferPointer(piece)
      while true {
        if isAtEnd {
          // Only gzip files go on, with another member; zeros may follow the last.
          guard format == .gzip, rest.contains(where: { $0 != 0 }) else { break }
        }
        let step: InflatingStream.Step
        do { step = try stream.step(rest, into: output) } catch { throw ArchiveFault.damaged }
        made += step.made
        guard made <= limit else { throw ArchiveFault.damaged }
        let bytes = UnsafeRawBufferPointer(rebasing: output[..<step.made])
        sum.add(bytes)
        do { try target.append(bytes) } catch {
          throw ArchiveFault.unpacking(error, folder: target.folder)
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[step.taken...])
        isAtEnd = step.isAtEnd
        if step.taken == 0 && step.made == 0 { break }
        if rest.isEmpty && step.made < output.count { break }
      }
    }
    guard isAtEnd else { throw ArchiveFault.damaged }
    return sum.value
  }
}
