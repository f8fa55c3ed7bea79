package import Augmentation

/// What a session knows of its dataset once it is open.
package struct DatasetFacts: Hashable, Sendable {
  package var count: Int
  package var shape: PictureShape

  package init(count: Int, shape: PictureShape) {
    self.count = count
    self.shape = shape
  }
}
