import Glibc

/// The memory for decoding one picture of a folder; one reading at a time.
///
/// Sendable because the pool hands it to one thread at a time.
final class DecoderScratch: @unchecked Sendable {
  /// A byte more than the largest file, so that one that has grown is seen.
  private let file: UnsafeMutableRawBufferPointer
  /// The largest picture, decoded.
  let pixels: UnsafeMutableBufferPointer<UInt8>
  /// A picture of the target size.
  let resized: UnsafeMutableBufferPointer<UInt8>
  let rows: UnsafeMutableBufferPointer<Int>
  let columns: UnsafeMutableBufferPointer<Int>
  /// For random parts of pictures.
  let cropped = CroppedReading()

  init(largestFile: Int, mostPixels: Int, target: PictureSize, channels: Int) {
    file = .allocate(byteCount: largestFile + 1, alignment: 16)
    pixels = .allocate(capacity: mostPixels * channels)
    resized = .allocate(capacity: target.pixels * channels)
    rows = .allocate(capacity: target.height)
    columns = .allocate(capacity: target.width)
    rows.initialize(repeating: 0)
    columns.initialize(repeating: 0)
  }

  deinit {
    file.deallocate()
    pixels.deallocate()
    resized.deallocate()
    rows.deallocate()
    columns.deallocate()
  }

  /// Reads a whole file; valid until the next.
  func read(_ path: String) throws(DatasetFault) -> UnsafeRawBufferPointer {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, errno: errno) }
    defer { close(descriptor) }
    var count = 0
    while count < file.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: file[count...])
      let found = Glibc.read(descriptor, rest.baseAddress, rest.count)
      if found < 0 {
        if errno == EINTR { continue }
        throw .unreadable(path: path, errno: errno)
      }
      if found == 0 { return UnsafeRawBufferPointer(rebasing: file[..<count]) }
      count += found
    }
    throw .picture(path: path, .changed)
  }
}
