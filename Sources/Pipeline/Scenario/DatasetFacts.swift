package import Augmentation

/// The facts of a dataset that a session needs once it is open.
package struct DatasetFacts: Hashable, Sendable {
  /// Pictures, above 0.
  package var count: Int
  /// The shape of each picture.
  package var shape: PictureShape

  /// Facts of an open dataset.
  package init(count: Int, shape: PictureShape) {
    self.count = count
    self.shape = shape
  }
}
