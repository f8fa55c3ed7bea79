import Augmentation
import AugmentationReference
import CKernels
import Testing

/// The fast kernels against their definitions, on random pictures; each failure names its seed.
@Suite struct KernelTests {
  static let levels = KerasParityTests.levels
  /// Every way to warp.
  static let modes = FillMode.allCases.flatMap { fill in
    Interpolation.allCases.map { (fill, $0) }
  }

  @Test func warpEqualsItsReference() {
    for seed: UInt32 in 0..<400 {
      var random = LegacyRandom(seed: seed)
      let shape = Self.shape(&random)
      let picture = Self.picture(shape, &random)
      let map = Self.map(shape, &random)
      for (fill, interpolation) in Self.modes {
        let expected = ReferenceWarp.warp(
          picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: 7.5)
        for level in Self.levels {
          let found = Kernels.warp(
            picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: 7.5,
            level: level)
          #expect(
            found == expected,
            "seed \(seed), \(shape), \(fill), \(interpolation), level \(level.rawValue), \(map)")
        }
      }
    }
  }

  /// Rows and columns found apart from each other are those found together.
  @Test func shiftsEqualTheirReference() {
    for seed: UInt32 in 1000..<1300 {
      var random = LegacyRandom(seed: seed)
      let shape = Self.shape(&random)
      let picture = Self.picture(shape, &random)
      func offset(_ size: Int) -> Double {
        let offset = random.uniform(-1.3, 1.3) * Double(size)
        return random.randint(3) == 0 ? offset.rounded() / 2 : offset
      }
      let map = AffineMap.translation(rows: offset(shape.height), columns: offset(shape.width))
      for (fill, interpolation) in Self.modes {
        let expected = ReferenceWarp.warp(
          picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: -1)
        for level in Self.levels {
          let found = Kernels.warp(
            picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: -1,
            level: level)
          #expect(
            found == expected,
            "seed \(seed), \(shape), \(fill), \(interpolation), level \(level.rawValue), \(map)")
        }
      }
    }
  }

  /// Rows wider than one tile of offsets.
  @Test func widePicturesEqualTheirReference() {
    for seed: UInt32 in 2000..<2006 {
      var random = LegacyRandom(seed: seed)
      let shape = PictureShape(
        height: 3, width: 500 + random.randint(700), channels: 1 + random.randint(4))
      let picture = Self.picture(shape, &random)
      for map in [
        Self.map(shape, &random), .translation(rows: 0.7, columns: random.uniform(-600, 600)),
      ] {
        for (fill, interpolation) in Self.modes {
          let expected = ReferenceWarp.warp(
            picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: -1)
          for level in Self.levels {
            let found = Kernels.warp(
              picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: -1,
              level: level)
            #expect(
              found == expected,
              "seed \(seed), \(shape), \(fill), \(interpolation), level \(level.rawValue)")
          }
        }
      }
    }
  }

  @Test func monstrousMapsStayInside() {
    let numbers: [Double] = [
      .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -1e300, 1e18, -1e18, 0, -0.0, 1,
      .leastNonzeroMagnitude,
    ]
    for seed: UInt32 in 3000..<3300 {
      var random = LegacyRandom(seed: seed)
      let shape = Self.shape(&random)
      let picture = Self.picture(shape, &random)
      func number() -> Double { numbers[random.randint(numbers.count)] }
      let map = AffineMap(
        rowRow: number(), rowColumn: number(), rowOffset: number(),
        columnRow: number(), columnColumn: number(), columnOffset: number())
      for (fill, interpolation) in Self.modes {
        let expected = ReferenceWarp.warp(
          picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: -1)
        for level in Self.levels {
          let found = Kernels.warp(
            picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: -1,
            level: level)
          #expect(
            found == expected,
            "seed \(seed), \(shape), \(fill), \(interpolation), level \(level.rawValue), \(map)")
        }
      }
    }
  }

  @Test func flipsEqualTheirReferences() {
    for seed: UInt32 in 4000..<4300 {
      var random = LegacyRandom(seed: seed)
      let shape = Self.shape(&random)
      let picture = Self.picture(shape, &random)
      let mirrored = ReferencePixels.flippedHorizontally(picture, shape: shape)
      let turned = ReferencePixels.flippedVertically(picture, shape: shape)
      for level in Self.levels {
        for inPlace in [true, false] {
          let across = Kernels.flip(
            picture, shape: shape, horizontally: true, inPlace: inPlace, level: level)
          #expect(across == mirrored, "seed \(seed), \(shape), level \(level.rawValue)")
          let over = Kernels.flip(
            picture, shape: shape, horizontally: false, inPlace: inPlace, level: level)
          #expect(over == turned, "seed \(seed), \(shape), level \(level.rawValue)")
        }
      }
    }
  }

  @Test func valuesEqualTheirReferences() {
    for seed: UInt32 in 5000..<5300 {
      var random = LegacyRandom(seed: seed)
      let shape = Self.shape(&random)
      let picture = Self.picture(shape, &random)
      let shifts = (0..<shape.channels).map { _ in Float(random.uniform(-90, 90)) }
      let shifted = ReferencePixels.shifted(picture, channels: shape.channels, by: shifts)
      let factor = Float(random.uniform(0, 2))
      let scaled = ReferencePixels.scaled(picture, by: factor)
      let bytes = (0..<shape.count).map { _ in UInt8(random.randint(256)) }
      let interleaved = ReferencePixels.interleaved(bytes, channels: shape.channels)
      for level in Self.levels {
        let what: Comment = "seed \(seed), \(shape), level \(level.rawValue)"
        for inPlace in [true, false] {
          let found = Kernels.shift(
            picture, channels: shape.channels, by: shifts, inPlace: inPlace, level: level)
          #expect(found == shifted, what)
          #expect(
            Kernels.scale(picture, by: factor, inPlace: inPlace, level: level) == scaled, what)
        }
        #expect(Kernels.copy(picture, level: level) == picture, what)
        let pixels = shape.height * shape.width
        let parted = (0..<shape.count).map { picture[$0 % pixels * shape.channels + $0 / pixels] }
        #expect(Kernels.parted(picture, channels: shape.channels, level: level) == parted, what)
        #expect(Kernels.floats(bytes, level: level) == bytes.map(Float.init), what)
        #expect(
          Kernels.interleaved(bytes, channels: shape.channels, level: level) == interleaved, what)
      }
    }
  }

  /// 1 and 3 channels often, others now and then; sides from 1 on.
  static func shape(_ random: inout LegacyRandom) -> PictureShape {
    let channels = [1, 3, 3, 1, 2, 4, 5, 9, 20][random.randint(9)]
    return PictureShape(
      height: 1 + random.randint(20), width: 1 + random.randint(40), channels: channels)
  }

  static func picture(_ shape: PictureShape, _ random: inout LegacyRandom) -> [Float] {
    (0..<shape.count).map { _ in Float(random.uniform(-100, 300)) }
  }

  /// Turned, sheared and zoomed, or with numbers that lead to ties and edges.
  static func map(_ shape: PictureShape, _ random: inout LegacyRandom) -> AffineMap {
    if random.randint(3) == 0 {
      func half(_ size: Int) -> Double { Double(random.randint(4 * size + 1) - 2 * size) / 2 }
      return AffineMap(
        rowRow: half(2), rowColumn: half(1), rowOffset: half(shape.height),
        columnRow: half(1), columnColumn: half(2), columnOffset: half(shape.width))
    }
    let shift = AffineMap.translation(
      rows: random.uniform(-1, 1) * Double(shape.height),
      columns: random.uniform(-1, 1) * Double(shape.width))
    let map =
      .rotation(random.uniform(-4, 4)) * shift * .shear(random.uniform(-1, 1))
      * .zoom(rows: random.uniform(0.3, 3), columns: random.uniform(0.3, 3))
    return map.centred(in: shape)
  }
}
