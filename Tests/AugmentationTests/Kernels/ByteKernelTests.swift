import Augmentation
import AugmentationReference
import CKernels
import Testing

/// The kernels on bytes against the definitions on floats; each failure names its seed.
@Suite struct ByteKernelTests {
  /// Order 0 exactly, order 1 rounded to the nearest, on every size, remainder, border and fill mode.
  @Test func warpIsTheRoundedFloatWarp() {
    for seed: UInt32 in 9000..<9300 {
      var random = LegacyRandom(seed: seed)
      let shape = KernelTests.shape(&random)
      let picture = Self.picture(shape, &random)
      let map = KernelTests.map(shape, &random)
      expectRounded(picture, shape: shape, map: map, seed: seed)
    }
  }

  /// Shifts by halves put every value on a tie; wide rows go over several blocks.
  @Test func tiesAndWideRows() {
    for seed: UInt32 in 9300..<9330 {
      var random = LegacyRandom(seed: seed)
      let shape = PictureShape(
        height: 2 + random.randint(24), width: 64 + random.randint(237),
        channels: seed % 3 == 0 ? 1 : 3)
      let picture = Self.picture(shape, &random)
      func half() -> Double { Double(random.randint(9) - 4) / 2 }
      expectRounded(
        picture, shape: shape, map: .translation(rows: half(), columns: half()), seed: seed)
      expectRounded(picture, shape: shape, map: KernelTests.map(shape, &random), seed: seed)
    }
  }

  @Test func monstrousMapsStayInside() {
    let numbers: [Double] = [
      .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -1e300, 1e18, 0, -0.0, 1,
      .leastNonzeroMagnitude,
    ]
    for seed: UInt32 in 9400..<9600 {
      var random = LegacyRandom(seed: seed)
      let shape = KernelTests.shape(&random)
      let picture = Self.picture(shape, &random)
      func number() -> Double { numbers[random.randint(numbers.count)] }
      let map = AffineMap(
        rowRow: number(), rowColumn: number(), rowOffset: number(),
        columnRow: number(), columnColumn: number(), columnOffset: number())
      expectRounded(picture, shape: shape, map: map, seed: seed)
    }
  }

  /// Whole vectors, remainders, and the picture's last corner, past which no vector may read: every
  /// width, with maps that sample that corner repeatedly.
  @Test func everyWidthUpToItsLastCorner() {
    for width in 2..<70 {
      let seed = UInt32(10_200 + width)
      var random = LegacyRandom(seed: seed)
      let shape = PictureShape(height: 2 + random.randint(8), width: width, channels: 3)
      let picture = Self.picture(shape, &random)
      for part in [0.0, 0.3, 0.9] {
        let map = AffineMap.translation(
          rows: part * Double(shape.height) + random.uniform(-0.5, 0.5),
          columns: part * Double(width) + random.uniform(-0.5, 0.5))
        expectRounded(picture, shape: shape, map: map, seed: seed)
      }
    }
  }

  /// A sum that comes to a half, or next to it, is made by the definition: weights of which few bits
  /// are left over, on pictures of the greatest contrast.
  @Test func sumsNearHalvesAreRoundedAsDefined() {
    for seed: UInt32 in 10_300..<10_330 {
      var random = LegacyRandom(seed: seed)
      let shape = PictureShape(height: 6, width: 40 + random.randint(20), channels: 3)
      let picture = (0..<shape.count).map { _ in UInt8(255 * random.randint(2)) }
      // Halves of a byte lie at odd multiples of 1 / 510.
      func place() -> Double {
        let halves = Double(2 * random.randint(255) + 1) / 510
        return halves + random.uniform(-1, 1) * (seed % 2 == 0 ? 0x1p-20 : 0x1p-30)
      }
      let map = AffineMap.translation(rows: seed % 3 == 0 ? place() : 0, columns: place())
      expectRounded(picture, shape: shape, map: map, seed: seed)
    }
  }

  /// The fused mirror and range give the same values as the separate kernels.
  @Test func mirrorAndRangeOnTheWayEqualTheirReferences() {
    for seed: UInt32 in 10_400..<10_550 {
      var random = LegacyRandom(seed: seed)
      var shape = KernelTests.shape(&random)
      if seed % 3 == 0 {
        shape = PictureShape(
          height: 2 + random.randint(10), width: 100 + random.randint(500), channels: 3)
      }
      let picture = Self.picture(shape, &random).map { 10 + $0 / 2 }
      let map = KernelTests.map(shape, &random)
      for fill in FillMode.allCases {
        let warped = ReferenceWarp.warp(
          picture.map(Float.init), shape: shape, map: map, interpolation: .bilinear, fill: fill,
          cval: 7
        ).map { UInt8(Double($0) + 0.5) }
        let expected = ReferencePixels.flippedHorizontally(
          warped.map(Float.init), shape: shape
        ).map { UInt8($0) }
        for level in KernelTests.levels {
          let found = ByteKernels.mirroredWarp(
            picture, shape: shape, map: map, fill: fill, cval: 7, level: level)
          let what: Comment = "seed \(seed), \(shape), \(fill), level \(level.rawValue), \(map)"
          #expect(found.picture == expected, what)
          #expect(found.range == [warped.min(), warped.max()], what)
        }
      }
    }
  }

  private func expectRounded(
    _ picture: [UInt8], shape: PictureShape, map: AffineMap, seed: UInt32
  ) {
    for (fill, interpolation) in KernelTests.modes {
      let expected = ReferenceWarp.warp(
        picture.map(Float.init), shape: shape, map: map, interpolation: interpolation, fill: fill,
        cval: 7
      ).map { UInt8(Double($0) + 0.5) }
      for level in KernelTests.levels {
        let found = ByteKernels.warp(
          picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: 7,
          level: level)
        #expect(
          found == expected,
          "seed \(seed), \(shape), \(fill), \(interpolation), level \(level.rawValue), \(map)")
      }
    }
  }

  @Test func flipsAndShiftsEqualTheirReferences() {
    for seed: UInt32 in 9600..<9900 {
      var random = LegacyRandom(seed: seed)
      let shape = KernelTests.shape(&random)
      let picture = Self.picture(shape, &random)
      let floats = picture.map(Float.init)
      let mirrored = ReferencePixels.flippedHorizontally(floats, shape: shape)
      let turned = ReferencePixels.flippedVertically(floats, shape: shape)
      let shifts = (0..<shape.channels).map { _ in Int32(random.randint(511) - 255) }
      let shifted = ReferencePixels.shifted(
        floats, channels: shape.channels, by: shifts.map { Float($0) })
      for level in KernelTests.levels {
        for inPlace in [true, false] {
          let what: Comment = "seed \(seed), \(shape), level \(level.rawValue), \(inPlace)"
          let across = ByteKernels.flip(
            picture, shape: shape, horizontally: true, inPlace: inPlace, level: level)
          #expect(across.map(Float.init) == mirrored, what)
          let over = ByteKernels.flip(
            picture, shape: shape, horizontally: false, inPlace: inPlace, level: level)
          #expect(over.map(Float.init) == turned, what)
          let found = ByteKernels.shift(
            picture, channels: shape.channels, by: shifts, inPlace: inPlace, level: level)
          #expect(found.map(Float.init) == shifted, what)
        }
      }
    }
  }

  @Test func resizeEqualsItsDefinition() {
    for seed: UInt32 in 9900..<10_100 {
      var random = LegacyRandom(seed: seed)
      let shape = KernelTests.shape(&random)
      let picture = Self.picture(shape, &random)
      let height = 1 + random.randint(shape.height)
      let width = 1 + random.randint(shape.width)
      let box = CropBox(
        top: random.randint(shape.height - height + 1),
        left: random.randint(shape.width - width + 1), height: height, width: width)
      let output = PictureShape(
        height: 1 + random.randint(30), width: 1 + random.randint(150), channels: shape.channels)
      let expected = BilinearResize.defined(picture, shape: shape, box: box, output: output)
      for level in KernelTests.levels {
        let found = ByteKernels.resize(
          picture, shape: shape, box: box, output: output, level: level)
        #expect(found == expected, "seed \(seed), \(shape), \(box), level \(level.rawValue)")
      }
    }
  }

  static func picture(_ shape: PictureShape, _ random: inout LegacyRandom) -> [UInt8] {
    (0..<shape.count).map { _ in UInt8(random.randint(256)) }
  }
}
