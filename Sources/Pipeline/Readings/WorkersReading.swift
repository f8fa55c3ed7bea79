package import Quantities

/// The workers that make batches, as means over all workers.
package struct WorkersReading: Sendable, Equatable {
  /// Their number.
  package var count = 0
  /// Mean wall time of making one batch, without waits; nil before the first.
  package var make: Nanoseconds?
  /// Mean CPU time of it; its wall time where that wasn't measured.
  package var cpu: Nanoseconds?
  /// Mean wait while making one for something else than the lock or a core; part of `make`.
  package var idle = Nanoseconds.zero
  /// Mean wait for the interpreter lock while making one; not part of `make`.
  package var lockWait = Nanoseconds.zero
  /// The share of the workers' time spent making batches, 0...1.
  package var making = 0.0
  /// The share slept because the queue was full.
  package var napping = 0.0
  /// The share spent waiting for room, or for demand.
  package var waitingForRoom = 0.0
  /// Kernel time beyond the cost profile, per batch.
  package var overrun = Nanoseconds.zero
  /// Mean time of making a batch's bytes for another process; part of `make`.
  package var serialization = Nanoseconds.zero
  /// Mean time between a put and the next start with nothing to wait for.
  package var handling = Nanoseconds.zero
  /// The share of batches that were their worker's first after a rest, 0...1.
  package var rested = 0.0
  /// How much longer those took in the mean; nil where too few of either kind were made.
  package var afterRest: Nanoseconds?
  /// Of the last batches: time a picture, relative to their mean.
  package var spread: [Double] = []

  /// A worker that has waited for this long has rested: its caches are cold.
  package static let rest = Nanoseconds.milliseconds(1)

  /// Nothing measured yet.
  package init() {}
}
