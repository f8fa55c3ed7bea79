import Glibc

/// A lens that bends straight lines: the "barrel/fisheye" that Keras 1.1.0 left as a TODO.
///
/// Like a warp's map, it takes an output place to the input place it shows. Distances are counted
/// from the true middle of the picture, ((height − 1) / 2, (width − 1) / 2), in halves of its longer
/// side, so that the same numbers do the same to pictures of any size.
///
/// Nothing is drawn: every picture gets the same lens, and the random stream stays Keras's.
package struct Lens: Hashable, Sendable {
  /// Brown–Conrady's first coefficient: a place at radius r shows the input at radius
  /// r · (1 + k1 · r² + k2 · r⁴).
  /// Above 0 the picture bulges like a barrel, below 0 it is pinched like a cushion.
  package var k1 = 0.0
  /// Brown–Conrady's second coefficient, of r⁴.
  package var k2 = 0.0
  /// Equidistant fisheye: the angle of view, in degrees, at the middle of the longer side's edge.
  /// Radius r corresponds to the angle θ = r · `fisheye`; a rectilinear camera of the same focal
  /// length shows that angle at radius tan θ / `fisheye`.
  ///
  /// - Source: J. Kannala and S. Brandt, "A generic camera model…", PAMI 2006, r = f · θ, which is
  ///   OpenCV's fisheye model with all of its coefficients 0.
  package var fisheye = 0.0

  /// A lens that changes nothing.
  package init() {}

  /// Whether it changes nothing.
  package var isIdle: Bool { k1 == 0 && k2 == 0 && fisheye == 0 }

  /// The input place, in pixels, that an output place shows.
  ///
  /// - Source: D. C. Brown, "Close-range camera calibration", Photogrammetric Engineering 1971, the
  ///   radial terms, as OpenCV's `undistort` applies them with that focal length and middle.
  package func source(row: Double, column: Double, in shape: PictureShape) -> (Double, Double) {
    let middleRow = Double(shape.height - 1) / 2
    let middleColumn = Double(shape.width - 1) / 2
    let unit = Double(max(shape.height, shape.width)) / 2
    let (y, x) = ((row - middleRow) / unit, (column - middleColumn) / unit)
    let square = y * y + x * x
    var factor = 1 + square * (k1 + square * k2)
    if fisheye != 0 && square > 0 {
      let angle = square.squareRoot() * fisheye * .pi / 180
      factor *= tan(angle) / angle
    }
    return (middleRow + unit * y * factor, middleColumn + unit * x * factor)
  }
}

/// The input place of every pixel, kept as long as lens and shape stay the same.
struct LensPlaces: ~Copyable {
  let rows: UnsafeMutablePointer<Double>
  let columns: UnsafeMutablePointer<Double>
  private let shape: PictureShape
  private var lens: Lens?

  init(shape: PictureShape) {
    self.shape = shape
    rows = .allocate(capacity: shape.height * shape.width)
    columns = .allocate(capacity: shape.height * shape.width)
  }

  deinit {
    rows.deallocate()
    columns.deallocate()
  }

  mutating func fit(_ lens: Lens) {
    guard lens != self.lens else { return }
    self.lens = lens
    for row in 0..<shape.height {
      for column in 0..<shape.width {
        let place = row * shape.width + column
        (rows[place], columns[place]) = lens.source(
          row: Double(row), column: Double(column), in: shape)
      }
    }
  }
}
