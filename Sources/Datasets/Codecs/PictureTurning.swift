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
}
