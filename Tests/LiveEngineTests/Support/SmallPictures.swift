import Augmentation

/// Pictures of 4×4×1 out of thin air: each value is the picture's number.
struct SmallPictures: DatasetSource {
  var count = 100
  let shape = PictureShape(height: 4, width: 4, channels: 1)
  /// Fails to read from this picture on.
  var brokenFrom = Int.max
  /// Left out.
  var bad: [BadPicture] = []

  struct Broken: Error, CustomStringConvertible {
    var description: String { "picture 7 can't be read" }
  }

  func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }

  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws {
    guard index < brokenFrom else { throw Broken() }
    picture.update(repeating: Float(index), count: shape.count)
  }

  func badPictures(after known: Int) -> [BadPicture] { Array(bad.dropFirst(known)) }

  func label(_ index: Int) -> Int32? { nil }
}
