/// The pictures that `fit` learns from, for as many passes as it takes: the data, or `rounds` random
/// transforms of it, which are the same each time.
final class FittedPictures {
  /// Pictures transformed at a time.
  private static let batchSize = 32

  let source: any DatasetSource
  private let rounds: Int
  private let settings: AugmentationSettings
  private let random: LegacyRandom?
  /// The stream behind the last transform, once all have been seen.
  private(set) var randomAfter: LegacyRandom
  private let room: UnsafeMutablePointer<Float>
  private let pass: BatchPass

  convenience init(_ source: any DatasetSource) {
    self.init(source, rounds: 1, settings: AugmentationSettings(), random: nil)
  }

  convenience init(
    _ source: any DatasetSource, rounds: Int, settings: AugmentationSettings, random: LegacyRandom
  ) {
    self.init(source, rounds: rounds, settings: settings, random: .some(random))
  }

  private init(
    _ source: any DatasetSource, rounds: Int, settings: AugmentationSettings,
    random: LegacyRandom?
  ) {
    self.source = source
    self.rounds = rounds
    self.settings = settings
    self.random = random
    randomAfter = random ?? LegacyRandom(seed: 0)
    pass = BatchPass(source: source, batchSize: Self.batchSize)
    room = .allocate(capacity: Self.batchSize * source.shape.count)
    room.initialize(repeating: 0, count: Self.batchSize * source.shape.count)
  }

  deinit { room.deallocate() }

  var count: Int { source.count * rounds }

  /// Hands out all of them, in Keras's order: round by round.
  func visit(_ body: (UnsafePointer<Float>) throws -> Void) throws {
    guard var random else {
      for index in 0..<source.count {
        if let picture = source.borrow(index) {
          try body(picture)
        } else {
          try source.read(index, into: room)
          try body(UnsafePointer(room))
        }
      }
      return
    }
    let stages = StageSet.all.setting(.standardize, on: false)
    var plan = BatchPlan(batchSize: Self.batchSize, channels: source.shape.channels)
    for _ in 0..<rounds {
      for start in stride(from: 0, to: source.count, by: Self.batchSize) {
        let end = min(start + Self.batchSize, source.count)
        plan.batch.indices = (start..<end).map { Int32($0) }
        plan.drawAll(
          settings: settings, stages: stages, channels: source.shape.channels, random: &random)
        try pass.makeBatch(plan, stages: stages, settings: settings, output: room)
        for place in 0..<plan.count { try body(UnsafePointer(room + place * source.shape.count)) }
      }
    }
    randomAfter = random
  }
}
