package import Augmentation

/// Where on one axis a coordinate takes its pixels from, as SciPy's ndimage has it: slow and obvious.
///
/// - Source: SciPy 1.17, `ni_interpolation.c`: `map_coordinate` and the taps of
///   `NI_GeometricTransform`; `FillMode.reflect2016` as in SciPy 0.18.1.
package enum ReferenceSampling {
  /// The two neighbours of a coordinate and the weight of the first; the second has the rest of 1.
  package struct Pair: Equatable, Sendable {
    /// Index of the neighbour at or before the coordinate.
    package var first: Int
    /// Index of the neighbour after it.
    package var second: Int
    /// Weight of `first`, 0...1.
    package var weight: Double
  }

  /// The nearest index, ties up; nil means outside, which takes cval.
  package static func nearest(_ coordinate: Double, size: Int, fill: FillMode) -> Int? {
    guard let v = folded(coordinate, size: size, fill: fill) else { return nil }
    return index((v + 0.5).rounded(.down), size: size, mirrors: fill == .reflect2016)
  }

  /// The indices on both sides; nil means outside, which takes cval.
  package static func pair(_ coordinate: Double, size: Int, fill: FillMode) -> Pair? {
    guard let v = folded(coordinate, size: size, fill: fill) else { return nil }
    let below = v.rounded(.down)
    let fraction = v - below
    // NaN takes the first pixel whole; an infinity takes the pixel at its end.
    let first = below.isNaN ? 0 : min(max(below, -1), Double(size - 1))
    let mirrors = fill == .wrap || fill == .reflect2016
    return Pair(
      first: index(first, size: size, mirrors: mirrors),
      second: index(first + 1, size: size, mirrors: mirrors),
      weight: fraction.isNaN ? 1 : 1 - fraction)
  }

  /// Brings a coordinate back into the picture, or near it.
  private static func folded(_ v: Double, size: Int, fill: FillMode) -> Double? {
    let last = Double(size - 1)
    if v >= 0 && v <= last { return v }
    switch fill {
    case .nearest: return v
    case .constant: return nil
    case .reflect: return size == 1 ? 0 : reflected(v, size: Double(size), isGuarded: true)
    case .wrap: return size == 1 ? 0 : wrapped(v, last: last)
    case .reflect2016:
      if size == 1 { return 0 }
      let u = reflected(v, size: Double(size), isGuarded: false)
      return u > -1 ? u : nil
    }
  }

  /// A whole number to an index: what is outside is clamped or, from one step outside, mirrored
  /// about the centre of the end pixel. NaN becomes 0.
  private static func index(_ whole: Double, size: Int, mirrors: Bool) -> Int {
    if whole.isNaN { return 0 }
    if whole < 0 { return mirrors ? min(1, size - 1) : 0 }
    if whole >= Double(size) { return mirrors ? max(size - 2, 0) : size - 1 }
    return Int(whole)
  }

  /// d c b a | a b c d | d c b a, with SciPy's guard just under 0, which it hadn't in 2016.
  private static func reflected(_ v: Double, size: Double, isGuarded: Bool) -> Double {
    let period = 2 * size
    if v < 0 {
      var u = v
      if u < -period { u = period * (-u / period).rounded(.towardZero) + u }
      if u < -size { return u + period }
      return (isGuarded && u > -1e-15 ? 1e-15 : -u) - 1
    }
    let u = v - period * (v / period).rounded(.towardZero)
    return u >= size ? period - u - 1 : u
  }

  /// SciPy's `wrap` has the period size − 1: the last pixel and the first are the same place.
  private static func wrapped(_ v: Double, last: Double) -> Double {
    if v < 0 { return v + last * ((-v / last).rounded(.towardZero) + 1) }
    return v - last * (v / last).rounded(.towardZero)
  }
}
