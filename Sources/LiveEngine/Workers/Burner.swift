import Host
import Pipeline
import Quantities

/// Burns CPU until intended moments, holding the interpreter lock where the scenario has one.
///
/// `due` is where the thread ought to be by the rules; deadlines are chained from it, so that
/// lateness doesn't add up. Waiting for the lock moves it, and, where more threads burn than there
/// are cores, so does time off the processor.
struct Burner {
  /// A gap between two looks at the clock that means the thread was off the processor.
  private static let offProcessor = Nanoseconds.microseconds(20)
  /// A thread that lags more than this behind its due doesn't try to catch up: the machine stood.
  private static let catchUp = Nanoseconds.milliseconds(20)

  let thread: Int
  let clock: SessionClock
  let lock: LiveInterpreterLock
  let governor: LiveGovernor
  /// Whether the session ends: nothing is burnt any more then.
  private let isStopping: @Sendable () -> Bool
  var due = Nanoseconds.zero
  /// More threads burn than there are cores.
  var isCrowded = false
  /// Waited for the lock since this was last set to zero.
  var lockWait = Nanoseconds.zero
  /// Of that, burnt by looking again and again; an estimate.
  var lockSpin = Nanoseconds.zero
  private(set) var holdsLock = false

  init(
    thread: Int, clock: SessionClock, lock: LiveInterpreterLock,
    governor: LiveGovernor, isStopping: @escaping @Sendable () -> Bool
  ) {
    self.thread = thread
    self.clock = clock
    self.lock = lock
    self.governor = governor
    self.isStopping = isStopping
  }

  /// The due moment of something that begins now.
  mutating func begin(chained: Bool) {
    let now = clock.now
    // A sleep that ended a little early keeps its due: else every such one would shorten the chain.
    if !chained || now - due > Self.catchUp || due - now > Self.catchUp { due = now }
  }

  mutating func acquireLock() {
    guard !holdsLock else { return }
    endWork()
    wait(lock.acquire(thread, spins: !isCrowded))
    beginWork()
    holdsLock = true
  }

  mutating func releaseLock() {
    guard holdsLock else { return }
    lock.release(thread)
    holdsLock = false
  }

  /// The thread burns CPU from now on, as the governor sees it; since `due`, where it comes late to what
  /// it was to begin then.
  func beginWork(isLate: Bool = false) {
    guard governor.isOn else { return }
    governor.begin(thread, at: isLate ? min(due, clock.now) : clock.now)
  }

  func endWork() {
    if governor.isOn { governor.end(thread, at: clock.now) }
  }

  /// Stretches work that was done at the machine's own speed to the emulated clock.
  mutating func stretch(_ work: Nanoseconds) {
    guard governor.isOn else { return }
    governor.look(at: clock.now)
    let share = governor.clock
    due = clock.now
    if share < 1 { burn(work * (1 - share)) }
  }

  /// - Parameter length: At the highest clock.
  mutating func burn(_ length: Nanoseconds) {
    var share = governor.clock
    due += share == 1 ? length : length * (1 / share)
    var last = clock.now
    while last < due, !isStopping() {
      let now = clock.now
      if governor.isOn {
        governor.look(at: now)
        let newest = governor.clock
        if newest != share {
          due = now + (due - now) * (share / newest)
          share = newest
        }
      }
      if isCrowded, now - last > Self.offProcessor { due += now - last }
      last = now
      guard holdsLock, lock.isDropDue(at: now) else { continue }
      endWork()
      wait(lock.drop(thread, spins: !isCrowded))
      beginWork()
      // That wait is counted: it isn't time off the processor as well.
      last = clock.now
    }
  }

  private mutating func wait(_ length: Nanoseconds) {
    lockWait += length
    if !isCrowded { lockSpin += min(length, InterpreterLockRules.spin) }
    due += length
  }
}
