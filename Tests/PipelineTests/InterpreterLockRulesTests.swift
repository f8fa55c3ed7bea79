import Pipeline
import Quantities
import TestSupport
import Testing

@Suite struct InterpreterLockRulesTests {
  private let interval = Nanoseconds.milliseconds(5)

  @Test func oneHoldsTheOthersComeInTheirOrder() {
    let lock = RecordedLock(interval)
    #expect(lock.acquire(7, at: .zero))
    #expect(!lock.acquire(8, at: .microseconds(1)))
    #expect(!lock.acquire(9, at: .microseconds(2)))
    #expect(lock.holder == 7)
    #expect(lock.release(7, at: .microseconds(3)) == 8)
    #expect(lock.release(8, at: .microseconds(4)) == 9)
    #expect(lock.release(9, at: .microseconds(5)) == nil)
    #expect(lock.holder == nil && !lock.isContended)
  }

  @Test func dropIsDueAnIntervalAfterTheLongestWaitBegan() {
    let lock = RecordedLock(interval)
    #expect(lock.dropDue == .never)
    _ = lock.acquire(0, at: .zero)
    #expect(lock.dropDue == .never)
    _ = lock.acquire(1, at: .milliseconds(3))
    #expect(lock.dropDue == .milliseconds(8))
    // A later request doesn't delay the switch.
    _ = lock.acquire(2, at: .milliseconds(7))
    #expect(lock.dropDue == .milliseconds(8))
    // Each holder has an interval of its own (CPython: the wait begins again after a switch).
    #expect(lock.drop(0, at: .milliseconds(9)) == 1)
    #expect(lock.dropDue == .milliseconds(14))
    #expect(lock.release(1, at: .milliseconds(10)) == 2)
    #expect(lock.dropDue == .milliseconds(15))
    #expect(lock.release(2, at: .milliseconds(11)) == 0)
    #expect(lock.dropDue == .never)
  }

  @Test func aDropWithNobodyWaitingKeepsTheLock() {
    let lock = RecordedLock(interval)
    _ = lock.acquire(3, at: .zero)
    #expect(lock.drop(3, at: .milliseconds(1)) == nil)
    #expect(lock.holder == 3 && !lock.isContended)
  }

  /// Random threads request, release and drop the lock; a plain queue determines the expected owner.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func randomScripts(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    let lock = RecordedLock(interval)
    /// The holder, then the waiters in their order.
    var line: [Int] = []
    var now = Nanoseconds.zero
    /// When the wait began that the next drop is due by.
    var waitFrom = Nanoseconds.zero
    for step in 0..<500 {
      now += .microseconds(Int64.random(in: 1...3_000, using: &random))
      let thread = Int.random(in: 0..<6, using: &random)
      if !line.contains(thread) {
        if line.count == 1 { waitFrom = now }
        line.append(thread)
        #expect(lock.acquire(thread, at: now) == (line.count == 1), "seed \(seed), step \(step)")
      } else if let holder = line.first {
        let drops = Bool.random(using: &random)
        line.removeFirst()
        if drops { line.append(holder) }
        let next = drops ? lock.drop(holder, at: now) : lock.release(holder, at: now)
        let changesHands = line.first != nil && line.first != holder
        #expect(next == (changesHands ? line.first : nil), "seed \(seed), step \(step)")
        waitFrom = now
      }
      #expect(lock.holder == line.first, "seed \(seed), step \(step)")
      #expect(lock.isContended == (line.count > 1))
      #expect(
        lock.dropDue == (line.count > 1 ? waitFrom + interval : .never),
        "seed \(seed), step \(step)")
    }
    // Nobody is lost: everybody in line gets it, in order.
    while let holder = line.first {
      line.removeFirst()
      #expect(lock.release(holder, at: now) == line.first, "seed \(seed)")
    }
  }
}

/// The rules in a box, so that a test can ask within an expectation.
private final class RecordedLock {
  private var rules: InterpreterLockRules

  init(_ interval: Nanoseconds) { rules = InterpreterLockRules(interval: interval) }

  var holder: Int? { rules.holder }
  var isContended: Bool { rules.isContended }
  var dropDue: Nanoseconds { rules.dropDue }

  func acquire(_ thread: Int, at now: Nanoseconds) -> Bool { rules.acquire(thread, at: now) }
  func release(_ thread: Int, at now: Nanoseconds) -> Int? { rules.release(thread, at: now) }
  func drop(_ thread: Int, at now: Nanoseconds) -> Int? { rules.drop(thread, at: now) }
}
