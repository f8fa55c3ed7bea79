import Augmentation
import AugmentationReference
import CKernels
import Testing

/// Pixels, to the bit.
@Suite struct KerasParityTests {
  static let levels: [ck_level] = [CK_BASELINE, CK_AVX2, CK_AVX512]
    .filter { $0.rawValue <= ck_best_level().rawValue }

  @Test func warpIsKeras() throws {
    for golden in try Goldens.manifest().affine {
      let (picture, shape) = try Goldens.picture(golden.input)
      let matrices = try Goldens.doubles(golden.matrices)
      let outputs = try Goldens.floats(golden.output)
      let fill = try golden.fill
      let interpolation = golden.interpolation
      for (number, name) in golden.names.enumerated() {
        let m = Array(matrices[(number * 6)..<(number * 6 + 6)])
        let map = AffineMap(
          rowRow: m[0], rowColumn: m[1], rowOffset: m[2],
          columnRow: m[3], columnColumn: m[4], columnOffset: m[5])
        let expected = Array(outputs[(number * shape.count)..<((number + 1) * shape.count)])
        let cval = Float(golden.cval)
        #expect(
          ReferenceWarp.warp(
            picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: cval)
            == expected,
          "\(golden.output) \(name), reference")
        for level in Self.levels {
          let found = Kernels.warp(
            picture, shape: shape, map: map, interpolation: interpolation, fill: fill, cval: cval,
            level: level)
          #expect(found == expected, "\(golden.output) \(name), level \(level.rawValue)")
        }
      }
    }
  }

  @Test func flipsAreKeras() throws {
    for golden in try Goldens.manifest().flip {
      let (picture, shape) = try Goldens.picture(golden.input)
      let expected = try Goldens.floats(golden.output)
      for level in Self.levels {
        #expect(
          Kernels.flip(picture, shape: shape, horizontally: golden.axis == 1, level: level)
            == expected)
      }
    }
  }

  @Test func channelShiftIsKeras() throws {
    for golden in try Goldens.manifest().channelShift {
      let (picture, shape) = try Goldens.picture(golden.input)
      var settings = AugmentationSettings()
      settings.channelShiftRange = golden.intensity
      var flow = BatchFlow(
        order: FlowOrder(count: 1, batchSize: 1, shuffle: false), channels: shape.channels,
        streamSeed: golden.seed)
      var plan = BatchPlan(batchSize: 1, channels: shape.channels)
      flow.next(into: &plan, settings: settings, stages: .all)
      #expect(plan.channelShifts == golden.draws.flatMap(\.values))
      let pass = BatchPass(source: ArraySource(picture, shape: shape), batchSize: 1)
      #expect(try pass.pictures(plan, settings: settings) == Goldens.floats(golden.output))
    }
  }

  @Test(arguments: [true, false]) func randomTransformIsKeras(lends: Bool) throws {
    for golden in try Goldens.manifest().randomTransform {
      let (picture, shape) = try Goldens.picture(golden.input)
      let outputs = try Goldens.floats(golden.output)
      let settings = golden.settings
      let pass = BatchPass(source: ArraySource(picture, shape: shape, lends: lends), batchSize: 1)
      for (number, transform) in golden.cases.enumerated() {
        let what: Comment = "\(golden.output), seed \(transform.seed)"
        var flow = BatchFlow(
          order: FlowOrder(count: 1, batchSize: 1, shuffle: false), channels: shape.channels,
          streamSeed: transform.seed)
        var plan = BatchPlan(batchSize: 1, channels: shape.channels)
        flow.next(into: &plan, settings: settings, stages: .all)
        #expect(Self.drawn(plan) == transform.draws.flatMap(\.values), what)
        var random = flow.random
        #expect(random.randomSample() == transform.nextRandomSample, what)

        let expected = outputs[(number * shape.count)..<((number + 1) * shape.count)]
        #expect(try pass.pictures(plan, settings: settings) == Array(expected), what)
        let map = AffineMapTests.numbers(pass.map(0))
        for (found, expected) in zip(map, transform.matrix.joined()) {
          #expect(abs(found - expected) <= 1e-12, what)
        }
      }
    }
  }

  @Test(arguments: [true, false]) func channelsFirstIsKeras(lends: Bool) throws {
    let golden = try Goldens.manifest().randomTransformTh
    let (picture, shape) = try Goldens.picture("in_rgb_b")
    var settings = golden.config.settings
    settings.dimOrdering = .th
    var flow = BatchFlow(
      order: FlowOrder(count: 1, batchSize: 1, shuffle: false), channels: shape.channels,
      streamSeed: golden.seed)
    var plan = BatchPlan(batchSize: 1, channels: shape.channels)
    flow.next(into: &plan, settings: settings, stages: .all)
    let pass = BatchPass(source: ArraySource(picture, shape: shape, lends: lends), batchSize: 1)
    #expect(try pass.pictures(plan, settings: settings) == Goldens.floats(golden.output))
    // A picture that no stage has touched goes straight from the source to its planes.
    let untouched = try pass.pictures(plan, stages: .fixed, settings: settings)
    let pixels = shape.height * shape.width
    #expect(picture.indices.allSatisfy { picture[$0] == untouched[$0 % 3 * pixels + $0 / 3] })
  }

  @Test func savedBytesAreKeras() throws {
    let (picture, _) = try Goldens.picture("in_rgb_b")
    let expected = try Goldens.array("array_to_img_rgb_b", type: "|u1", of: UInt8.self).values
    #expect(picture.map { $0 - 100 }.withUnsafeBufferPointer(PictureBytes.stretched) == expected)
    #expect([Float(0), 0].withUnsafeBufferPointer(PictureBytes.stretched) == [0, 0])
    #expect([Float.nan, 1, .infinity].withUnsafeBufferPointer(PictureBytes.stretched).count == 3)
  }

  @Test(arguments: [true, false]) func flowIsKeras(lends: Bool) throws {
    for golden in try Goldens.manifest().flow {
      let (values, dimensions) = try Goldens.array(golden.input, type: "<f4", of: Float.self)
      let shape = PictureShape(
        height: dimensions[1], width: dimensions[2], channels: dimensions[3])
      let outputs = try Goldens.floats(golden.output)
      let source = ArraySource(values, shape: shape, lends: lends)
      let settings = golden.config.settings
      var flow = BatchFlow(
        order: FlowOrder(count: source.count, batchSize: golden.batchSize, seed: golden.seed),
        channels: shape.channels, streamSeed: 4711)
      var plan = BatchPlan(batchSize: golden.batchSize, channels: shape.channels)
      let pass = BatchPass(source: source, batchSize: golden.batchSize)
      var place = 0
      for (number, size) in golden.sizes.enumerated() {
        flow.next(into: &plan, settings: settings, stages: .all)
        let labels = plan.batch.indices.map { source.label(Int($0)) }
        #expect(labels == golden.labels[number])
        let end = place + size * shape.count
        let found = try pass.pictures(plan, settings: settings)
        #expect(found == Array(outputs[place..<end]), "\(golden.output), batch \(number)")
        place = end
      }
      #expect(place == outputs.count)
    }
  }

  /// The numbers of a plan of one picture, in the order of the draws.
  private static func drawn(_ plan: BatchPlan) -> [Double] {
    let draws = plan.draws[0]
    var numbers: [Double] = []
    for stage in Stage.allCases where draws.drawn.contains(stage.id) {
      switch stage {
      case .rotation: numbers.append(draws.rotation)
      case .heightShift: numbers.append(draws.heightShift)
      case .widthShift: numbers.append(draws.widthShift)
      case .shear: numbers.append(draws.shear)
      case .zoom: numbers += [draws.zoomRows, draws.zoomColumns]
      case .channelShift: numbers += plan.channelShifts
      case .horizontalFlip: numbers.append(draws.horizontalFlip)
      case .verticalFlip: numbers.append(draws.verticalFlip)
      case .load, .compose, .warp, .lens, .standardize, .collate: break
      }
    }
    return numbers
  }
}
