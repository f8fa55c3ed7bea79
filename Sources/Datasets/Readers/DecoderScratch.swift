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
  ///
  /// - Throws: `DatasetFault.picture` for a file that has grown, `empty` for one that has been emptied, `unreadable` and `notAFile` for one that
  ///   can't be read.
  func read(_ path: RawPath) throws(DatasetFault) -> UnsafeRawBufferPointer {
    let bytes = try PictureFile(path).read(into: file)
    guard bytes.count > 0 else { throw .empty(path: path.text) }
    guard bytes.count < file.count else { throw .picture(path: path.text, .changed) }
    return bytes
  }

  /// Decodes a whole picture in its own size; valid until the next.
  ///
  /// - Throws: As `read`, and `DatasetFault.picture` with the decoder's fault.
  func decode(
    _ file: FolderSearch.File, channels: Int
  ) throws(DatasetFault) -> UnsafePointer<UInt8> {
    let bytes = try read(file.path)
    guard let place = pixels.baseAddress else { preconditionFailure("no picture is empty") }
    do {
      try PictureCodec.decode(bytes, size: file.size, channels: channels, into: place)
    } catch {
      throw .picture(path: file.path.text, error)
    }
    return UnsafePointer(place)
  }
}
