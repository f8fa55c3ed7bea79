import Augmentation
import AugmentationReference
import Datasets
import Testing

@Suite struct SyntheticDatasetTests {
  private static let dataset = SyntheticDataset()

  private func picture(_ index: Int) -> [Float] {
    var picture = [Float](repeating: -1, count: PictureShape.cifar.count)
    Self.dataset.read(index, into: &picture)
    return picture
  }

  @Test func picturesAreTheSameOnEveryMachine() {
    #expect(Self.dataset.count == 50_000)
    #expect(Self.dataset.shape == .cifar)
    // FNV-1a over pictures from all over the set, computed once.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in stride(from: 0, to: 50_000, by: 997) {
      for value in picture(index) {
        hash = (hash ^ UInt64(value)) &* 0x100_0000_01b3
      }
    }
    #expect(hash == 1_144_231_463_420_745_473)
  }

  @Test func whatIsBorrowedIsWhatIsRead() throws {
    for index in [0, 1, 1023, 1024, 20_000, 49_999] {
      let borrowed = try #require(Self.dataset.borrow(index))
      #expect(Array(UnsafeBufferPointer(start: borrowed, count: 3072)) == picture(index))
    }
  }

  @Test func valuesAreWholeAndInRange() {
    for index in stride(from: 0, to: 50_000, by: 499) {
      #expect(picture(index).allSatisfy { $0 >= 0 && $0 <= 255 && $0.rounded() == $0 })
    }
  }

  @Test func picturesDiffer() {
    var seen: Set<[Float]> = []
    for index in stride(from: 0, to: 50_000, by: 50) { seen.insert(picture(index)) }
    #expect(seen.count == 1000)
  }

  /// Every change of a picture can be seen, through each of its windows.
  @Test func turnsFlipsAndShiftsShow() {
    let shape = PictureShape.cifar
    for index in (0..<10).flatMap({ sign in [0, 24, 48].map { $0 * 1024 + sign + 500 } }) {
      let whole = picture(index)
      let mirrored = ReferencePixels.flippedHorizontally(whole, shape: shape)
      #expect(different(whole, mirrored) > 40, "picture \(index) mirrored")
      let over = ReferencePixels.flippedVertically(whole, shape: shape)
      #expect(different(whole, over) > 200, "picture \(index) upside down")
      for map in [
        AffineMap.rotation(.pi / 12).centred(in: shape), .translation(rows: 3, columns: 0),
        .translation(rows: 0, columns: 3), .zoom(rows: 0.85, columns: 1).centred(in: shape),
      ] {
        let warped = ReferenceWarp.warp(whole, shape: shape, map: map, fill: .nearest, cval: 0)
        #expect(different(whole, warped) > 15, "picture \(index), \(map)")
      }
    }
  }

  /// The class goes with the sign: pictures of one class have it in common.
  @Test func labelsAreTheSigns() {
    for index in [0, 9, 10, 1023, 1024, 49_999] {
      #expect(Self.dataset.label(index) == Int32(index % 1024 % 10))
    }
  }

  /// No window cuts the sign off or shows a piece of the neighbour's: every picture has as many
  /// pixels that stand out from their row as its class has.
  @Test func everyWindowShowsOneWholeSign() {
    for sign in 0..<10 {
      let counts = Set((0..<48).map { outstanding(picture($0 * 1024 + sign + 300)) })
      #expect(counts.count == 1, "sign \(sign): \(counts)")
      #expect(counts.first ?? 0 > 60, "sign \(sign): \(counts)")
    }
  }

  /// Pixels that differ from most of their row by more than the ground does.
  private func outstanding(_ picture: [Float]) -> Int {
    (0..<32).reduce(0) { sum, row in
      let pixels = (0..<32).map {
        Array(picture[((row * 32 + $0) * 3)..<((row * 32 + $0) * 3 + 3)])
      }
      // Column 4 and 27 may lie on the seam, so the ground is taken from the 2 outermost left ones.
      let ground = pixels[0]
      return sum
        + pixels.count { pixel in
          zip(pixel, ground).map { abs($0 - $1) }.max() ?? 0 > 30
        }
    }
  }

  private func different(_ a: [Float], _ b: [Float]) -> Int {
    stride(from: 0, to: a.count, by: 3).count { (place: Int) in
      (0..<3).contains { abs(a[place + $0] - b[place + $0]) > 20 }
    }
  }
}

extension Sequence {
  fileprivate func count(where isCounted: (Element) -> Bool) -> Int {
    reduce(0) { $0 + (isCounted($1) ? 1 : 0) }
  }
}
