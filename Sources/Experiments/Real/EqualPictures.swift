package import Augmentation

/// Pictures of any shape that are all the same one, black: for sessions in which only times count.
///
/// `@unchecked Sendable` because nothing is written after `init`.
package final class EqualPictures: DatasetSource, @unchecked Sendable {
  /// Pictures, above 0.
  package let count: Int
  /// The shape of each.
  package let shape: PictureShape
  private let values: UnsafeMutablePointer<Float>

  /// As many pictures as an epoch has.
  package init(count: Int, shape: PictureShape) {
    self.count = count
    self.shape = shape
    values = .allocate(capacity: shape.count)
    values.initialize(repeating: 0, count: shape.count)
  }

  deinit { values.deallocate() }

  /// The picture, never nil.
  package func borrow(_ index: Int) -> UnsafePointer<Float>? { UnsafePointer(values) }

  /// Copies the picture.
  package func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
    picture.update(from: values, count: shape.count)
  }

  /// No picture has a class.
  package func label(_ index: Int) -> Int32? { nil }
}
