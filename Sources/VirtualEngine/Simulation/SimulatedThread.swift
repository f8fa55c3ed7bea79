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
    /// Waits for the interpreter lock; at `due` the switch interval is over.
    case awaitingLock
    /// Was signalled that the lock is free, and asks for it at `due`.
    case waking
    /// Let go of the lock because it was asked to; goes on once another thread has had it.
    case standing
    /// Writes its finished batch to the pool's pipe, or waits for those that write before it.
    case sending
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
    /// A release before a lock-free stretch, while another thread waits for the lock.
    case release
    /// The end of a lock-free stretch.
    case freeEnd
  }

  /// What a thread does once it has the interpreter lock.
  enum Aim: UInt8 {
    case look
    /// Works from `saved` on.
    case work
    /// Puts its finished batch.
    case offer
  }

  var phase = Phase.looking
  var stop = Stop.end
  var aim = Aim.look
  var isBurning = false
  /// Whether it goes on in a lock-free stretch after it has stood still, and not with the lock.
  var standsFree = false
  /// Whether its finished batch waits for room in the queue.
  var wantsRoom = false
  /// The position in the program that is reached when it acts next.
  var target = 0.0
  var total = 0.0
  /// The position at which it waits for the lock. Behind `floor` by what it works slower after a change
  /// of the lock's holder.
  var saved = 0.0
  /// The position up to which the work is done.
  var floor = 0.0
  /// What it will work slower because it took the lock over, not yet part of any position.
  var cold = 0.0
  /// This batch's work, relative to the mean batch's.
  var scale = 1.0
  var start = 0.0
  /// When the wait for a batch, for room or demand, or the nap began.
  var waitStart = 0.0
  /// When it asked for the lock.
  var lockStart = 0.0
  var lockWait = 0.0
  /// The wait for this batch's pictures.
  var loading = 0.0
  /// What of it comes after the work.
  var loadingAfter = 0.0
  /// Whether the pictures are made, while it waits for the last of them.
  var hasWorked = false
  var batch = 0
  var isShort = false
  var generation = 0
  var finished = 0.0
  /// Whether it has waited for long since its last batch.
  var isRested = false

  /// Whether it is between the beginning of a batch's work, or of a step's, and its end.
  var isAtWork: Bool {
    switch phase {
    case .working, .standing: true
    case .awaitingLock, .waking: aim == .work
    default: false
    }
  }
}
