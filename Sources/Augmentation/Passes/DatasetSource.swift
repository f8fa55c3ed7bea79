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

  /// The same, for a source that draws: which picture of the session it is, from 0 on, says what is
  /// drawn, whoever asks and in whatever order.
  func read(_ index: Int, visit: Int, into picture: UnsafeMutablePointer<Float>) throws

  /// The picture's class; nil if the source has no labels.
  func label(_ index: Int) -> Int32?
}

extension DatasetSource {
  package func read(_ index: Int, visit: Int, into picture: UnsafeMutablePointer<Float>) throws {
    try read(index, into: picture)
  }
}

/// A source whose pictures may also be had as the bytes they are stored in.
package protocol ByteSource: DatasetSource {
  /// Whether they may: every value is a whole number from 0 to 255.
  var hasBytes: Bool { get }

  /// The picture's bytes where they lie in memory, channels last; nil if they have to be read. Valid
  /// as long as the source is.
  func borrowBytes(_ index: Int) -> UnsafePointer<UInt8>?

  /// Writes the picture's `shape.count` bytes; `visit` as in `read`.
  func readBytes(_ index: Int, visit: Int, into picture: UnsafeMutablePointer<UInt8>) throws
}
