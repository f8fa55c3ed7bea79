import Pipeline

/// A worker, or the consumer, at a moment of simulated time. Times in nanoseconds.
struct SimulatedThread {
  enum Phase: UInt8 {
    /// Looks what to do next.
    case looking
    case napping
    /// Waits for the pictures of its batch.
    case loading
    /// Burns its way through a program: of a batch, or of a step's host work.
    case working
    /// Waits for the interpreter lock.
    case awaitingLock
    /// Has been given the lock, holds it, and isn't awake yet.
    case waking
    case awaitingRoom
    case awaitingDemand
    case awaitingBatch
    /// Transfer and compute: the device's own time.
    case computing
    /// The scenario has no place for it any more.
    case gone
  }

  /// The reason why a working thread stops at its target.
  enum Stop: UInt8 {
    case end
    /// A natural release before a lock-free stretch, while another thread waits for the lock.
    case release
    /// The end of a lock-free stretch.
    case freeEnd
    /// Another thread has waited for the switch interval.
    case drop
  }

  var phase = Phase.looking
  var stop = Stop.end
  var isBurning = false
  /// The position in the program that is reached when it acts next.
  var target = 0.0
  var total = 0.0
  /// The position at which it waits for the lock.
  var saved = 0.0
  /// This batch's work, relative to the mean batch's.
  var scale = 1.0
  var start = 0.0
  /// When the wait or nap began.
  var waitStart = 0.0
  var lockWait = 0.0
  /// The wait for this batch's pictures, before the work.
  var loading = 0.0
  var batch = 0
  var isShort = false
  var generation = 0
  var finished = 0.0
}
