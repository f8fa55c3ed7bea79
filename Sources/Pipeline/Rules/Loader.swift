package import Quantities

/// The rules by which workers and consumer meet at the queue.
package enum Loader: String, CaseIterable, Sendable {
  /// Keras 1.1.0's threads: an unbounded queue, an unlocked size test, and naps on both sides.
  case kerasThreads = "keras-threads"
  /// A bounded queue with condition variables: waiters wake as soon as they can go on.
  case blocking
  /// PyTorch's `DataLoader`: batch b belongs to worker b mod N, each worker is given
  /// `prefetch_factor` batches ahead, and batches are delivered in order.
  case torch
  /// Keras 1.1.0's `pickle_safe`: a bounded queue between processes. Putting waits for room, the
  /// consumer polls as ever; a batch is serialized on one side and read on the other.
  case kerasProcesses = "keras-processes"
  /// Keras 3's `PyDataset` with threads: batches are handed out in order to whichever worker is free,
  /// `max_queue_size` of them and one more, and delivered in order. One worker is no worker: `fit` makes
  /// each batch itself.
  ///
  /// - Source: `OrderedEnqueuer` and `PyDatasetAdapter` in Keras 3's
  ///   `trainers/data_adapters/py_dataset_adapter.py`.
  case keras3
  /// The same with `use_multiprocessing`: a pool of processes, which passes batches through a pipe.
  case keras3Processes = "keras3-processes"
  /// tf.data: `map` with as many calls at a time as there are workers, in order, and `prefetch` behind it,
  /// the queue's limit. No more calls run than there are cores.
  ///
  /// - Source: TensorFlow's `ParallelMapDataset` and `PrefetchDataset`; its pool has a thread a core.
  case tfData = "tf-data"

  /// The sleep of a worker that finds the queue full; Keras 1.1.0's `wait_time`.
  package static let kerasWorkerNap = Nanoseconds.milliseconds(50)
  /// The sleep of a consumer that finds the queue empty; fixed in Keras 1.1.0's `fit_generator`.
  package static let kerasConsumerNap = Nanoseconds.milliseconds(10)

  /// More batches than a session ever has, yet few enough to be added to.
  private static let unbounded = 1 << 48

  /// Whether workers and consumer are threads of one process and so share an interpreter lock.
  package var sharesInterpreter: Bool {
    switch self {
    case .kerasThreads, .blocking, .keras3, .tfData: true
    case .kerasProcesses, .torch, .keras3Processes: false
    }
  }

  /// Whether some thread sleeps until another one wakes it, and not by the clock alone.
  package var waitsOnConditions: Bool { self != .kerasThreads }

  /// Whether a consumer that finds no batch sleeps for a fixed time and looks again.
  package var polls: Bool { self == .kerasThreads || self == .kerasProcesses }

  /// Whether a batch is copied through a pipe; torch's batches go through shared memory.
  package var serializes: Bool { self == .kerasProcesses || self == .keras3Processes }

  /// Whether the consumer itself reads what was copied through a pipe; the pool of Keras 3 has a thread for
  /// it.
  package var readsInLoop: Bool { self == .kerasProcesses }

  /// Whether the number of batches under way is bounded, so that workers wait for batches to be delivered.
  package var waitsForDemand: Bool {
    switch self {
    case .kerasThreads, .kerasProcesses, .blocking: false
    case .torch, .keras3, .keras3Processes, .tfData: true
    }
  }

  /// The order in which the queue delivers batches.
  package var delivers: Delivery { waitsForDemand ? .byNumber : .firstIn }

  /// The numbers of workers it works with.
  ///
  /// - Source: PyTorch's `num_workers`, 0 by default, makes batches in the training loop's own thread
  ///   (`_SingleProcessDataLoaderIter`); a queue without workers would stay empty.
  package var workerCounts: ClosedRange<Int> {
    (self == .torch ? 0 : 1)...Scenario.workerCounts.upperBound
  }

  /// Whether the training loop makes each batch itself when it wants one, so that nothing is made while
  /// it trains.
  package func makesInLoop(workers: Int) -> Bool {
    workers == 0 || (self == .keras3 && workers == 1)
  }

  /// Threads or processes that make batches at the same time: the workers, or the training loop where it
  /// makes them itself.
  package func makers(workers: Int, cores: Int) -> Int {
    max(1, self == .tfData ? min(workers, cores) : workers)
  }

  /// The most batches that may be under way, from the next one to be delivered on: being made, finished, or
  /// in the queue.
  ///
  /// - Parameter isWanted: Whether the loop waits for a batch. Keras 3 has taken its place from the queue by
  ///   then.
  package func ahead(workers: Int, limit: Int, prefetch: Int, isWanted: Bool) -> Int {
    if makesInLoop(workers: workers) { return isWanted ? 1 : 0 }
    return switch self {
    case .kerasThreads, .kerasProcesses, .blocking: Self.unbounded
    case .torch: prefetch * workers
    // One more waits for a place in the queue while it is made.
    case .keras3, .keras3Processes: limit + (isWanted ? 2 : 1)
    case .tfData: limit + workers
    }
  }

  /// The next move of a worker that has no batch.
  ///
  /// - Parameters:
  ///   - lead: The number of its next batch less the number of the next batch to be delivered.
  ///   - ahead: The most batches that may be under way now.
  package func workerMove(depth: Int, limit: Int, lead: Int, ahead: Int) -> WorkerMove {
    switch self {
    case .kerasThreads: depth < limit ? .make : .nap(Self.kerasWorkerNap)
    case .kerasProcesses, .blocking: .make
    case .torch, .keras3, .keras3Processes, .tfData: lead < ahead ? .make : .waitForDemand
    }
  }

  /// The next move of a worker that has finished a batch.
  package func offerMove(depth: Int, limit: Int) -> OfferMove {
    switch self {
    case .kerasThreads, .torch, .keras3, .keras3Processes, .tfData: .put
    case .kerasProcesses, .blocking: depth < limit ? .put : .waitForRoom
    }
  }

  /// The next move of the consumer between steps.
  ///
  /// - Parameter isNextHere: Whether the queue holds the batch that is due.
  package func consumerMove(isNextHere: Bool) -> ConsumerMove {
    guard !isNextHere else { return .take }
    switch self {
    case .kerasThreads, .kerasProcesses: return .nap(Self.kerasConsumerNap)
    case .blocking, .torch, .keras3, .keras3Processes, .tfData: return .waitForBatch
    }
  }

  /// The most batches the queue can hold.
  ///
  /// Test, making and putting are not one step in Keras 1.1.0: every worker may have passed the test
  /// at `limit − 1`.
  package func deepest(limit: Int, workers: Int, prefetch: Int) -> Int {
    if makesInLoop(workers: workers) { return 1 }
    return switch self {
    case .kerasThreads: limit - 1 + workers
    case .kerasProcesses, .blocking: limit
    case .torch: prefetch * workers
    // The one that the loop waits for, until it is taken, and those behind it.
    case .keras3, .keras3Processes: limit + 2
    case .tfData: limit + workers
    }
  }
}

/// The order in which a queue delivers batches.
package enum Delivery: Sendable {
  /// In order of arrival.
  case firstIn
  /// In order of batch numbers.
  case byNumber
}

/// The next move of a worker that has no batch.
package enum WorkerMove: Equatable, Sendable {
  /// Make a batch.
  case make
  /// Sleep this long, then look again.
  case nap(Nanoseconds)
  /// Sleep until a batch is delivered.
  case waitForDemand
}

/// The next move of a worker that has finished a batch.
package enum OfferMove: Equatable, Sendable {
  /// Put the batch into the queue.
  case put
  /// Sleep until the consumer takes a batch.
  case waitForRoom
}

/// The next move of the consumer between two steps.
package enum ConsumerMove: Equatable, Sendable {
  /// Take the next batch.
  case take
  /// Sleep this long, then look again.
  case nap(Nanoseconds)
  /// Sleep until a worker puts a batch.
  case waitForBatch
}
