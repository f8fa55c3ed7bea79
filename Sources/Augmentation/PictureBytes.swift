/// A float picture as bytes, stretched over 0...255 as Keras saves it.
///
/// - Source: Keras 1.1.0, `array_to_img` with `scale=True`; there it changes the picture in place.
package enum PictureBytes {
  /// Moves the lowest value up to 0 where it is below, divides by the highest unless that is 0,
  /// multiplies by 255 and cuts off the fraction, all in float32. What is no number becomes 0.
  package static func stretched(_ picture: UnsafeBufferPointer<Float>) -> [UInt8] {
    guard let lowest = picture.min(), let highest = picture.max() else { return [] }
    let shift = max(-lowest, 0)
    let top = highest + shift
    return picture.map { value in
      var x = value + shift
      if top != 0 { x /= top }
      x *= 255
      // Only a picture without a positive value, NaN or infinities leave 0...255.
      return x >= 0 ? UInt8(min(x, 255)) : 0
    }
  }
}

/// Pillow's nearest-neighbour resize, which is how Keras 1.1.0 brought files to one size in 2016.
///
/// On each axis it starts at half the ratio and adds the ratio in float64 for each next pixel; the
/// sum is cut off. The closed form (i + 0.5) · in / out differs now and then.
///
/// - Source: Pillow, `ImagingScaleAffine`, as `Image.resize` with `NEAREST` calls it.
package struct NearestResize: Sendable {
  package let input: PictureShape
  package let output: PictureShape
  /// The input row of each output row, and so for columns.
  package let rows: [Int]
  package let columns: [Int]

  package init(from input: PictureShape, height: Int, width: Int) {
    self.input = input
    output = PictureShape(height: height, width: width, channels: input.channels)
    rows = Self.places(from: input.height, to: height)
    columns = Self.places(from: input.width, to: width)
  }

  private static func places(from input: Int, to output: Int) -> [Int] {
    let ratio = Double(input) / Double(output)
    var place = ratio * 0.5
    return (0..<output).map { _ in
      defer { place += ratio }
      // Rounding could carry the last sum to the edge itself.
      return min(Int(place), input - 1)
    }
  }

  /// - Parameters:
  ///   - from: `input.count` values.
  ///   - to: Room for `output.count`; must not overlap.
  package func apply<Value: BitwiseCopyable>(
    from: UnsafePointer<Value>, to: UnsafeMutablePointer<Value>
  ) {
    let channels = input.channels
    var place = to
    for row in rows {
      let line = from + row * input.rowCount
      for column in columns {
        place.update(from: line + column * channels, count: channels)
        place += channels
      }
    }
  }
}
