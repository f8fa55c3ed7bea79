/// A thread of a `DataLoader`'s processes at a moment of simulated time. Times in nanoseconds.
struct ProcessThread {
  enum Phase: UInt8 {
    /// Burns until `due`.
    case burning
    /// Goes on at `due`, without a core until then.
    case pausing
    /// Was signalled that the lock is free, and looks at it at `due`.
    case looking
    /// Waits for its process's lock; at `due` it asks the holder to let go.
    case awaitingLock
    /// Waits until another thread wakes it.
    case blocked
  }

  /// What a thread does when its phase is over.
  enum Step: UInt8 {
    /// Of a worker that has just been started.
    case boot
    case booted
    /// Looks for an index, holding the lock.
    case look
    case haveIndex
    case get
    case begin
    case endWait
    /// Goes on with the pictures, holding the lock.
    case make
    /// Lets go of the lock for a stretch of the work.
    case release
    case freeEnd
    case collate
    /// Has waited for the last pictures' data.
    case endLastWait
    case stack
    case copy
    case copied
    case put
    /// Of a feeder thread.
    case feed
    case feedNext
    case write
    case written
    /// Of a descriptor server.
    case accept
    case serve
    case served
    /// Of the consumer.
    case want
    case received
    case hop
    case answered
    case mapped
    case deliver
    case compute
    case wake
    case stepped
    case paused
    case looped
    /// Of an index queue's feeder thread.
    case feedIndex
    case indexFed
  }

  var phase = Phase.blocked
  var step: Step
  /// Work left at `since`, while it burns.
  var left = 0.0
  /// Since when it burns at the present speed.
  var since = 0.0
  /// When its burning began.
  var begun = 0.0
  /// Work done in a nanosecond.
  var speed = 1.0
  /// The lock's changes of holder when the wait began.
  var changes = 0
  /// When the wait for the lock began.
  var waitStart = 0.0
  /// Since when it waits for another thread to wake it.
  var blockedAt = 0.0
  /// Work done since it last woke up, of a thread that works briefly and sleeps.
  var owed = 0.0

  init(_ step: Step) { self.step = step }
}

/// The interpreter lock of one process, as CPython has it: it is let go of, not handed over, and whoever
/// asks first has it.
///
/// - Source: CPython 3.11 `Python/ceval_gil.c`.
struct ProcessLock {
  var holder: Int?
  var lastHolder: Int?
  /// Changes of holder so far.
  var changes = 0
  /// Waiters by the time of their asking.
  var waiters: [Int] = []
  /// Let go because it was asked to, and goes on once another thread has had the lock.
  var stalled: Int?
}

/// A worker process: its indexes, its batch in the making, and the batches that wait for its feeder.
struct WorkerProcess {
  /// Batches whose indexes have come.
  var indexes: [Int] = []
  /// Indexes on their way to it.
  var sent: [Int] = []
  /// Batches made, for the feeder thread.
  var made: [Int] = []
  /// The batch in the making; nil between batches.
  var batch: Int?
  var isShort = false
  var generation = 0
  var start = 0.0
  var lockWait = 0.0
  /// Work done of the batch's pictures, and all of it.
  var position = 0.0
  var total = 0.0
  /// The work of the stretch that its main thread burns.
  var stretch = 0.0
  /// The wait for this batch's pictures.
  var loading = 0.0
  /// What of it comes after the work.
  var loadingAfter = 0.0
  /// When the pictures were made.
  var madeAt = 0.0
  /// When the lock was taken away from a picture in the making.
  var cutAt: Double?
  /// This batch's work, relative to the mean batch's.
  var scale = 1.0
  var waitStart = 0.0
  /// Whether it has no index to go on with.
  var isIdle = false
  /// Whether it has waited for long since its last batch.
  var isRested = false
}
