import Host

/// Buffers for a picture in its file's own form: one for each thread that reads at the same time, each
/// allocated once and used again.
///
/// Sendable because one thread at a time has a piece.
final class DecoderPool: @unchecked Sendable {
  private struct Piece: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer
  }

  private let size: Int
  private let free = Monitor<[Piece]>([])

  init(size: Int) { self.size = size }

  deinit {
    for piece in free.withLock({ $0 }) { piece.bytes.deallocate() }
  }

  /// Lends a piece for as long as `body` runs.
  func lend(_ body: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
    let piece =
      free.withLock { $0.popLast() }
      ?? Piece(bytes: .allocate(byteCount: size, alignment: 64))
    defer { free.withLock { $0.append(piece) } }
    try body(piece.bytes)
  }
}
