package import Augmentation

/// 50 000 pictures of 32×32×3 made from their index: a sign on a gradient, the same on every machine
/// (whole numbers only).
///
/// The sign is asymmetric, lighter or darker than its surroundings, and differs by class; the ground
/// gets darker from the top down. So a turn, a flip, a shift and a zoom can be seen.
///
/// Every picture can be borrowed. The 1 024 rendered pictures lie one under the other like a strip of
/// film, whose ground continues from each to the next. Picture `index` is a window of 32 rows onto the
/// strip, moved by 0 to 6 rows and 0 to 6 columns from rendered picture `index % 1024`. Columns that
/// leave on the left appear on the right, one row lower, where there is only ground.
package final class SyntheticDataset: DatasetSource {
  /// Pictures that are rendered.
  static let rendered = 1024
  /// Windows onto each of them, in each direction.
  static let windows = 7

  /// Signs, each a class.
  package static let classCount = SyntheticStrip.signs.count

  /// Pictures, 1...50 176.
  package let count: Int
  /// 32×32×3.
  package let shape = PictureShape.cifar

  // Immutable after init, so it can be read from any thread.
  private nonisolated(unsafe) let strip: UnsafePointer<Float>

  /// - Parameters:
  ///   - count: Pictures, 1...50 176; fewer are the first of the same ones.
  /// - Complexity: O(1): about 13 MB and a few milliseconds, whatever the count.
  package init(count: Int = 50_000) {
    precondition(
      count > 0 && count <= Self.rendered * Self.windows * Self.windows,
      "there are 50 176 synthetic pictures at most")
    self.count = count
    strip = SyntheticStrip.render(pictures: Self.rendered, further: Self.windows)
  }

  deinit { strip.deallocate() }

  /// The picture in the rendered strip, never nil.
  package func borrow(_ index: Int) -> UnsafePointer<Float>? { window(index) }

  /// Copies the picture out of the strip.
  package func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
    picture.update(from: window(index), count: shape.count)
  }

  /// The sign's number, 0...9.
  package func label(_ index: Int) -> Int32? {
    Int32(index % Self.rendered % SyntheticStrip.signs.count)
  }

  private func window(_ index: Int) -> UnsafePointer<Float> {
    precondition(index >= 0 && index < count, "no such picture in the dataset")
    let (variant, picture) = index.quotientAndRemainder(dividingBy: Self.rendered)
    let (rows, columns) = variant.quotientAndRemainder(dividingBy: Self.windows)
    let row = picture * shape.height + rows
    return strip + (row * shape.width + columns) * shape.channels
  }
}
