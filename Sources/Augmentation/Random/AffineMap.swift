import CKernels
import Glibc

/// An affine map of the plane: the upper two rows of a 3×3 matrix over (row, column, 1).
///
/// A picture's map takes an output place to the input place it shows, in pixels, with centres at
/// whole numbers. Products are float64 ones, in the order of a matrix product, rounded as `DotProduct`
/// says; the third row is always (0, 0, 1), and multiplying by its zeros and one changes nothing.
package struct AffineMap: Equatable, Sendable {
  /// Input rows for each output row.
  package var rowRow: Double
  /// Input rows for each output column.
  package var rowColumn: Double
  /// The input row of the output's origin, in pixels.
  package var rowOffset: Double
  /// Input columns for each output row.
  package var columnRow: Double
  /// Input columns for each output column.
  package var columnColumn: Double
  /// The input column of the output's origin, in pixels.
  package var columnOffset: Double

  /// The identity, unless parts of it are given.
  package init(
    rowRow: Double = 1, rowColumn: Double = 0, rowOffset: Double = 0,
    columnRow: Double = 0, columnColumn: Double = 1, columnOffset: Double = 0
  ) {
    self.rowRow = rowRow
    self.rowColumn = rowColumn
    self.rowOffset = rowOffset
    self.columnRow = columnRow
    self.columnColumn = columnColumn
    self.columnOffset = columnOffset
  }

  /// The map that moves nothing.
  package static let identity = AffineMap()

  /// A turn by `theta` radians.
  package static func rotation(_ theta: Double) -> AffineMap {
    let sine = sin(theta)
    let cosine = cos(theta)
    return AffineMap(rowRow: cosine, rowColumn: -sine, columnRow: sine, columnColumn: cosine)
  }

  /// A move by pixels, which may be fractions.
  package static func translation(rows: Double, columns: Double) -> AffineMap {
    AffineMap(rowOffset: rows, columnOffset: columns)
  }

  /// Keras's shear by `angle` radians.
  package static func shear(_ angle: Double) -> AffineMap {
    AffineMap(rowColumn: -sin(angle), columnColumn: cos(angle))
  }

  /// A zoom about the origin: factors above 1 shrink the content.
  package static func zoom(rows: Double, columns: Double) -> AffineMap {
    AffineMap(rowRow: rows, columnColumn: columns)
  }

  /// The matrix product: the map that applies `b` first, then this one.
  package func times(_ b: AffineMap, _ dot: DotProduct) -> AffineMap {
    switch dot {
    case .separate: self * b
    case .fused: fused(with: b)
    }
  }

  /// Each element as fma(a₂, b₂, fma(a₁, b₁, a₀·b₀)), the third term being exact here.
  ///
  /// - Source: OpenBLAS 0.3's `dgemm` kernels for Haswell and Skylake-X, as NumPy 2.4.6 calls them:
  ///   20 000 products of 3×3 matrices agree to the bit, and so do the pictures of
  ///   `Tests/AugmentationTests/Goldens/dot.json`.
  private func fused(with b: AffineMap) -> AffineMap {
    func sum(_ p: Double, _ q: Double, _ r: Double, _ s: Double) -> Double { fma(r, s, p * q) }
    return AffineMap(
      rowRow: sum(rowRow, b.rowRow, rowColumn, b.columnRow),
      rowColumn: sum(rowRow, b.rowColumn, rowColumn, b.columnColumn),
      rowOffset: sum(rowRow, b.rowOffset, rowColumn, b.columnOffset) + rowOffset,
      columnRow: sum(columnRow, b.rowRow, columnColumn, b.columnRow),
      columnColumn: sum(columnRow, b.rowColumn, columnColumn, b.columnColumn),
      columnOffset: sum(columnRow, b.rowOffset, columnColumn, b.columnOffset) + columnOffset)
  }

  /// The matrix product with every product and sum rounded by itself: the map that applies `b` first,
  /// then `a`.
  package static func * (a: AffineMap, b: AffineMap) -> AffineMap {
    AffineMap(
      rowRow: a.rowRow * b.rowRow + a.rowColumn * b.columnRow,
      rowColumn: a.rowRow * b.rowColumn + a.rowColumn * b.columnColumn,
      rowOffset: a.rowRow * b.rowOffset + a.rowColumn * b.columnOffset + a.rowOffset,
      columnRow: a.columnRow * b.rowRow + a.columnColumn * b.columnRow,
      columnColumn: a.columnRow * b.rowColumn + a.columnColumn * b.columnColumn,
      columnOffset: a.columnRow * b.rowOffset + a.columnColumn * b.columnOffset + a.columnOffset)
  }

  /// The same map about Keras's centre of a picture, (height / 2 + 0.5, width / 2 + 0.5): one pixel
  /// below and to the right of the true one.
  ///
  /// - Source: Keras 1.1.0, `transform_matrix_offset_center`.
  package func centred(
    in shape: PictureShape, _ dot: DotProduct = .separate
  ) -> AffineMap {
    let row = Double(shape.height) / 2 + 0.5
    let column = Double(shape.width) / 2 + 0.5
    return AffineMap.translation(rows: row, columns: column).times(self, dot)
      .times(.translation(rows: -row, columns: -column), dot)
  }

  var kernelMap: ck_map {
    ck_map(
      row_row: rowRow, row_column: rowColumn, row_offset: rowOffset,
      column_row: columnRow, column_column: columnColumn, column_offset: columnOffset)
  }
}
