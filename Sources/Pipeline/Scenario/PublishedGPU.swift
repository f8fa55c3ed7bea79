import Quantities

/// The training throughput of one model on one GPU as somebody published it: where a step time comes
/// from that wasn't measured here.
package struct PublishedGPU: Hashable, Sendable {
  /// The model's name, as its source has it.
  package var model: String
  /// The device's name.
  package var device: String
  /// The arithmetic: amp, tf32 or fp32.
  package var precision: String
  /// Pictures a batch in the published measurement, above 0.
  package var batch: Int
  /// The side of the published measurement's square pictures, in pixels; above 0.
  package var side: Int
  /// Pictures trained a second, above 0.
  package var imagesPerSecond: Double
  /// Where it was published: a sentence or an address.
  package var source: String

  /// One row of a table.
  package init(
    model: String, device: String, precision: String, batch: Int, side: Int,
    imagesPerSecond: Double, source: String
  ) {
    self.model = model
    self.device = device
    self.precision = precision
    self.batch = batch
    self.side = side
    self.imagesPerSecond = imagesPerSecond
    self.source = source
  }

  /// `MODEL@DEVICE:PRECISION`, as it is typed.
  package var name: String { "\(model)@\(device):\(precision)" }

  /// A step with this many pictures, in proportion to the published batch.
  package func step(batch: Int) -> Duration {
    .seconds(rounding: Double(batch) / imagesPerSecond)
  }

  /// A batch that differs from the published one by a larger factor isn't scaled without a word.
  private static let near = 0.5...2.0

  /// Whether a batch is far from the published one: a small batch uses a GPU less well than the published
  /// one did, so that its step is longer than in proportion; a large one may not fit into its memory.
  package func isFar(batch: Int) -> Bool {
    !Self.near.contains(Double(batch) / Double(self.batch))
  }
}
