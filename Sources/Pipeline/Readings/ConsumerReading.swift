package import Quantities

/// The simulated GPU's time: `busy`, `host` and `starved` add up to 1.
///
/// The GPU starves while the consumer waits for a batch, or for the interpreter lock to feed it.
package struct ConsumerReading: Sendable, Equatable {
  /// The share of the time spent in transfer and compute.
  package var busy = 0.0
  /// The share spent in host work.
  package var host = 0.0
  /// The share spent waiting.
  package var starved = 0.0
  /// The number of steps that these figures are computed from.
  package var steps = 0
  /// Mean of one step's host work, transfer and compute; nil before the first.
  package var step: Nanoseconds?
  /// Mean wait of a step for the interpreter lock; part of `starved`, not of `step`.
  package var lockWait = Nanoseconds.zero
  /// Mean time of reading a batch that came from another process; part of `step`.
  package var deserialization = Nanoseconds.zero
  /// The processors' clock as a share of the highest, mean over the steps.
  package var clock = 1.0
  /// Mean time from a put to the moment at which a consumer that waited for it runs; 0 where it
  /// hardly ever waits.
  package var wakeLatency = Nanoseconds.zero
  /// Batches trained a second.
  package var batchesPerSecond = 0.0
  /// Pictures trained a second.
  package var imagesPerSecond = 0.0

  /// No steps yet.
  package init() {}
}
