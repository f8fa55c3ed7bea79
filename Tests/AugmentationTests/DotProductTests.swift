import Augmentation
import Foundation
import Testing

/// Pictures of the published Keras 1.1.0 on a NumPy of either rounding; `Support/make_dot.py` made
/// the checksums.
@Suite struct DotProductTests {
  private struct Row: Decodable {
    let height: Int
    let width: Int
    let fill: String
    let ranges: Int
    let separate: String
    let fused: String
    let unlike: Int
  }

  private static let count = 64

  private static let ranges: [AugmentationSettings] = {
    var shear = AugmentationSettings()
    shear.shearRange = 0.2
    var flipped = AugmentationSettings()
    flipped.shearRange = 0.4
    flipped.horizontalFlip = true
    flipped.verticalFlip = true
    var turned = AugmentationSettings()
    turned.rotationRange = 40
    turned.shearRange = 0.1
    var all = AugmentationSettings()
    all.rotationRange = 15
    all.widthShiftRange = 0.1
    all.heightShiftRange = 0.2
    all.shearRange = 0.3
    all.zoomRange = ZoomRange(low: 0.8, high: 1.3)
    all.horizontalFlip = true
    return [shear, flipped, turned, all]
  }()

  private func pictures(height: Int, width: Int) -> [Float] {
    (0..<(Self.count * height * width)).map { Float($0 * $0 / 7 % 251) }
  }

  private func checksum(_ values: [Float]) -> String {
    var total: UInt64 = 0xcbf2_9ce4_8422_2325
    for value in values { total = (total ^ UInt64(value)) &* 0x100_0000_01b3 }
    let text = String(total, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  @Test func eachRoundingIsThatNumPys() throws {
    let rows = try JSONDecoder().decode([Row].self, from: Goldens.data("dot.json"))
    #expect(rows.count == 80)
    // Otherwise the two couldn't be told apart.
    #expect(rows.reduce(0) { $0 + $1.unlike } > 30)
    for row in rows {
      let shape = PictureShape(height: row.height, width: row.width, channels: 1)
      let source = ArraySource(pictures(height: row.height, width: row.width), shape: shape)
      let pass = BatchPass(source: source, batchSize: Self.count)
      for (dot, expected) in [(DotProduct.separate, row.separate), (.fused, row.fused)] {
        var settings = Self.ranges[row.ranges]
        settings.fillMode = try Goldens.fillMode(row.fill)
        settings.cval = 9
        settings.dot = dot
        var flow = BatchFlow(
          order: FlowOrder(count: Self.count, batchSize: Self.count, shuffle: false), channels: 1,
          streamSeed: 7)
        var plan = BatchPlan(batchSize: Self.count, channels: 1)
        flow.next(into: &plan, settings: settings, stages: .all)
        let made = try pass.pictures(plan, settings: settings)
        #expect(
          checksum(made) == expected, "\(row.height)×\(row.width) \(row.fill) \(row.ranges) \(dot)")
      }
    }
  }

  /// The chain that was found by experiment: (0.1, 0.7, ·) × the like, element by element.
  @Test func fusedProductsRoundOnce() {
    let a = AffineMap(
      rowRow: 0.1, rowColumn: 0.7, rowOffset: 0.3, columnRow: -1.1, columnColumn: 0.9,
      columnOffset: 12.7)
    let product = a.times(a, .fused)
    #expect(product.rowRow == (0.1 * 0.1).addingProduct(0.7, -1.1))
    #expect(product.columnOffset == (-1.1 * 0.3).addingProduct(0.9, 12.7) + 12.7)
    #expect(product != a.times(a, .separate))
    #expect(a.times(a, .separate) == a * a)
    #expect(a.times(.identity, .fused) == a && AffineMap.identity.times(a, .fused) == a)
  }
}
