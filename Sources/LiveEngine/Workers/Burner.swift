import Host
import Pipeline
import Quantities

/// Burns CPU until intended moments, holding the interpreter lock where the scenario has one.
///
/// Each deadline is computed from the one before it, not from the clock, so that lateness doesn't add
/// up. Waiting for the lock moves the deadline, and so does time off the processor where more threads
/// burn than there are cores.
struct Burner {
  /// A longer gap between two looks at the clock means that the thread was off the processor.
  private static let offProcessor = Nanoseconds.microseconds(20)
  /// A thread that lags more than this behind its deadline doesn't catch up: the machine stood still.
  private static let catchUp = Nanoseconds.milliseconds(20)

  /// The thread's number for the governor; nil where that doesn't count it.
  let thread: Int?
  let clock: SessionClock
  private var lock: LiveInterpreterLock
  /// The thread's number at the lock.
  private var place: Int
  let governor: LiveGovernor
  /// Where the thread's waits for the lock are shown; nil for the consumer.
  private let present: PresentActivity?
  /// Whether the session ends; then nothing more is burnt.
  private let isStopping: @Sendable () -> Bool
  /// The intended end of the work so far, free of scheduling jitter.
  var deadline = Nanoseconds.zero
  /// More threads burn than there are cores.
  var isCrowded = false
  /// Time spent waiting for the lock since this was last set to zero.
  var lockWait = Nanoseconds.zero
  /// How much longer work takes after the thread took the lock over from another one.
  var lockCold = Nanoseconds.zero
  private(set) var holdsLock = false

  /// - Parameter place: At the lock.
  init(
    thread: Int?, clock: SessionClock, lock: LiveInterpreterLock, place: Int,
    governor: LiveGovernor, present: PresentActivity? = nil,
    isStopping: @escaping @Sendable () -> Bool
  ) {
    self.thread = thread
    self.clock = clock
    self.lock = lock
    self.place = place
    self.governor = governor
    self.present = present
    self.isStopping = isStopping
  }

  /// Sets where the next piece of work begins: at the deadline of the last one, or now.
  ///
  /// - Parameter atDeadline: False for work whose start the thread had to wait for. Also begins now
  ///   where the deadline is more than 20 ms off.
  mutating func begin(atDeadline: Bool) {
    let now = clock.now
    // A sleep that ended a little early keeps its deadline; otherwise every such sleep would shorten
    // all that follows.
    if !atDeadline || now - deadline > Self.catchUp || deadline - now > Self.catchUp {
      deadline = now
    }
  }

  /// Takes what settings say about work.
  mutating func follow(_ settings: RunSettings) {
    isCrowded = settings.isCrowded
    lockCold = settings.lockCold
  }

  /// Takes part in another interpreter lock from now on; lets go of the present one first.
  mutating func join(_ lock: LiveInterpreterLock, as place: Int) {
    guard lock !== self.lock || place != self.place else { return }
    releaseLock()
    self.lock = lock
    self.place = place
  }

  /// Takes the interpreter lock unless the thread has it; the wait moves the deadline.
  ///
  /// The governor doesn't count the thread as burning meanwhile: this comes before `beginWork`.
  mutating func acquireLock() {
    guard !holdsLock else { return }
    take()
    holdsLock = true
  }

  /// Lets go of the interpreter lock if the thread has it, before it sleeps or works without.
  mutating func releaseLock() {
    guard holdsLock else { return }
    _ = lock.release(place, leaves: true)
    holdsLock = false
  }

  /// A lock-free stretch in the middle of work.
  ///
  /// - Parameter length: As `burn`'s; may be zero, and then a waiter is signalled all the same.
  mutating func burnFree(_ length: Nanoseconds) {
    letGo()
    holdsLock = false
    if length > .zero { burn(length) }
    endWork()
    acquireLock()
    beginWork()
  }

  /// Counts the thread as burning for the governor from now on.
  ///
  /// - Parameter isLate: Counts it from the deadline on, where that has passed.
  func beginWork(isLate: Bool = false) {
    guard let thread, governor.isOn else { return }
    governor.begin(thread, at: isLate ? min(deadline, clock.now) : clock.now)
  }

  /// Ends the work begun by `beginWork`.
  func endWork() {
    if let thread, governor.isOn { governor.end(thread, at: clock.now) }
  }

  /// Makes work that was done at the machine's own speed last as long as at the emulated clock, by
  /// burning the rest.
  ///
  /// - Parameter work: CPU time at the highest clock.
  mutating func slowDown(_ work: Nanoseconds) {
    guard governor.isOn else { return }
    governor.advance(to: clock.now)
    let share = governor.clock
    deadline = clock.now
    if share < 1 { burn(work * (1 - share)) }
  }

  /// Burns until the deadline that is `length` after the last one, or until the session ends.
  ///
  /// - Parameter length: At the highest clock.
  mutating func burn(_ length: Nanoseconds) {
    var share = governor.clock
    deadline += share == 1 ? length : length * (1 / share)
    var last = clock.now
    while last < deadline, !isStopping() {
      let now = clock.now
      if governor.isOn {
        governor.advance(to: now)
        let newest = governor.clock
        if newest != share {
          deadline = now + (deadline - now) * (share / newest)
          share = newest
        }
      }
      if isCrowded, now - last > Self.offProcessor { deadline += now - last }
      last = now
      // That wait is counted already; it isn't time off the processor as well.
      if dropLock() { last = clock.now }
    }
  }

  /// Lets another thread have the lock where it has waited for the switch interval, and takes it again.
  ///
  /// - Returns: Whether it did.
  @discardableResult mutating func dropLock() -> Bool {
    guard holdsLock, lock.isDropRequested else { return false }
    letGo()
    endWork()
    take()
    beginWork()
    return true
  }

  /// Lets go while at work; stands still where another thread has asked for that.
  private mutating func letGo() {
    let stood = lock.release(place, leaves: false)
    guard stood > .zero else { return }
    endWork()
    wait(stood)
    beginWork()
  }

  private mutating func take() {
    let asked = clock.now
    present?.turn(to: .waitingForLock, at: asked, lockWait: lockWait)
    let turn = lock.acquire(place)
    wait(turn.waited)
    present?.turn(to: .making, at: asked + turn.waited, lockWait: lockWait)
    if turn.isChange { deadline += lockCold }
  }

  private mutating func wait(_ length: Nanoseconds) {
    lockWait += length
    deadline += length
  }
}
