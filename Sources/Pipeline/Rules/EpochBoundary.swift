import Quantities

/// What the training loop spends on its loader between the last step of an epoch and the first look for a batch of
/// the next one; nothing where the loader goes on, as Keras 1.1.0's generator does.
package struct EpochBoundary: Hashable, Sendable {
  /// At the epoch's end: the loader's workers end.
  package var drain = Duration.zero
  /// Before the next epoch: workers start, one after another, or are told that there is another epoch.
  package var start = Duration.zero
  /// From the start of one worker to that of the next.
  package var apart = Duration.zero
  /// How long a started worker works before it looks for its first batch.
  package var boot = Duration.zero

  /// No time at all.
  package init() {}

  /// What is left of a worker's boot once all have been started.
  ///
  /// - Parameter worker: From 0 on.
  package func bootLeft(of worker: Int, among workers: Int) -> Duration {
    max(.zero, boot - apart * (workers - 1 - worker))
  }
}

extension Loader {
  /// Whether each epoch begins with nothing made: the batches of an epoch are those of one iterator, which makes no
  /// others.
  ///
  /// - Source: PyTorch's `_BaseDataLoaderIter._reset`, whose sampler ends with the epoch; Keras 3's
  ///   `OrderedEnqueuer._run`, whose `indices` do; an iterator over a `tf.data.Dataset` ends with the dataset. Keras
  ///   1.1.0's generator never ends.
  package var beginsEpochsAnew: Bool {
    switch self {
    case .kerasThreads, .kerasProcesses, .blocking: false
    case .torch, .keras3, .keras3Processes, .tfData: true
    }
  }

  /// How long Keras 3's `fit` looks at an empty queue at each epoch's end, before it goes on.
  ///
  /// - Source: `PyDatasetEnqueuer.stop`, `self.future_queue.get(block=True, timeout=0.1)`.
  package static let keras3Drain = Duration.milliseconds(100)
}

extension Scenario {
  /// What lies between two epochs, by the loader's rules and measured costs. A watched job has its own, which is in its
  /// measurements.
  ///
  /// - Parameter machineCores: Where the scenario doesn't set the number of cores.
  package func boundary(machineCores: Int) -> EpochBoundary {
    var boundary = EpochBoundary()
    guard !isJob, !makesInLoop else { return boundary }
    switch loader {
    case .keras3, .keras3Processes: boundary.drain = Loader.keras3Drain
    case .torch:
      guard let costs = loaderCosts else { return boundary }
      guard keepsWorkers != true else {
        boundary.start = costs[.resume]
        return boundary
      }
      // Workers end side by side, as far as there are cores.
      let turns = max(1, Double(workers) / Double(cores ?? machineCores))
      boundary.drain = .seconds(rounding: costs[.drain].seconds * turns)
      startWorkers(at: costs, in: &boundary)
    case .tfData: boundary.start = iteratorStart
    case .kerasThreads, .kerasProcesses, .blocking: break
    }
    return boundary
  }

  /// What lies before a session's first epoch: `--worker-start` where it is given, else the start of all workers,
  /// whether they will be kept or not, or that of an iterator.
  package var firstStart: EpochBoundary {
    var boundary = EpochBoundary()
    guard phases.workerStart == .zero else {
      boundary.start = phases.workerStart
      return boundary
    }
    guard !isJob, !makesInLoop else { return boundary }
    if loader == .torch, let costs = loaderCosts { startWorkers(at: costs, in: &boundary) }
    if loader == .tfData { boundary.start = iteratorStart }
    return boundary
  }

  /// Whether the training ever pauses, for phases or between epochs.
  package var pauses: Bool {
    phases != EpochPhases() || firstStart != EpochBoundary()
      || boundary(machineCores: 1) != EpochBoundary()
  }

  /// What a new iterator of tf.data takes.
  private var iteratorStart: Duration { loaderCosts(of: .tfData)?[.iterator] ?? .zero }

  private func startWorkers(at costs: LoaderCosts, in boundary: inout EpochBoundary) {
    boundary.apart = costs[.start]
    boundary.start = costs[.start] * workers
    boundary.boot = costs[.boot]
  }

  /// The number of batches from `first` on, counted from the session's start, that have `samples` pictures or, with the
  /// last of them, more.
  ///
  /// - Parameters:
  ///   - samples: Pictures; none of them take no batch.
  ///   - count: Pictures of the dataset, each pass over which may end with a short batch.
  /// - Complexity: O(1).
  package func batches(from first: Int, holding samples: Int, of count: Int) -> Int {
    let before = first % batchesPerEpoch(samples: count)
    // What is left of the pass that the first of them is in.
    let left = count - before * batchSize
    guard samples > left else { return batchesPerEpoch(samples: max(0, samples)) }
    return batchesPerEpoch(samples: left) + batchesPerEpoch(samples: samples - left, of: count)
  }
}
