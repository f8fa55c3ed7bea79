/// Rows and columns of a picture.
package struct PictureSize: Hashable, Sendable, CustomStringConvertible {
  /// Rows.
  package let height: Int
  /// Columns.
  package let width: Int

  /// A size as it is.
  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Rows times columns.
  package var pixels: Int { height * width }

  /// `375×500`: rows, then columns.
  package var description: String { "\(height)×\(width)" }
}
