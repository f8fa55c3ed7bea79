/// The form that pictures of a folder are decoded to.
struct DecodedForm {
  /// 3 for red, green, blue; 1 for grey.
  let channels: Int
  let orientation: ExifOrientation
  /// Whether 16-bit grey keeps its values, two bytes each.
  let keepsGrey16: Bool

  /// The most bytes of a pixel.
  var mostBytes: Int { keepsGrey16 ? 2 : channels }

  /// Whether a picture's values are kept in 16 bits.
  func keeps(_ header: PictureHeader) -> Bool { keepsGrey16 && header.isGrey16 }
}

/// The memory for decoding one picture of a folder; one reading at a time.
///
/// Sendable because the pool hands it to one thread at a time.
final class DecoderScratch: @unchecked Sendable {
  /// A byte more than the largest file, so that one that has grown is seen.
  private let file: UnsafeMutableRawBufferPointer
  private let form: DecodedForm
  /// The decoder's warnings at the last picture.
  private(set) var warnings = 0
  /// Whether the last file was another one when the folder was opened.
  private(set) var hasChanged = false
  /// The largest picture, decoded.
  let pixels: UnsafeMutableBufferPointer<UInt8>
  /// A picture of the target size.
  let resized: UnsafeMutableBufferPointer<UInt8>
  let rows: UnsafeMutableBufferPointer<Int>
  let columns: UnsafeMutableBufferPointer<Int>
  /// For random parts of pictures.
  let cropped = CroppedReading()

  init(largestFile: Int, mostPixels: Int, target: PictureSize, form: DecodedForm) {
    self.form = form
    file = .allocate(byteCount: largestFile + 1, alignment: 16)
    pixels = Self.aligned(mostPixels * form.mostBytes)
    resized = Self.aligned(target.pixels * form.mostBytes)
    rows = .allocate(capacity: target.height)
    columns = .allocate(capacity: target.width)
    rows.initialize(repeating: 0)
    columns.initialize(repeating: 0)
  }

  /// Memory that may hold values of two bytes, too.
  private static func aligned(_ count: Int) -> UnsafeMutableBufferPointer<UInt8> {
    UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
      .bindMemory(to: UInt8.self)
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
  func read(_ picture: FolderSearch.File) throws(DatasetFault) -> UnsafeRawBufferPointer {
    let path = picture.path
    let opened = try PictureFile(path)
    hasChanged = opened.state != picture.state
    let bytes = try opened.read(into: file)
    guard bytes.count > 0 else { throw .empty(path: path.text) }
    guard bytes.count < file.count else { throw .picture(path: path.text, .changed) }
    return bytes
  }

  /// Decodes a whole picture in its own size, of two bytes a value where the form keeps 16-bit grey;
  /// valid until the next.
  ///
  /// - Throws: As `read`, and `DatasetFault.picture` with the decoder's fault.
  func decode(
    _ file: FolderSearch.File
  ) throws(DatasetFault) -> UnsafePointer<UInt8> {
    let bytes = try read(file)
    guard let place = pixels.baseAddress else { preconditionFailure("no picture is empty") }
    do throws(PictureFault) {
      if form.keeps(file.header) {
        warnings = try place.withMemoryRebound(to: UInt16.self, capacity: file.size.pixels) {
          place throws(PictureFault) in
          try PictureCodec.decodeGrey16(
            bytes, size: file.size, orientation: form.orientation, into: place)
        }
      } else {
        warnings = try PictureCodec.decode(
          bytes, size: file.size, channels: form.channels, orientation: form.orientation,
          into: place)
      }
    } catch {
      throw .picture(path: file.path.text, error)
    }
    return UnsafePointer(place)
  }
}
