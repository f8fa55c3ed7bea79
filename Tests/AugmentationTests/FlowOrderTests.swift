import Augmentation
import Testing

@Suite struct FlowOrderTests {
  @Test func ordersAreKeras() throws {
    for golden in try Goldens.manifest().flowOrder {
      var random = LegacyRandom(seed: golden.globalSeed ?? 999)
      var order = FlowOrder(
        count: golden.count, batchSize: golden.batchSize, shuffle: golden.shuffle, seed: golden.seed
      )
      var batch = IndexBatch(batchSize: golden.batchSize)
      for (number, expected) in golden.batches.enumerated() {
        order.next(random: &random, into: &batch)
        #expect(batch.indices == expected.indices, "\(golden.count) by \(golden.batchSize)")
        #expect(batch.start == expected.currentIndex)
        #expect(batch.count == expected.size)
        #expect(batch.ordinal == number)
      }
    }
  }

  @Test func resetBeginsTheEpochAgainButCountsOn() {
    var random = LegacyRandom(seed: 0)
    var order = FlowOrder(count: 10, batchSize: 4, seed: 7)
    var batch = IndexBatch(batchSize: 4)
    order.next(random: &random, into: &batch)
    let first = batch.indices
    order.reset()
    order.next(random: &random, into: &batch)
    // Seeded with 7 + 1 now, so it is the order of another seed.
    #expect(batch.indices != first)
    #expect(batch.start == 0)
    var fresh = FlowOrder(count: 10, batchSize: 4, seed: 8)
    var other = IndexBatch(batchSize: 4)
    fresh.next(random: &random, into: &other)
    #expect(other.indices == batch.indices)
  }

  @Test func unshuffledNeverTouchesTheStream() {
    var random = LegacyRandom(seed: 3)
    var untouched = random
    var order = FlowOrder(count: 10, batchSize: 3, shuffle: false, seed: 7)
    var batch = IndexBatch(batchSize: 3)
    for _ in 0..<9 { order.next(random: &random, into: &batch) }
    #expect(random.nextWord() == untouched.nextWord())
  }

  @Test func batchesOfAnEpochRoundUp() {
    #expect(FlowOrder(count: 50_000, batchSize: 32).batchesPerEpoch == 1563)
    #expect(FlowOrder(count: 64, batchSize: 32).batchesPerEpoch == 2)
  }
}
