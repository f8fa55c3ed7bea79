import Quantities

/// What a loader costs besides the pictures, part by part, as `augtop calibrate --loader` measures it: PyTorch's
/// `DataLoader`, the pool of Keras 3's `PyDataset`, and tf.data.
///
/// - Source: PyTorch 2.13, torch/utils/data and torch/multiprocessing/reductions.py; CPython 3.11,
///   multiprocessing/queues.py, resource_sharer.py and pool.py; TensorFlow 2, data/ops/iterator_ops.py.
package struct LoaderCosts: Hashable, Sendable {
  /// The loaders that have costs of their own.
  package enum Owner: String, CaseIterable, Sendable {
    /// PyTorch's `DataLoader`.
    case torch
    /// The pool of processes of Keras 3's `PyDataset`.
    case keras3
    /// tf.data.
    case tfData = "tf-data"
  }

  /// One part of a batch's way. Times are CPU time a batch where nothing else is said.
  package enum Part: String, CaseIterable, Sendable {
    /// The worker takes an index from its queue: poll, read, unpickle.
    case get = "get_us"
    /// The worker's loop around a picture.
    case item = "item_us"
    /// The worker makes shared memory and stacks the pictures into it.
    case collate = "collate_us"
    /// The same for 10⁶ bytes.
    case collatePerMegabyte = "collate_us_per_mb"
    /// The worker hands the batch to its queue's feeder thread.
    case put = "put_us"
    /// The feeder thread pickles a tensor: it duplicates and registers the descriptor.
    case pickle = "pickle_us"
    /// The feeder thread writes to the pipe.
    case write = "write_us"
    /// The consumer reads and unpickles.
    case receive = "receive_us"
    /// The consumer's part of one of a tensor's four messages to and from the worker's descriptor server.
    case hop = "hop_us"
    /// The server's part of the same.
    case serve = "serve_us"
    /// The consumer maps a tensor's memory.
    case map = "map_us"
    /// The consumer copies 10⁶ bytes to pinned memory; nothing unless the loader pins.
    case pinPerMegabyte = "pin_us_per_mb"
    /// The consumer hands the next index to its queue's feeder thread.
    case putIndex = "put_index_us"
    /// That thread pickles and writes it.
    case feedIndex = "feed_index_us"
    /// The consumer's loop around a step.
    case loop = "loop_us"
    /// The consumer unmaps 10⁶ bytes of the batch before.
    case unmapPerMegabyte = "unmap_us_per_mb"
    /// The shortest time from a wake-up to a thread's first instruction on an idle core.
    case wakeLeast = "wake_least_us"
    /// The longest; in between all are equally likely.
    case wakeMost = "wake_most_us"
    /// How late the consumer runs after a step that waits for a device.
    case stepLate = "step_late_us"
    /// How late a worker runs after a wait in a picture's making.
    case waitLate = "wait_late_us"
    /// The longest that a woken thread waits for a core that a burning thread has taken meanwhile, a
    /// tick of the scheduler or so; it waits for half of it at least.
    case coreWait = "core_wait_us"
    /// The sleep after which a thread finds its core taken with a probability of 1 − 1/e while all cores
    /// but one burn; zero means never.
    case takenAfter = "taken_after_us"
    /// The same while every core burns.
    case crowdedAfter = "crowded_after_us"
    /// How much later a thread runs after a sleep if it has worked for `workedBefore` before it, while as many
    /// others burn as there are cores: the mean.
    case crowdedWork = "crowded_work_us"
    /// The loop starts a worker process, once an epoch without `persistent_workers`.
    case start = "start_us"
    /// A started worker's own work before it looks for its first batch.
    case boot = "boot_us"
    /// The workers' end after the last batch of an epoch, side by side.
    case drain = "drain_us"
    /// The loop tells workers that stay of another epoch.
    case resume = "resume_us"
    /// A pool's worker takes its next task, which is there already.
    case poolTask = "pool_task_us"
    /// It pickles a batch.
    case poolPickle = "pool_pickle_us"
    /// The same for 10⁶ bytes.
    case poolPicklePerMegabyte = "pool_pickle_us_per_mb"
    /// It writes a batch to the pool's pipe, piece by piece as the other side reads: by the clock, while no other
    /// process burns.
    case poolSend = "pool_send_us"
    /// The same for 10⁶ bytes.
    case poolSendPerMegabyte = "pool_send_us_per_mb"
    /// The same while all cores but one burn.
    case poolTakenSend = "pool_taken_send_us"
    /// The same for 10⁶ bytes.
    case poolTakenSendPerMegabyte = "pool_taken_send_us_per_mb"
    /// The same while every core burns.
    case poolCrowdedSend = "pool_crowded_send_us"
    /// The same for 10⁶ bytes.
    case poolCrowdedSendPerMegabyte = "pool_crowded_send_us_per_mb"
    /// The pool's reader unpickles a batch, before it reads the next one.
    case poolReceive = "pool_receive_us"
    /// The same for 10⁶ bytes.
    case poolReceivePerMegabyte = "pool_receive_us_per_mb"
    /// A new iterator over a `tf.data.Dataset`, once an epoch, up to its first batch and from its last one on.
    case iterator = "iterator_us"

    /// Whose part it is.
    package var owner: Owner {
      self == .iterator ? .tfData : rawValue.hasPrefix("pool_") ? .keras3 : .torch
    }
  }

  /// The work before a sleep that `Part.crowdedWork` is measured with.
  package static let workedBefore = Duration.milliseconds(1)

  private var times: [Part: Duration] = [:]
  /// Tensors of a batch that pass through shared memory: pictures, and labels where there are any.
  package var tensors = 1

  /// Costs of nothing.
  package init() {}

  /// The messages between consumer and descriptor server for a tensor.
  package static let hops = 4
  /// The numbers of tensors that a batch may have.
  package static let tensorCounts = 1...64

  /// A part's time; zero where it wasn't measured.
  package subscript(part: Part) -> Duration {
    get { times[part] ?? .zero }
    set { times[part] = newValue == .zero ? nil : newValue }
  }

  /// The loaders that were measured; PyTorch's where nothing was, for costs of nothing are costs.
  package var owners: Set<Owner> { times.isEmpty ? [.torch] : Set(times.keys.map(\.owner)) }

  /// Takes one loader's parts of other costs in the place of its own.
  ///
  /// - Complexity: O(parts).
  package mutating func take(_ other: LoaderCosts, of owner: Owner) {
    for part in Part.allCases where part.owner == owner { self[part] = other[part] }
    if owner == .torch { tensors = other.tensors }
  }

  /// Takes the parts of each loader that other costs have in the place of its own.
  ///
  /// - Complexity: O(parts).
  package mutating func take(_ other: LoaderCosts) {
    for owner in other.owners { take(other, of: owner) }
  }

  /// Whether times, shares and counts are within their limits.
  package var isWithinLimits: Bool {
    times.values.allSatisfy(CostProfile.times.contains) && self[.wakeLeast] <= self[.wakeMost]
      && Self.tensorCounts.contains(tensors)
  }
}
