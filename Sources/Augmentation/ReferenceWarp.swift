/// The nearest-neighbour warp as its definition: one pixel after the other, nothing clever.
///
/// The kernels are held equal to it by the tests. `picture` and the result are
/// `[height, width, channels]`.
///
/// - Source: `scipy.ndimage.affine_transform`, order 0 (SciPy 1.17), as Keras 1.1.0 calls it.
package enum ReferenceWarp {
  package static func warp(
    _ picture: [Float], shape: PictureShape, map: AffineMap, fill: FillMode, cval: Float
  ) -> [Float] {
    var result = [Float](repeating: 0, count: shape.count)
    for row in 0..<shape.height {
      for column in 0..<shape.width {
        let place = (row * shape.width + column) * shape.channels
        let source = sourcePixel(row: row, column: column, shape: shape, map: map, fill: fill)
        for channel in 0..<shape.channels {
          result[place + channel] = source.map { picture[$0 * shape.channels + channel] } ?? cval
        }
      }
    }
    return result
  }

  /// The input pixel, counted row by row, that an output pixel shows; nil means cval.
  private static func sourcePixel(
    row: Int, column: Int, shape: PictureShape, map: AffineMap, fill: FillMode
  ) -> Int? {
    // Two roundings for each axis, in this order.
    var v = map.rowOffset + Double(row) * map.rowRow
    v += Double(column) * map.rowColumn
    var w = map.columnOffset + Double(row) * map.columnRow
    w += Double(column) * map.columnColumn
    guard let sourceRow = tap(v, size: shape.height, fill: fill),
      let sourceColumn = tap(w, size: shape.width, fill: fill)
    else { return nil }
    return sourceRow * shape.width + sourceColumn
  }

  /// The nearest index on one axis, ties up; nil means outside, for `constant`.
  package static func tap(_ coordinate: Double, size: Int, fill: FillMode) -> Int? {
    let last = Double(size - 1)
    let isInside = coordinate >= 0 && coordinate <= last
    if fill == .constant && !isInside { return nil }
    var v = coordinate
    if !isInside {
      switch fill {
      case .nearest, .constant: break
      case .reflect: v = reflected(coordinate, size: Double(size))
      case .wrap: v = wrapped(coordinate, last: last)
      }
    }
    // What is outside still is clamped; what isn't a number at all becomes 0.
    let nearest = (v + 0.5).rounded(.down)
    if nearest.isNaN || nearest < 0 { return 0 }
    return nearest > last ? size - 1 : Int(nearest)
  }

  /// d c b a | a b c d | d c b a, with SciPy's guard just under 0.
  private static func reflected(_ v: Double, size: Double) -> Double {
    let period = 2 * size
    if v < 0 {
      var u = v
      if u < -period { u = period * (-u / period).rounded(.towardZero) + u }
      if u < -size { return u + period }
      return (u > -1e-15 ? 1e-15 : -u) - 1
    }
    let u = v - period * (v / period).rounded(.towardZero)
    return u >= size ? period - u - 1 : u
  }

  /// SciPy's `wrap` has the period size − 1: the last pixel and the first are the same place.
  private static func wrapped(_ v: Double, last: Double) -> Double {
    if last == 0 { return 0 }
    if v < 0 { return v + last * ((-v / last).rounded(.towardZero) + 1) }
    return v - last * (v / last).rounded(.towardZero)
  }
}
