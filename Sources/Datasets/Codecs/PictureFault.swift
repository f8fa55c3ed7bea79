/// A fault in a picture's file.
package enum PictureFault: Error, Equatable, Sendable {
  /// None of the formats that are read, whatever its name says, and none that is known.
  case unknown
  /// Another format, named with its article: `an SVG`.
  case otherFormat(String)
  /// A kind that isn't decoded.
  case unsupported(String)
  /// The file ends before the picture does.
  case cutOff
  /// The data contradict themselves; the decoder's message.
  case damaged(String)
  /// More pixels than `PictureCodec.pixelLimit`.
  case tooManyPixels(PictureSize)
  /// The file has changed since the folder was opened.
  case changed
  /// The system has no memory for the picture.
  case noMemory

  var text: String {
    switch self {
    case .unknown:
      "neither JPEG, PNG, BMP, GIF, TIFF nor WebP; convert it or take it out of the folder"
    case .otherFormat(let name):
      "this is \(name), which isn't read; convert it to PNG or take it out of the folder"
    case .unsupported(let kind):
      "\(kind) isn't read; save it as 8-bit RGB or grey"
    case .cutOff:
      "the picture is cut off; copy it again or take it out of the folder"
    case .damaged(let why):
      "the picture is damaged (\(why)); copy it again or take it out of the folder"
    case .tooManyPixels(let size):
      """
      \(size) pixels are more than the \(PictureCodec.pixelLimit) that are decoded; make the \
      picture smaller
      """
    case .changed:
      "the file has changed since the folder was opened; start again"
    case .noMemory:
      "no memory is left to decode it; free some"
    }
  }
}
