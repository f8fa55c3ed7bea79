/// Where pictures come from: numbered, all of one shape, as float32.
///
/// It stands on the generator's own floor, below the datasets that conform to it and the rules that
/// count its pictures, because `BatchPass` takes pictures from it.
///
/// All calls are safe from several threads at once and allocate nothing.
package protocol DatasetSource: Sendable {
  /// Pictures, above 0.
  var count: Int { get }
  /// The shape of each.
  var shape: PictureShape { get }

  /// The picture where it lies in memory, `shape.count` values; nil if it has to be read. Valid as
  /// long as the source is.
  func borrow(_ index: Int) -> UnsafePointer<Float>?

  /// Writes the picture's `shape.count` values.
  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws

  /// The picture's class; nil if the source has no labels.
  func label(_ index: Int) -> Int32?
}
