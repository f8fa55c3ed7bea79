package import Augmentation

/// The affine warp as its definition: one pixel after the other, nothing clever.
///
/// The kernels are held equal to it by the tests. `picture` and the result are
/// `[height, width, channels]`.
///
/// - Source: `scipy.ndimage.affine_transform`, orders 0 and 1 (SciPy 1.17); Keras 1.1.0 calls it
///   with order 0.
package enum ReferenceWarp {
  /// Warps a picture by an affine map.
  ///
  /// - Complexity: O(height × width × channels).
  package static func warp(
    _ picture: [Float], shape: PictureShape, map: AffineMap,
    interpolation: Interpolation = .nearest, fill: FillMode, cval: Float
  ) -> [Float] {
    sampled(picture, shape: shape, interpolation: interpolation, fill: fill, cval: cval) {
      row, column in
      // Two roundings for each axis, in this order.
      var v = map.rowOffset + Double(row) * map.rowRow
      v += Double(column) * map.rowColumn
      var w = map.columnOffset + Double(row) * map.columnRow
      w += Double(column) * map.columnColumn
      return (v, w)
    }
  }

  /// Any map from output (row, column) to input (row, column).
  package static func sampled(
    _ picture: [Float], shape: PictureShape, output: PictureShape? = nil,
    interpolation: Interpolation, fill: FillMode, cval: Float,
    at place: (_ row: Int, _ column: Int) -> (Double, Double)
  ) -> [Float] {
    var result: [Float] = []
    let output = output ?? shape
    result.reserveCapacity(output.count)
    for row in 0..<output.height {
      for column in 0..<output.width {
        let (v, w) = place(row, column)
        for channel in 0..<shape.channels {
          func value(_ row: Int, _ column: Int) -> Float {
            picture[(row * shape.width + column) * shape.channels + channel]
          }
          let found =
            switch interpolation {
            case .nearest: nearest(v, w, shape: shape, fill: fill, value: value)
            case .bilinear: bilinear(v, w, shape: shape, fill: fill, value: value)
            }
          result.append(found ?? cval)
        }
      }
    }
    return result
  }

  private static func nearest(
    _ v: Double, _ w: Double, shape: PictureShape, fill: FillMode, value: (Int, Int) -> Float
  ) -> Float? {
    guard let row = ReferenceSampling.nearest(v, size: shape.height, fill: fill),
      let column = ReferenceSampling.nearest(w, size: shape.width, fill: fill)
    else { return nil }
    return value(row, column)
  }

  /// Value · row weight · column weight, in float64, summed in this order and rounded once.
  private static func bilinear(
    _ v: Double, _ w: Double, shape: PictureShape, fill: FillMode, value: (Int, Int) -> Float
  ) -> Float? {
    guard let row = ReferenceSampling.pair(v, size: shape.height, fill: fill),
      let column = ReferenceSampling.pair(w, size: shape.width, fill: fill)
    else { return nil }
    let (upper, left) = (row.weight, column.weight)
    let (lower, right) = (1 - upper, 1 - left)
    var sum = Double(value(row.first, column.first)) * upper * left
    sum += Double(value(row.first, column.second)) * upper * right
    sum += Double(value(row.second, column.first)) * lower * left
    sum += Double(value(row.second, column.second)) * lower * right
    return Float(sum)
  }
}
