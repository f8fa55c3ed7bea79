import Augmentation
import CImageCodecs

/// How a picture is turned or mirrored to stand upright; the raw value is EXIF's.
///
/// - Source: EXIF 2.3, tag 0x0112; Pillow's `ImageOps.exif_transpose`.
package enum PictureTurning: Int32, CaseIterable, Sendable {
  /// Not at all.
  case none = 1
  /// Left and right are swapped.
  case mirrored
  /// By 180°.
  case halfTurn
  /// Top and bottom are swapped.
  case flipped
  /// Rows become columns.
  case transposed
  /// Clockwise by 90°.
  case clockwise
  /// Rows become columns, and then by 180°.
  case transversed
  /// Counterclockwise by 90°.
  case counterclockwise

  /// Whether rows become columns.
  package var swapsSides: Bool { rawValue >= Self.transposed.rawValue }

  /// The size of a picture before it is turned to have this one.
  package func stored(_ size: PictureSize) -> PictureSize {
    swapsSides ? PictureSize(height: size.width, width: size.height) : size
  }

  /// Where a part of the turned picture lies in the picture before.
  ///
  /// - Parameter size: The turned picture's.
  func stored(_ box: CropBox, in size: PictureSize) -> CropBox {
    let right = size.width - box.left - box.width
    let bottom = size.height - box.top - box.height
    let place: (top: Int, left: Int) =
      switch self {
      case .none: (box.top, box.left)
      case .mirrored: (box.top, right)
      case .halfTurn: (bottom, right)
      case .flipped: (bottom, box.left)
      case .transposed: (box.left, box.top)
      case .clockwise: (right, box.top)
      case .transversed: (right, bottom)
      case .counterclockwise: (box.left, bottom)
      }
    return CropBox(
      top: place.top, left: place.left, height: swapsSides ? box.width : box.height,
      width: swapsSides ? box.height : box.width)
  }

  /// Turns a picture of 8-bit values.
  ///
  /// - Parameters:
  ///   - size: The picture's before it is turned.
  ///   - to: Room for as many values; not overlapping `from`.
  /// - Complexity: O(values).
  func turn(
    _ from: UnsafePointer<UInt8>, size: PictureSize, channels: Int,
    into to: UnsafeMutablePointer<UInt8>
  ) {
    ci_turn(
      from, ci_size(width: Int32(size.width), height: Int32(size.height)), Int32(channels),
      rawValue, to)
  }
}
