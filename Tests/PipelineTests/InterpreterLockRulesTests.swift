import Pipeline
import TestSupport
import Testing

@Suite struct InterpreterLockRulesTests {
  /// A release wakes one waiter up, and whoever asks first has the lock: here the one that let go.
  @Test func aReleaseSignalsOneWaiterAndPromisesItNothing() {
    let lock = RecordedLock()
    #expect(lock.ask(7) == .init(isChange: true, freed: nil))
    #expect(lock.ask(8) == nil)
    #expect(lock.ask(9) == nil)
    #expect(lock.isContended)
    #expect(lock.release(7) == .init(signalled: 8, stands: false))
    #expect(lock.holder == nil)
    #expect(lock.ask(7) == .init(isChange: false, freed: nil))
    // The wake-up was in vain, and 8 waits anew behind 9.
    #expect(lock.ask(8) == nil)
    #expect(lock.release(7) == .init(signalled: 9, stands: false))
    #expect(lock.release(lock.taken(by: 9)) == .init(signalled: 8, stands: false))
    #expect(lock.ask(8) == .init(isChange: true, freed: nil))
    #expect(!lock.isContended)
  }

  /// Each release signals another waiter, until all are about to wake up.
  @Test func aSignalledWaiterIsNotSignalledAgain() {
    let lock = RecordedLock()
    _ = lock.taken(by: 0)
    _ = lock.ask(1)
    #expect(lock.release(0).signalled == 1)
    #expect(!lock.isContended)
    _ = lock.taken(by: 0)
    #expect(lock.release(0).signalled == nil)
  }

  /// After an interval without a change of holder, and only then, a waiter asks for a drop; who drops stands
  /// still until another thread has had the lock.
  @Test func aDropIsForced() {
    let lock = RecordedLock()
    _ = lock.taken(by: 0)
    #expect(lock.ask(1) == nil && lock.ask(2) == nil)
    #expect(lock.release(0).signalled == 1)
    _ = lock.taken(by: 1)
    // The lock has changed hands since 2 began to wait.
    #expect(lock.timeOut(2) == nil && !lock.isDropRequested)
    #expect(lock.timeOut(2) == nil && lock.isDropRequested)
    #expect(lock.release(1) == .init(signalled: 2, stands: true))
    #expect(lock.isStanding(1) && !lock.isDropRequested)
    #expect(lock.ask(2) == .init(isChange: true, freed: 1))
    #expect(!lock.isStanding(1))
  }

  /// A holder that takes the lock back after brief releases is no change, however often it lets go.
  @Test func takingItBackIsNoChange() {
    let lock = RecordedLock()
    _ = lock.taken(by: 0)
    #expect(lock.ask(1) == nil)
    for _ in 0..<3 {
      #expect(lock.release(0) == .init(signalled: 1, stands: false))
      _ = lock.taken(by: 0)
      #expect(lock.ask(1) == nil)
    }
    #expect(lock.timeOut(1) == nil && lock.isDropRequested)
    // Whoever goes to sleep doesn't stand still for it.
    #expect(lock.release(0, leaves: true) == .init(signalled: 1, stands: false))
    #expect(!lock.isDropRequested)
  }

  /// An interval that ends while the lock is free ends the wait.
  @Test func aFreeLockIsTakenWhenTheIntervalIsOver() {
    let lock = RecordedLock()
    _ = lock.taken(by: 0)
    #expect(lock.ask(1) == nil && lock.ask(2) == nil)
    #expect(lock.release(0).signalled == 1)
    #expect(lock.timeOut(2) == .init(isChange: true, freed: nil))
    #expect(lock.ask(1) == nil && lock.holder == 2)
  }

  /// Random threads ask, wake up, time out and let go: there is one holder at most, nobody stands for ever,
  /// and everybody gets through.
  @Test(arguments: 1...20 as ClosedRange<UInt64>) func randomScripts(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    let lock = RecordedLock()
    var waiting: Set<Int> = []
    var signalled: Set<Int> = []
    var standing: Int?
    func take(_ grant: RecordedLock.Grant?, _ thread: Int) {
      signalled.remove(thread)
      guard let grant else {
        waiting.insert(thread)
        return
      }
      waiting.remove(thread)
      #expect(lock.holder == thread && !lock.isDropRequested, "seed \(seed)")
      #expect(grant.freed == (grant.isChange ? standing : nil), "seed \(seed)")
      if grant.isChange { standing = nil }
    }
    func letGo(_ holder: Int, leaves: Bool) {
      let asked = lock.isDropRequested
      let release = lock.release(holder, leaves: leaves)
      #expect(release.stands == (asked && !leaves), "seed \(seed)")
      if release.stands { standing = holder }
      if let waiter = release.signalled {
        #expect(waiting.contains(waiter) && signalled.insert(waiter).inserted, "seed \(seed)")
      } else {
        #expect(waiting.subtracting(signalled).isEmpty, "seed \(seed)")
      }
    }
    for _ in 0..<500 {
      let thread = Int.random(in: 0..<6, using: &random)
      guard thread != standing else { continue }
      if lock.holder == thread {
        letGo(thread, leaves: Bool.random(using: &random))
      } else if waiting.contains(thread), !signalled.contains(thread) {
        take(lock.timeOut(thread), thread)
      } else {
        take(lock.ask(thread), thread)
      }
    }
    var rounds = 0
    while !waiting.isEmpty, rounds < 100 {
      rounds += 1
      if let holder = lock.holder { letGo(holder, leaves: true) }
      for thread in signalled.sorted() { take(lock.ask(thread), thread) }
    }
    #expect(waiting.isEmpty, "seed \(seed)")
  }
}

/// The rules in a box, so that a test can ask within an expectation.
private final class RecordedLock {
  private var rules = InterpreterLockRules()

  var holder: Int? { rules.holder }
  var isContended: Bool { rules.isContended }
  var isDropRequested: Bool { rules.isDropRequested }

  struct Grant: Equatable {
    var isChange: Bool
    var freed: Int?
  }

  struct Release: Equatable {
    var signalled: Int?
    var stands: Bool
  }

  func ask(_ thread: Int) -> Grant? { granted(rules.ask(thread)) }
  func timeOut(_ thread: Int) -> Grant? { granted(rules.timeOut(thread)) }
  func isStanding(_ thread: Int) -> Bool { rules.isStanding(thread) }

  func release(_ thread: Int, leaves: Bool = false) -> Release {
    let release = rules.release(thread, leaves: leaves)
    return Release(signalled: release.signalled, stands: release.stands)
  }

  private func granted(_ grant: InterpreterLockRules.Grant?) -> Grant? {
    grant.map { Grant(isChange: $0.isChange, freed: $0.freed) }
  }

  /// Takes the lock, which is free.
  func taken(by thread: Int) -> Int {
    #expect(rules.ask(thread) != nil)
    return thread
  }
}
