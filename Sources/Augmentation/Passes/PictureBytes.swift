/// A float picture as bytes, stretched over 0...255 as Keras saves it.
///
/// - Source: Keras 1.1.0, `array_to_img` with `scale=True`; there it changes the picture in place.
package enum PictureBytes {
  /// Moves the lowest value up to 0 where it is below, divides by the highest unless that is 0,
  /// multiplies by 255 and cuts off the fraction, all in float32. NaN becomes 0.
  package static func stretched(_ picture: UnsafeBufferPointer<Float>) -> [UInt8] {
    guard let lowest = picture.min(), let highest = picture.max() else { return [] }
    let shift = max(-lowest, 0)
    let top = highest + shift
    return picture.map { value in
      var x = value + shift
      if top != 0 { x /= top }
      x *= 255
      return cut(x)
    }
  }

  /// The same in float64 and in place, without the cut: the state in which `save_to_dir` leaves a batch.
  package static func stretch(_ picture: inout [Double]) {
    guard let lowest = picture.min() else { return }
    let shift = max(-lowest, 0)
    for place in picture.indices { picture[place] += shift }
    guard let top = picture.max() else { return }
    for place in picture.indices {
      if top != 0 { picture[place] /= top }
      picture[place] *= 255
    }
  }

  /// The value without its fraction, held to 0...255; NaN becomes 0.
  package static func cut(_ value: some BinaryFloatingPoint) -> UInt8 {
    value >= 0 ? UInt8(min(value, 255)) : 0
  }
}
