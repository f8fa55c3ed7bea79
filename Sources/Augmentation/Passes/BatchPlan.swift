/// The plan of one batch: its pictures and every random number of their transforms.
///
/// The owner of the random stream fills plans in order, and any worker carries one out later, so the
/// stream is that of Keras's single thread however many workers there are. Reuse a plan: it keeps
/// its memory.
package struct BatchPlan: Sendable {
  /// The pictures of the batch, by their position in the dataset.
  package internal(set) var batch: IndexBatch
  /// One for each picture of the batch.
  package internal(set) var draws: [TransformDraws] = []
  /// `channels` numbers for each picture; all 0 if the channel shift didn't draw.
  package internal(set) var channelShifts: [Double] = []

  /// An empty plan with room for a whole batch.
  package init(batchSize: Int, channels: Int) {
    batch = IndexBatch(batchSize: batchSize)
    draws.reserveCapacity(batchSize)
    channelShifts = [Double](repeating: 0, count: batchSize * channels)
  }

  /// Pictures in the batch.
  package var count: Int { batch.count }

  /// One picture of the batch with its numbers, as a batch of its own; its place in the session stays.
  ///
  /// - Parameters:
  ///   - place: Within the batch.
  ///   - batchSize: Of the flow.
  ///   - channels: Of a picture.
  package func alone(_ place: Int, batchSize: Int, channels: Int) -> BatchPlan {
    precondition(place >= 0 && place < count, "no such picture in the batch")
    var plan = BatchPlan(batchSize: 1, channels: channels)
    plan.batch.indices = [batch.indices[place]]
    plan.batch.ordinal = batch.ordinal * batchSize + place
    plan.draws = [draws[place]]
    plan.channelShifts = Array(channelShifts[place * channels..<(place + 1) * channels])
    return plan
  }

  /// Draws all numbers anew from a stream of their own; the pictures stay.
  package mutating func redraw(
    settings: AugmentationSettings, stages: StageSet, channels: Int, seed: UInt32
  ) {
    var random = LegacyRandom(seed: seed)
    drawAll(settings: settings, stages: stages, channels: channels, random: &random)
  }

  /// Draws for every picture of the batch, one after the other.
  mutating func drawAll(
    settings: AugmentationSettings, stages: StageSet, channels: Int, random: inout LegacyRandom
  ) {
    let drawing = TransformDraws.drawing(settings: settings, stages: stages)
    let needed = count * channels
    if channelShifts.count < needed {
      channelShifts.append(contentsOf: repeatElement(0, count: needed - channelShifts.count))
    }
    draws.removeAll(keepingCapacity: true)
    for picture in 0..<count {
      draws.append(
        TransformDraws.drawAll(
          drawing, settings: settings, channels: channels, random: &random,
          shifts: &channelShifts, at: picture * channels))
    }
  }
}

/// Keras's `flow`: the order of the pictures and the one random stream that all draws come from.
///
/// Keep it behind a lock; a plan is taken whole, so the draws of batch k + 1 follow those of batch k.
package struct BatchFlow: Sendable {
  /// The order in which pictures are handed out.
  package private(set) var order: FlowOrder
  /// The random stream. Other draws from it, such as those of Keras's `save_to_dir`, advance it.
  package var random: LegacyRandom
  /// Channels of a picture: the channel shift draws one number for each.
  package let channels: Int

  /// - Parameters:
  ///   - streamSeed: Seeds the stream before the first batch, as `numpy.random.seed` does; a seed in
  ///     `order` overrules it at the first shuffle.
  package init(order: FlowOrder, channels: Int, streamSeed: UInt32) {
    self.init(order: order, channels: channels, random: LegacyRandom(seed: streamSeed))
  }

  /// Continues a stream that something else has drawn from, such as Keras's `fit` with `augment`.
  package init(order: FlowOrder, channels: Int, random: LegacyRandom) {
    precondition(channels > 0, "a picture has a channel")
    self.order = order
    self.channels = channels
    self.random = random
  }

  /// Takes the next batch's pictures and draws all of its numbers.
  ///
  /// - Complexity: O(batch size × channels), and O(count) where it shuffles; allocates nothing once
  ///   `plan` has had its largest size.
  package mutating func next(
    into plan: inout BatchPlan, settings: AugmentationSettings, stages: StageSet
  ) {
    order.next(random: &random, into: &plan.batch)
    plan.drawAll(settings: settings, stages: stages, channels: channels, random: &random)
  }

  /// Begins the epoch again at the next batch.
  package mutating func reset() { order.reset() }
}
