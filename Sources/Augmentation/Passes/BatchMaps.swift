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

  /// The map that the warp uses: without `compose`, the translation alone.
  var map: AffineMap { composed ?? .translation(rows: rows, columns: columns) }
}

/// The drawn numbers of a batch's pictures, and the matrices that are built of them stage by stage.
///
/// One per pass, used by one thread at a time; all of it is allocated at the start.
final class BatchMaps {
  let shape: PictureShape
  /// Pictures in the batch.
  private(set) var count = 0
  private var dot = DotProduct.fused
  let draws: UnsafeMutableBufferPointer<TransformDraws>
  private let geometry: UnsafeMutableBufferPointer<PictureGeometry>

  init(batchSize: Int, shape: PictureShape) {
    self.shape = shape
    geometry = .allocate(capacity: batchSize)
    geometry.initialize(repeating: PictureGeometry())
    draws = .allocate(capacity: batchSize)
    draws.initialize(repeating: TransformDraws())
  }

  deinit {
    geometry.deallocate()
    draws.deallocate()
  }

  /// Copies a plan's numbers, before any stage.
  ///
  /// - Parameter dot: How the matrices will be multiplied.
  func begin(_ plan: borrowing BatchPlan, _ dot: DotProduct) {
    self.dot = dot
    count = plan.count
    for picture in 0..<count {
      draws[picture] = plan.draws[picture]
      geometry[picture] = PictureGeometry()
    }
  }

  /// The map that the warp uses for one picture of the batch.
  func map(_ picture: Int) -> AffineMap {
    precondition(picture >= 0 && picture < count, "no such picture in the batch")
    return geometry[picture].map
  }

  /// Does one of the stages that build matrices, for some pictures; any other has nothing to do here.
  func perform(_ stage: Stage, _ pictures: Range<Int>) {
    switch stage {
    case .rotation: buildRotations(pictures)
    case .heightShift: buildHeightShifts(pictures)
    case .widthShift: buildWidthShifts(pictures)
    case .shear: buildShears(pictures)
    case .zoom: buildZooms(pictures)
    case .compose: composeMaps(pictures)
    case .load, .warp, .channelShift, .horizontalFlip, .verticalFlip, .lens, .standardize, .collate:
      break
    }
  }

  private func buildRotations(_ pictures: Range<Int>) {
    for picture in pictures where draws[picture].drawn.contains(.rotation) {
      geometry[picture].rotation = .rotation(.pi / 180 * draws[picture].rotation)
    }
  }

  private func buildHeightShifts(_ pictures: Range<Int>) {
    for picture in pictures {
      geometry[picture].rows = draws[picture].heightShift * Double(shape.height)
    }
  }

  private func buildWidthShifts(_ pictures: Range<Int>) {
    for picture in pictures {
      geometry[picture].columns = draws[picture].widthShift * Double(shape.width)
    }
  }

  private func buildShears(_ pictures: Range<Int>) {
    for picture in pictures where draws[picture].drawn.contains(.shear) {
      geometry[picture].shear = .shear(draws[picture].shear)
    }
  }

  private func buildZooms(_ pictures: Range<Int>) {
    for picture in pictures where draws[picture].drawn.contains(.zoom) {
      let draw = draws[picture]
      geometry[picture].zoom = .zoom(rows: draw.zoomRows, columns: draw.zoomColumns)
    }
  }

  /// Rotation · translation · shear · zoom, left to right, then about the centre. Factors that
  /// weren't drawn are identities: multiplying by one is exact, so they are left out.
  private func composeMaps(_ pictures: Range<Int>) {
    for picture in pictures {
      let parts = geometry[picture]
      let drawn = draws[picture].drawn
      var map = AffineMap.translation(rows: parts.rows, columns: parts.columns)
      if drawn.contains(.rotation) { map = parts.rotation.times(map, dot) }
      if drawn.contains(.shear) { map = map.times(parts.shear, dot) }
      if drawn.contains(.zoom) { map = map.times(parts.zoom, dot) }
      geometry[picture].composed = map.centred(in: shape, dot)
    }
  }
}
