import Augmentation
import Testing

@Suite struct AffineMapTests {
  /// The upper two rows, row by row.
  static func numbers(_ map: AffineMap) -> [Double] {
    [
      map.rowRow, map.rowColumn, map.rowOffset, map.columnRow, map.columnColumn, map.columnOffset,
    ]
  }

  @Test func compositionIsKeras() throws {
    let parameters = try Goldens.array("compose_params", type: "<f8", of: Double.self)
    let matrices = try Goldens.doubles("compose_matrices")
    for number in 0..<parameters.shape[0] {
      let p = Array(parameters.values[(number * 8)..<(number * 8 + 8)])
      let map =
        (.rotation(.pi / 180 * p[0]) * .translation(rows: p[1], columns: p[2]) * .shear(p[3])
        * .zoom(rows: p[4], columns: p[5]))
        .centred(in: PictureShape(height: Int(p[6]), width: Int(p[7]), channels: 1))
      for (found, expected) in zip(Self.numbers(map), matrices[(number * 9)...].prefix(6)) {
        #expect(abs(found - expected) <= 1e-12, "case \(number)")
      }
    }
  }

  /// The terms that the products omit must not change them.
  @Test func productsAreThoseOfWholeMatrices() {
    var random = LegacyRandom(seed: 11)
    func map() -> AffineMap {
      AffineMap(
        rowRow: random.uniform(-2, 2), rowColumn: random.uniform(-2, 2),
        rowOffset: random.uniform(-30, 30), columnRow: random.uniform(-2, 2),
        columnColumn: random.uniform(-2, 2), columnOffset: random.uniform(-30, 30))
    }
    func whole(_ map: AffineMap) -> [[Double]] {
      let n = Self.numbers(map)
      return [Array(n[0..<3]), Array(n[3..<6]), [0, 0, 1]]
    }
    for _ in 0..<200 {
      let (a, b) = (map(), map())
      var product = [[Double]](repeating: [0, 0, 0], count: 3)
      for i in 0..<3 {
        for j in 0..<3 { for k in 0..<3 { product[i][j] += whole(a)[i][k] * whole(b)[k][j] } }
      }
      #expect(whole(a * b) == product)
      #expect(a * .identity == a && .identity * a == a)
    }
  }
}
