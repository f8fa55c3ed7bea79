/// Rows and columns of a picture.
package struct PictureSize: Hashable, Sendable, CustomStringConvertible {
  package let height: Int
  package let width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  package var pixels: Int { height * width }

  package var description: String { "\(height)×\(width)" }
}
