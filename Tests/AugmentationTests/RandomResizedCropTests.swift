import Augmentation
import AugmentationReference
import CKernels
import Testing

@Suite struct RandomResizedCropTests {
  /// Every box fits, and shares and shapes fill their ranges as torchvision draws them.
  @Test func boxesAreTorchvisions() {
    let shape = PictureShape(height: 375, width: 500, channels: 3)
    var random = LegacyRandom(seed: 8)
    let crop = RandomResizedCrop()
    var shares: [Double] = []
    for _ in 0..<4000 {
      let box = crop.draw(from: shape, random: &random)
      #expect(box.top >= 0 && box.top + box.height <= 375)
      #expect(box.left >= 0 && box.left + box.width <= 500)
      let aspect = Double(box.width) / Double(box.height)
      // Rounded to whole pixels.
      #expect(aspect > 0.75 * 0.98 && aspect < 4.0 / 3 * 1.02)
      shares.append(Double(box.height * box.width) / (375 * 500))
    }
    #expect((shares.min() ?? 0) > 0.078 && (shares.min() ?? 1) < 0.09)
    #expect((shares.max() ?? 0) > 0.9)
    // Large boxes miss more often: the mean lies below the middle of the range, 0.54. The same lines
    // in Python, with random numbers of their own, give 0.433.
    let mean = shares.reduce(0, +) / Double(shares.count)
    #expect(abs(mean - 0.433) < 0.015)
  }

  /// The first box of a stream, by hand from its numbers.
  @Test func numbersAreDrawnInTorchvisionsOrder() {
    let shape = PictureShape(height: 40, width: 60, channels: 1)
    var crop = RandomResizedCrop()
    crop.scale = 0.1...0.2
    var random = LegacyRandom(seed: 3)
    var mirror = random
    let box = crop.draw(from: shape, random: &random)
    let area = 2400 * mirror.uniform(0.1, 0.2)
    let u = mirror.randomSample()
    // exp(log a + (log b − log a) · u) = a · (b / a)^u with b / a = 16 / 9.
    var aspect = 0.75
    let steps = 100_000
    let factor = 1 + (0.575_364_144_9 * u) / Double(steps)
    for _ in 0..<steps { aspect *= factor }
    #expect(box.width == Int((area * aspect).squareRoot().rounded()))
    #expect(box.height == Int((area / aspect).squareRoot().rounded()))
    #expect(box.top == mirror.randint(40 - box.height + 1))
    #expect(box.left == mirror.randint(60 - box.width + 1))
    #expect(random.nextWord() == mirror.nextWord())
  }

  @Test func whatFitsNowhereFallsBackToTheMiddle() {
    var random = LegacyRandom(seed: 1)
    var crop = RandomResizedCrop()
    crop.scale = 1...1
    for (height, width, box) in [
      (10, 100, CropBox(top: 0, left: 43, height: 10, width: 13)),
      (100, 10, CropBox(top: 43, left: 0, height: 13, width: 10)),
      (1, 1, CropBox(top: 0, left: 0, height: 1, width: 1)),
    ] {
      let shape = PictureShape(height: height, width: width, channels: 1)
      #expect(crop.draw(from: shape, random: &random) == box)
    }
    #expect(
      crop.fallback(in: PictureShape(height: 30, width: 32, channels: 1))
        == CropBox(top: 0, left: 0, height: 30, width: 32))
  }

  @Test func resizeEqualsItsDefinition() {
    for seed: UInt32 in 8000..<8200 {
      var random = LegacyRandom(seed: seed)
      let shape = KernelTests.shape(&random)
      let picture = KernelTests.picture(shape, &random)
      let height = 1 + random.randint(shape.height)
      let width = 1 + random.randint(shape.width)
      let box = CropBox(
        top: random.randint(shape.height - height + 1),
        left: random.randint(shape.width - width + 1), height: height, width: width)
      let output = PictureShape(
        height: 1 + random.randint(30), width: 1 + random.randint(150), channels: shape.channels)
      let expected = ReferenceWarp.sampled(
        picture, shape: shape, output: output, interpolation: .bilinear, fill: .nearest, cval: 0
      ) { row, column in
        (
          BilinearResize.place(row, start: box.top, part: height, result: output.height),
          BilinearResize.place(column, start: box.left, part: width, result: output.width)
        )
      }
      for level in KernelTests.levels {
        let found = Kernels.resize(
          picture, shape: shape, box: box, output: output, level: level)
        #expect(found == expected, "seed \(seed), \(shape), \(box), level \(level.rawValue)")
      }
    }
  }

  /// cv2.resize of 0, 10, 20, 30 to 2 and to 8 values, INTER_LINEAR.
  @Test func resizeIsOpenCVs() {
    let shape = PictureShape(height: 1, width: 4, channels: 1)
    let box = CropBox(top: 0, left: 0, height: 1, width: 4)
    func resized(to width: Int) -> [Float] {
      var result = [Float](repeating: -1, count: width)
      result.withUnsafeMutableBufferPointer {
        BilinearResize.apply(
          from: [0, 10, 20, 30], shape: shape, box: box, to: $0.baseAddress!, height: 1,
          width: width)
      }
      return result
    }
    #expect(resized(to: 2) == [5, 25])
    #expect(resized(to: 8) == [0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30])
  }
}
