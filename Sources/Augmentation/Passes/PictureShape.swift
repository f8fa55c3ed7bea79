/// The shape of one picture: `[height, width, channels]`, channels last.
package struct PictureShape: Hashable, Sendable, CustomStringConvertible {
  /// Rows, above 0.
  package let height: Int
  /// Columns, above 0.
  package let width: Int
  /// Values in a pixel, above 0.
  package let channels: Int

  /// Traps unless all three are above 0.
  package init(height: Int, width: Int, channels: Int) {
    precondition(height > 0 && width > 0 && channels > 0, "a picture has at least one value")
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// Values in one picture.
  package var count: Int { height * width * channels }

  /// `32×32×3`: height, width, channels.
  package var description: String { "\(height)×\(width)×\(channels)" }

  /// A CIFAR-10 picture.
  package static let cifar = PictureShape(height: 32, width: 32, channels: 3)
}
