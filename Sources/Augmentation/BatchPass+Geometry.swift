/// The matrices of one picture, while they are being built.
struct PictureGeometry {
  var rotation = AffineMap.identity
  /// Pixels.
  var rows = 0.0
  /// Pixels.
  var columns = 0.0
  var shear = AffineMap.identity
  var zoom = AffineMap.identity
  /// Keras's matrix about the picture's centre; nil if `compose` is off.
  var composed: AffineMap?

  /// What the warp gets; without `compose`, the translation alone.
  var map: AffineMap { composed ?? .translation(rows: rows, columns: columns) }
}

extension BatchPass {
  /// What the warp gets for one picture of the batch.
  package func map(_ picture: Int) -> AffineMap {
    precondition(picture >= 0 && picture < count, "no such picture in the batch")
    return geometry[picture].map
  }

  func buildRotations() {
    for picture in 0..<count where draws[picture].drawn.contains(.rotation) {
      geometry[picture].rotation = .rotation(.pi / 180 * draws[picture].rotation)
    }
  }

  func buildHeightShifts() {
    for picture in 0..<count {
      geometry[picture].rows = draws[picture].heightShift * Double(shape.height)
    }
  }

  func buildWidthShifts() {
    for picture in 0..<count {
      geometry[picture].columns = draws[picture].widthShift * Double(shape.width)
    }
  }

  func buildShears() {
    for picture in 0..<count where draws[picture].drawn.contains(.shear) {
      geometry[picture].shear = .shear(draws[picture].shear)
    }
  }

  func buildZooms() {
    for picture in 0..<count where draws[picture].drawn.contains(.zoom) {
      let draw = draws[picture]
      geometry[picture].zoom = .zoom(rows: draw.zoomRows, columns: draw.zoomColumns)
    }
  }

  /// Rotation · translation · shear · zoom, left to right, then about the centre. Factors that
  /// weren't drawn are identities: multiplying by one is exact, so they are left out.
  func composeMaps() {
    for picture in 0..<count {
      let parts = geometry[picture]
      let drawn = draws[picture].drawn
      var map = AffineMap.translation(rows: parts.rows, columns: parts.columns)
      if drawn.contains(.rotation) { map = parts.rotation * map }
      if drawn.contains(.shear) { map = map * parts.shear }
      if drawn.contains(.zoom) { map = map * parts.zoom }
      geometry[picture].composed = map.centred(in: shape)
    }
  }
}
