import Host

/// The settings in force, published as one immutable value.
///
/// A change makes a new `RunSettings` and publishes it here; workers, consumer, flow, queue,
/// interpreter lock and governor read it here and keep no copy of a part of it. After a read has
/// returned generation g, no later read by any thread returns an earlier one. Every decision reads
/// once and takes all that it needs from that one value, so no decision mixes two generations.
///
/// Reading takes this lock for as long as it takes to retain a reference, about 20 ns, a handful of
/// times a batch and never between stages: a worker makes a whole batch with the settings of its
/// ticket. The lock is a leaf: it may be taken under any other lock, and no other is taken under it.
final class PublishedSettings: Sendable {
  private let newest: Monitor<RunSettings>

  init(_ settings: RunSettings) { newest = Monitor(settings) }

  /// The newest generation.
  var current: RunSettings { newest.withLock { $0 } }

  /// Makes a later generation the current one; traps where it isn't later.
  func publish(_ settings: RunSettings) {
    newest.withLock { newest in
      precondition(settings.generation > newest.generation, "generations are published in order")
      newest = settings
    }
  }
}
