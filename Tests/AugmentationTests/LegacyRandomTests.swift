import Augmentation
import Testing

@Suite struct LegacyRandomTests {
  @Test func wordsAndSamplesAreNumPys() throws {
    for golden in try Goldens.manifest().mt19937 {
      var random = LegacyRandom(seed: golden.seed)
      let words = try Goldens.array(golden.raw, type: "<u4", of: UInt32.self).values
      #expect(words.map { _ in random.nextWord() } == words, "seed \(golden.seed)")
      random.seed(golden.seed)
      let samples = try Goldens.doubles(golden.randomSample)
      #expect(samples.map { _ in random.randomSample() } == samples, "seed \(golden.seed)")
    }
  }

  @Test func aMixOfDrawsStaysInStep() throws {
    for golden in try Goldens.manifest().mt19937 {
      var random = LegacyRandom(seed: golden.seed)
      #expect(golden.uniforms.map { _ in random.uniform(-15, 15) } == golden.uniforms)
      #expect(golden.zooms.map { _ in random.uniform(0.9, 1.1) } == golden.zooms)
      #expect(random.permutation(7) == golden.permutationOfSeven)
      #expect(random.randomSample() == golden.sample)
      #expect(golden.integers.map { _ in random.randint(10_000) } == golden.integers)
      #expect(random.permutation(100) == golden.permutationOfHundred)
      #expect(golden.words.map { _ in random.nextWord() } == golden.words)
    }
  }

  @Test func permutationsAreNumPys() throws {
    for golden in try Goldens.manifest().mt19937 {
      func permutation(_ count: Int) -> [Int] {
        var random = LegacyRandom(seed: golden.seed)
        return random.permutation(count)
      }
      #expect(permutation(1) == golden.permutation1)
      #expect(permutation(2) == golden.permutation2)
      #expect(permutation(3) == golden.permutation3)
      #expect(permutation(10) == golden.permutation10)
      let thousand = try Goldens.array(golden.permutation1000, type: "<i4", of: Int32.self)
      #expect(permutation(1000) == thousand.values.map(Int.init))
      let large = permutation(50_000)
      #expect(Array(large.prefix(16)) == golden.permutation50000First16)
      let bytes = large.flatMap { index in (0..<4).map { UInt8(index >> ($0 * 8) & 0xff) } }
      #expect(SHA256.digest(bytes) == golden.permutation50000Sha256LeInt32)
    }
  }

  @Test func aCopyGoesOnByItself() {
    var random = LegacyRandom(seed: 5)
    _ = random.nextWord()
    var copy = random
    let ahead = (0..<2000).map { _ in random.nextWord() }
    #expect((0..<2000).map { _ in copy.nextWord() } == ahead)
  }

  @Test func oneChoiceDrawsNothing() {
    var random = LegacyRandom(seed: 5)
    var other = LegacyRandom(seed: 5)
    #expect(random.randint(1) == 0)
    #expect(random.nextWord() == other.nextWord())
  }
}
