package import Augmentation

/// The remaining pixel kernels as their definitions: slow and obvious, on `[height, width, channels]`.
///
/// - Source: Keras 1.1.0, `flip_axis` and `random_channel_shift`.
package enum ReferencePixels {
  /// Mirrors left to right.
  package static func flippedHorizontally(_ picture: [Float], shape: PictureShape) -> [Float] {
    moved(picture, shape: shape) { row, column in (row, shape.width - 1 - column) }
  }

  /// Mirrors top to bottom.
  package static func flippedVertically(_ picture: [Float], shape: PictureShape) -> [Float] {
    moved(picture, shape: shape) { row, column in (shape.height - 1 - row, column) }
  }

  /// Adds one number per channel, then clips to the picture's own lowest and highest value.
  package static func shifted(_ picture: [Float], channels: Int, by shifts: [Float]) -> [Float] {
    guard let low = picture.min(), let high = picture.max() else { return [] }
    return picture.indices.map { i in min(max(picture[i] + shifts[i % channels], low), high) }
  }

  /// Multiplies every value, in float32.
  package static func scaled(_ picture: [Float], by factor: Float) -> [Float] {
    picture.map { $0 * factor }
  }

  /// Planes of bytes, one per channel, to pixels.
  package static func interleaved(_ planes: [UInt8], channels: Int) -> [Float] {
    let pixels = planes.count / channels
    return (0..<planes.count).map { i in Float(planes[i % channels * pixels + i / channels]) }
  }

  private static func moved(
    _ picture: [Float], shape: PictureShape, source: (Int, Int) -> (Int, Int)
  ) -> [Float] {
    var result: [Float] = []
    for row in 0..<shape.height {
      for column in 0..<shape.width {
        let (fromRow, fromColumn) = source(row, column)
        let place = (fromRow * shape.width + fromColumn) * shape.channels
        result.append(contentsOf: picture[place..<(place + shape.channels)])
      }
    }
    return result
  }
}
