import CImageCodecs

/// JPEG, PNG, BMP, GIF, TIFF and WebP in memory, as values without padding between rows.
///
/// The content decides the format, not the file's name. Results equal Pillow's `convert("RGB")` and
/// `convert("L")`, in files that Pillow reads in spite of a fault, too; `ci_decode` documents the
/// details. Every decoding returns the decoder's warnings: faults of the file that it overcame.
package enum PictureCodec {
  /// The most pixels that a picture may have: twice `manyPixels`.
  package static let pixelLimit = Int(CI_PIXEL_LIMIT)

  /// More pixels than these are worth a warning.
  ///
  /// - Source: Pillow's `Image.MAX_IMAGE_PIXELS`.
  package static let manyPixels = Int(CI_MANY_PIXELS)

  /// Reads the header; the rest of the file isn't decoded.
  ///
  /// - Throws: `unknown`, `otherFormat` or `unsupported` for another format, `cutOff` or `damaged` for
  ///   a header that isn't whole, `tooManyPixels` beyond `pixelLimit`.
  /// - Complexity: O(1); with an orientation that is applied, O(parts of the file).
  package static func header(
    of file: UnsafeRawBufferPointer, orientation: ExifOrientation = .ignore
  ) throws(PictureFault) -> PictureHeader {
    var header = ci_header()
    var message = ci_message()
    let status = ci_read_header(
      bytes(file), file.count, orientation.turning, &header, &message)
    let size = PictureSize(height: Int(header.size.height), width: Int(header.size.width))
    try check(status, message, size)
    return PictureHeader(
      size: size, isGrey16: header.is_grey16 != 0, isJPEG: header.format == CI_JPEG,
      turning: PictureTurning(rawValue: header.orientation) ?? .none)
  }

  /// The size in the header, as the picture lies in the file, or upright in a TIFF.
  ///
  /// - Throws: As `header(of:orientation:)`.
  package static func size(of file: UnsafeRawBufferPointer) throws(PictureFault) -> PictureSize {
    try header(of: file).size
  }

  /// Decodes a whole picture to 8-bit values; 16-bit grey is limited to 0...255, as by Pillow.
  ///
  /// - Parameters:
  ///   - size: The size that `header(of:orientation:)` returned for the same orientation.
  ///   - channels: 3 for red, green, blue; 1 for grey.
  ///   - pixels: Room for height × width × channels values.
  /// - Returns: The decoder's warnings.
  /// - Throws: `changed` where the picture has another size, `cutOff` or `damaged` where its data
  ///   aren't whole, `unsupported`, `noMemory`.
  /// - Complexity: O(pixels).
  @discardableResult
  package static func decode(
    _ file: UnsafeRawBufferPointer, size: PictureSize, channels: Int,
    orientation: ExifOrientation = .ignore, into pixels: UnsafeMutablePointer<UInt8>
  ) throws(PictureFault) -> Int {
    var message = ci_message()
    let expected = ci_size(width: Int32(size.width), height: Int32(size.height))
    let status = ci_decode(
      bytes(file), file.count, Int32(channels), orientation.turning, expected, pixels, &message)
    try check(status, message, size)
    return Int(message.warnings)
  }

  /// Decodes a picture whose header says `isGrey16` to its own values, one a pixel.
  ///
  /// - Parameter pixels: Room for height × width values.
  /// - Returns: The decoder's warnings.
  /// - Throws: As `decode`; `unsupported` where it isn't 16-bit grey.
  /// - Complexity: O(pixels).
  @discardableResult
  package static func decodeGrey16(
    _ file: UnsafeRawBufferPointer, size: PictureSize, orientation: ExifOrientation = .ignore,
    into pixels: UnsafeMutablePointer<UInt16>
  ) throws(PictureFault) -> Int {
    var message = ci_message()
    let expected = ci_size(width: Int32(size.width), height: Int32(size.height))
    let status = ci_decode_grey16(
      bytes(file), file.count, orientation.turning, expected, pixels, &message)
    try check(status, message, size)
    return Int(message.warnings)
  }

  /// Decodes a part of a JPEG at a fraction of its size, without the work for what lies outside.
  ///
  /// - Parameters:
  ///   - size: The size that `size(of:)` returned.
  ///   - reduction: 1, 2, 4 or 8; the reduced picture has size / reduction pixels, rounded up.
  ///     Without reduction each value is the one that `decode` gives.
  ///   - part: Rows and columns of the reduced picture, within it and not empty.
  ///   - pixels: Room for the part's rows × columns × channels values.
  /// - Returns: The decoder's warnings.
  /// - Throws: As `decode`.
  @discardableResult
  package static func decodeJPEG(
    _ file: UnsafeRawBufferPointer, size: PictureSize, channels: Int, reduction: Int,
    part: (rows: Range<Int>, columns: Range<Int>), into pixels: UnsafeMutablePointer<UInt8>
  ) throws(PictureFault) -> Int {
    precondition([1, 2, 4, 8].contains(reduction), "JPEG's blocks halve three times")
    precondition(channels == 1 || channels == 3, "pictures have 1 or 3 channels")
    var message = ci_message()
    let expected = ci_size(width: Int32(size.width), height: Int32(size.height))
    let place = ci_part(
      top: Int32(part.rows.lowerBound), left: Int32(part.columns.lowerBound),
      size: ci_size(width: Int32(part.columns.count), height: Int32(part.rows.count)))
    let status = ci_decode_jpeg_part(
      bytes(file), file.count, Int32(channels), expected, Int32(reduction), place, pixels,
      &message)
    try check(status, message, size)
    return Int(message.warnings)
  }

  /// Columns that `decodeJPEGAround` may add to a part.
  package static let mostColumnsAround = 48

  /// Decodes a part to red, green, blue, with those columns left and right of it that are decoded
  /// anyway, so that no row has to be copied.
  ///
  /// - Parameter pixels: Room for the part's rows × (columns + `mostColumnsAround`) × 3 values.
  /// - Returns: The width of the rows, the part's first column in them, and the decoder's warnings; nil
  ///   where the file has other colours and nothing was decoded.
  /// - Throws: As `decode`.
  package static func decodeJPEGAround(
    _ file: UnsafeRawBufferPointer, size: PictureSize, reduction: Int,
    part: (rows: Range<Int>, columns: Range<Int>), into pixels: UnsafeMutableBufferPointer<UInt8>
  ) throws(PictureFault) -> (width: Int, left: Int, warnings: Int)? {
    precondition([1, 2, 4, 8].contains(reduction), "JPEG's blocks halve three times")
    var message = ci_message()
    var around = ci_around()
    let place = ci_part(
      top: Int32(part.rows.lowerBound), left: Int32(part.columns.lowerBound),
      size: ci_size(width: Int32(part.columns.count), height: Int32(part.rows.count)))
    let status = ci_decode_jpeg_around(
      bytes(file), file.count, ci_size(width: Int32(size.width), height: Int32(size.height)),
      Int32(reduction), place, pixels.baseAddress, pixels.count, &around, &message)
    try check(status, message, size)
    return around.width == 0
      ? nil : (Int(around.width), Int(around.left), Int(message.warnings))
  }

  /// The most bytes a PNG of that shape can have.
  package static func pngBound(_ size: PictureSize, channels: Int) -> Int {
    ci_png_bound(Int32(size.width), Int32(size.height), Int32(channels))
  }

  /// Encodes a PNG; returns its length in bytes.
  ///
  /// - Parameters:
  ///   - channels: 3 for red, green, blue; 1 for grey.
  ///   - file: Room for `pngBound` bytes.
  /// - Throws: `noMemory`, or `damaged` with libpng's message.
  /// - Complexity: O(pixels).
  package static func encodePNG(
    _ pixels: UnsafePointer<UInt8>, size: PictureSize, channels: Int,
    into file: UnsafeMutableRawBufferPointer
  ) throws(PictureFault) -> Int {
    var message = ci_message()
    var written = 0
    let status = ci_encode_png(
      pixels, Int32(size.width), Int32(size.height), Int32(channels),
      file.baseAddress?.assumingMemoryBound(to: UInt8.self), file.count, &written, &message)
    try check(status, message, size)
    return written
  }

  /// Encodes red, green, blue as JPEG, 4:2:0.
  ///
  /// - Parameter quality: libjpeg's, 1...100.
  /// - Throws: `unsupported`, where JPEG has no such size.
  package static func encodeJPEG(
    _ pixels: [UInt8], size: PictureSize, quality: Int
  ) throws(PictureFault) -> [UInt8] {
    precondition(pixels.count == size.pixels * 3, "three values a pixel")
    precondition((1...100).contains(quality), "libjpeg's quality is from 1 to 100")
    var message = ci_message()
    var written = 0
    // Huffman codes of noise can be longer than the noise itself, but not by a half and a header.
    var file = [UInt8](repeating: 0, count: pixels.count * 3 / 2 + 4096)
    let status = ci_encode_jpeg(
      pixels, Int32(size.width), Int32(size.height), Int32(quality), &file, file.count, &written,
      &message)
    try check(status, message, size)
    file.removeLast(file.count - written)
    return file
  }

  /// Whether the content is a JPEG's, which can be decoded in parts.
  package static func isJPEG(_ file: UnsafeRawBufferPointer) -> Bool {
    file.count >= 3 && file[0] == 0xff && file[1] == 0xd8 && file[2] == 0xff
  }

  private static func bytes(_ file: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
    file.baseAddress?.assumingMemoryBound(to: UInt8.self)
  }

  private static func check(
    _ status: ci_status, _ message: ci_message, _ size: PictureSize
  ) throws(PictureFault) {
    switch status {
    case CI_OK: return
    case CI_UNKNOWN:
      let name = text(message)
      throw name.isEmpty ? .unknown : .otherFormat(name)
    case CI_UNSUPPORTED: throw .unsupported(text(message))
    case CI_CUT_OFF: throw .cutOff
    case CI_TOO_MANY_PIXELS: throw .tooManyPixels(size)
    case CI_OTHER_SIZE: throw .changed
    case CI_NO_MEMORY: throw .noMemory
    case CI_DAMAGED: throw .damaged(text(message))
    default: preconditionFailure("a part outside the picture, or a buffer smaller than its bound")
    }
  }

  private static func text(_ message: ci_message) -> String {
    withUnsafeBytes(of: message.text) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
