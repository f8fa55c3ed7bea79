/// The rules by which workers and consumer meet at the queue.
package enum Loader: String, CaseIterable, Sendable {
  /// Keras 1.1.0's threads: an unbounded queue, an unlocked size test, and naps on both sides.
  case kerasThreads = "keras-threads"
  /// A bounded queue with condition variables: nobody sleeps longer than needed.
  case blocking

  /// How long a worker sleeps that found the queue full; Keras 1.1.0's `wait_time`.
  package static let kerasWorkerNap = Nanoseconds.milliseconds(50)
  /// How long the consumer sleeps that found the queue empty; fixed in Keras 1.1.0's `fit_generator`.
  package static let kerasConsumerNap = Nanoseconds.milliseconds(10)

  /// What a worker with empty hands does.
  package func workerMove(depth: Int, limit: Int) -> WorkerMove {
    switch self {
    case .kerasThreads: depth < limit ? .make : .nap(Self.kerasWorkerNap)
    case .blocking: .make
    }
  }

  /// What a worker with a finished batch does.
  package func offerMove(depth: Int, limit: Int) -> OfferMove {
    switch self {
    case .kerasThreads: .put
    case .blocking: depth < limit ? .put : .waitForRoom
    }
  }

  /// What the consumer does between steps.
  package func consumerMove(depth: Int) -> ConsumerMove {
    guard depth == 0 else { return .take }
    switch self {
    case .kerasThreads: return .nap(Self.kerasConsumerNap)
    case .blocking: return .waitForBatch
    }
  }

  /// The most batches the queue can hold.
  ///
  /// Test, making and putting are not one step in Keras 1.1.0: every worker may have passed the test
  /// at `limit − 1`.
  package func deepest(limit: Int, workers: Int) -> Int {
    switch self {
    case .kerasThreads: limit - 1 + workers
    case .blocking: limit
    }
  }
}

package enum WorkerMove: Equatable, Sendable {
  case make
  /// Sleep this long, then look again.
  case nap(Nanoseconds)
}

package enum OfferMove: Equatable, Sendable {
  case put
  /// Sleep until somebody takes a batch.
  case waitForRoom
}

package enum ConsumerMove: Equatable, Sendable {
  case take
  case nap(Nanoseconds)
  /// Sleep until somebody puts a batch.
  case waitForBatch
}
