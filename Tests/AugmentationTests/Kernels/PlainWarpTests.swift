import Augmentation
import AugmentationReference
import CKernels
import Testing

/// Ways that the warps take apart from the general one (plain pictures, straight maps, mirrors and ranges
/// on the way) against the same definitions.
@Suite struct PlainWarpTests {
  /// Pictures without negative values go another way in order 1: whole numbers, fractions, values
  /// whose halves are ties between two floats, and some that are too small or large for it.
  @Test func plainPicturesEqualTheirReference() {
    for seed: UInt32 in 500..<900 {
      var random = LegacyRandom(seed: seed)
      let shape = PictureShape(
        height: 1 + random.randint(20), width: 1 + random.randint(60), channels: 3)
      let most = [256, 2, 1 << 24][random.randint(3)]
      var picture = (0..<shape.count).map { _ in
        most == 2 ? Float(random.randomSample()) : Float(random.randint(most))
      }
      if random.randint(4) == 0 {
        let odd: [Float] = [-1, -0.0, 1e-7, .leastNonzeroMagnitude, 1e31, .infinity]
        picture[random.randint(shape.count)] = odd[random.randint(odd.count)]
      }
      var map = KernelTests.map(shape, &random)
      if random.randint(3) == 0 {
        map = .translation(rows: 0.5, columns: Double(random.randint(9) - 4) / 2)
      }
      expectPlain(picture, shape: shape, map: map, seed: seed)
    }
  }

  /// Long rows, whose columns inside are found apart from those that leave the picture: turned,
  /// zoomed, mirrored and shifted to every side.
  @Test func widePlainPicturesEqualTheirReference() {
    for seed: UInt32 in 900..<960 {
      var random = LegacyRandom(seed: seed)
      let shape = PictureShape(
        height: 2 + random.randint(30), width: 64 + random.randint(237), channels: 3)
      let picture = (0..<shape.count).map { _ in Float(random.randint(256)) }
      let turns = seed % 2 == 0 ? random.uniform(-0.3, 0.3) : random.uniform(-4, 4)
      let shift = AffineMap.translation(
        rows: random.uniform(-0.6, 0.6) * Double(shape.height),
        columns: random.uniform(-0.6, 0.6) * Double(shape.width))
      let side = random.randint(2) == 0 ? 1.0 : -1.0
      let map =
        .rotation(turns) * shift
        * .zoom(rows: random.uniform(0.2, 2), columns: side * random.uniform(0.2, 2))
      expectPlain(picture, shape: shape, map: map.centred(in: shape), seed: seed)
      // Along a row, through whole pixels and the edges themselves.
      let along = AffineMap.translation(
        rows: Double(random.randint(5) - 2) / 2, columns: Double(random.randint(201) - 100) / 2)
      expectPlain(picture, shape: shape, map: along, seed: seed)
    }
  }

  /// Rows that turn out not to be plain are made exactly, whichever end the warp comes from: their
  /// neighbours cancel each other a third of the way, and what is left depends on the sums' order.
  @Test func rowsAreLookedThroughAsTheyCome() {
    let shape = PictureShape(height: 50, width: 90, channels: 3)
    for odd in [0..<20, 24..<26, 30..<50] {
      let picture: [Float] = (0..<shape.count).map { place in
        let row = place / (3 * shape.width)
        let column = place / 3 % shape.width
        let value = Float(3 + place % 3 + row)
        return odd.contains(row) ? value * [1, -2, 4, -8, 16, -32][column % 6] : value
      }
      for way in [1.0, -1.0] {
        let map = AffineMap(
          rowRow: way, rowColumn: 0, rowOffset: way < 0 ? 49 : 0,
          columnRow: 0, columnColumn: 1, columnOffset: 1 / 3)
        expectPlain(picture, shape: shape, map: map, seed: 0)
      }
    }
  }

  private func expectPlain(
    _ picture: [Float], shape: PictureShape, map: AffineMap, seed: UInt32
  ) {
    for fill in FillMode.allCases {
      let expected = ReferenceWarp.warp(
        picture, shape: shape, map: map, interpolation: .bilinear, fill: fill, cval: 7.5)
      for level in KernelTests.levels {
        let found = Kernels.warp(
          picture, shape: shape, map: map, interpolation: .bilinear, fill: fill, cval: 7.5,
          level: level)
        // An infinity times nothing is no number, which equals none.
        let isEqual = zip(found, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
        #expect(isEqual, "seed \(seed), \(shape), \(fill), level \(level.rawValue), \(map)")
      }
    }
  }

  /// The mirror and range that are fused with the warp's blocks give the same values as the separate
  /// kernels: small and wide pictures, plain and not.
  @Test func mirrorAndRangeOnTheWayEqualTheirReferences() {
    for seed: UInt32 in 6000..<6150 {
      var random = LegacyRandom(seed: seed)
      var shape = KernelTests.shape(&random)
      if seed % 3 == 0 {
        shape = PictureShape(
          height: 2 + random.randint(10), width: 100 + random.randint(200), channels: 3)
      }
      let isPlain = seed % 2 == 0
      let picture =
        isPlain
        ? (0..<shape.count).map { _ in Float(1 + random.randint(255)) }
        : KernelTests.picture(shape, &random)
      let map = seed % 5 < 2 ? Self.straightMap(shape, &random) : KernelTests.map(shape, &random)
      expectMirrored(picture, shape: shape, map: map, seed: seed)
    }
  }

  private func expectMirrored(
    _ picture: [Float], shape: PictureShape, map: AffineMap, seed: UInt32
  ) {
    for (fill, interpolation) in KernelTests.modes {
      let warped = ReferenceWarp.warp(
        picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: 7.5)
      let expected = ReferencePixels.flippedHorizontally(warped, shape: shape)
      for level in KernelTests.levels {
        let found = Kernels.mirroredWarp(
          picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: 7.5,
          level: level)
        let what: Comment =
          "seed \(seed), \(shape), \(fill), \(interpolation), level \(level.rawValue), \(map)"
        #expect(found.picture == expected, what)
        #expect(found.range == [warped.min(), warped.max()], what)
      }
    }
  }

  /// Without shear or turn: a whole or broken shift and, of two maps, one that zooms too.
  private static func straightMap(
    _ shape: PictureShape, _ random: inout LegacyRandom
  ) -> AffineMap {
    func offset(_ size: Int) -> Double {
      let offset = random.uniform(-1.2, 1.2) * Double(size)
      return random.randint(2) == 0 ? offset.rounded() : offset
    }
    let shift = AffineMap.translation(rows: offset(shape.height), columns: offset(shape.width))
    guard random.randint(2) == 0 else { return shift }
    let zoom = AffineMap.zoom(rows: random.uniform(0.3, 2), columns: random.uniform(0.3, 2))
    return (shift * zoom).centred(in: shape)
  }

  /// Maps without shear or turn go another way in order 1 if their pictures are plain: with every value,
  /// fractions whose sums are ties, and rows that turn out not to be plain.
  @Test func straightMapsEqualTheirReference() {
    for seed: UInt32 in 6300..<6500 {
      var random = LegacyRandom(seed: seed)
      let shape = PictureShape(
        height: 1 + random.randint(20), width: 1 + random.randint(90), channels: 3)
      let most = [256, 2, 1 << 24][random.randint(3)]
      var picture = (0..<shape.count).map { _ in
        most == 2 ? Float(random.randomSample()) : Float(random.randint(most))
      }
      if random.randint(4) == 0 { picture[random.randint(shape.count)] = -1 }
      var map = Self.straightMap(shape, &random)
      if random.randint(3) == 0 {
        map = .translation(rows: 0.5, columns: Double(random.randint(9) - 4) / 2)
      }
      expectPlain(picture, shape: shape, map: map, seed: seed)
    }
  }

  /// Of rows wider than there is room for, the columns' ways are found anew as the warp comes to them,
  /// from either end.
  @Test func plainRowsOfAnyWidthEqualTheirReference() {
    for seed: UInt32 in 6200..<6203 {
      var random = LegacyRandom(seed: seed)
      let shape = PictureShape(
        height: 2, width: 1025 + random.randint(300), channels: 3)
      let picture = (0..<shape.count).map { _ in Float(1 + random.randint(255)) }
      let shift = AffineMap.translation(
        rows: random.uniform(-1, 1), columns: random.uniform(-0.3, 0.3) * Double(shape.width))
      let map =
        (.rotation(random.uniform(-0.002, 0.002)) * shift
        * .zoom(rows: 1, columns: random.uniform(0.7, 1.3))).centred(in: shape)
      for fill in FillMode.allCases {
        let warped = ReferenceWarp.warp(
          picture, shape: shape, map: map, interpolation: .bilinear, fill: fill, cval: 7.5)
        let mirrored = ReferencePixels.flippedHorizontally(warped, shape: shape)
        for level in KernelTests.levels {
          let what: Comment = "seed \(seed), \(shape), \(fill), level \(level.rawValue), \(map)"
          let found = Kernels.warp(
            picture, shape: shape, map: map, interpolation: .bilinear, fill: fill, cval: 7.5,
            level: level)
          #expect(found == warped, what)
          let turned = Kernels.mirroredWarp(
            picture, shape: shape, map: map, interpolation: .bilinear, fill: fill, cval: 7.5,
            level: level)
          #expect(turned.picture == mirrored, what)
          #expect(turned.range == [warped.min(), warped.max()], what)
        }
      }
      // Rows of which only parts are kept can't be turned one by one.
      let wide = PictureShape(height: 3, width: shape.width, channels: 1 + random.randint(3))
      let values = (0..<wide.count).map { _ in Float(random.randint(256)) }
      expectMirrored(values, shape: wide, map: Self.straightMap(wide, &random), seed: seed)
    }
  }
}
