/// Pillow's `resize` with the nearest neighbour, which Keras's `load_img` used in 2016.
///
/// Along each axis the place in the input starts at half a step and grows by a step of input / output
/// in float64, and is cut to a whole number. (The closed form (i + 0.5) · step now and then rounds
/// to the neighbour.)
///
/// - Source: Pillow, `ImagingScaleAffine` in src/libImaging/Geometry.c.
package enum NearestResize {
  /// Computes the input index of each output index along one axis.
  ///
  /// - Complexity: O(places).
  package static func fillPlaces(_ places: UnsafeMutableBufferPointer<Int>, from input: Int) {
    let step = Double(input) / Double(places.count)
    var place = step * 0.5
    for index in places.indices {
      places[index] = min(Int(place), input - 1)
      place += step
    }
  }

  /// - Parameters:
  ///   - from: `[height, width, channels]`.
  ///   - rows: The input row of each output row.
  ///   - columns: The input column of each output column.
  ///   - to: `[rows.count, columns.count, channels]`; not overlapping `from`.
  package static func resize(
    _ from: UnsafePointer<UInt8>, width: Int, channels: Int,
    rows: UnsafeMutableBufferPointer<Int>, columns: UnsafeMutableBufferPointer<Int>,
    into to: UnsafeMutablePointer<UInt8>
  ) {
    var output = to
    for row in rows {
      let line = from + row * width * channels
      for column in columns {
        let pixel = line + column * channels
        for channel in 0..<channels { output[channel] = pixel[channel] }
        output += channels
      }
    }
  }
}
