import CLinux
package import Host
package import Pipeline
import Quantities

/// How long it takes on this machine from a wake-up to the moment at which the waiting thread runs.
package enum WakeProbe {
  /// Between wake-ups: long enough for the waiter's processor to fall idle.
  private static let rest = Nanoseconds.microseconds(300)
  /// How long each of two threads holds the lock: the other one asks for it meanwhile, and has only just
  /// gone to sleep when it is let go.
  private static let held = Nanoseconds.microseconds(50)
  /// The longest that a thread leaves the lock to the other one.
  private static let free = Nanoseconds.milliseconds(1)

  private struct Calls {
    var count = 0
    var latest = Nanoseconds.zero
    var latencies: [Nanoseconds] = []
  }

  /// The medians of `count` wake-ups, which take 0.5 ms each.
  ///
  /// - Throws: `ThreadFault` where the system gives no thread that could wait.
  package static func measure(count: Int = 31) throws(ThreadFault) -> WakeLatencies {
    let idle = try measureWaking(count)
    return WakeLatencies(idle: idle, handOver: measureHandOver(count) ?? idle)
  }

  private static func measureWaking(_ count: Int) throws(ThreadFault) -> Nanoseconds {
    let clock = SessionClock()
    let calls = Monitor(Calls())
    let waiter = try EmulatedThread(name: "waiter") {
      for call in 1...count {
        calls.waitUntilTrue { $0.count >= call }
        let now = clock.now
        calls.withLock { $0.latencies.append(now - $0.latest) }
      }
    }
    for call in 1...count {
      let due = clock.now + rest
      while clock.now < due {}
      calls.withLock {
        $0.count = call
        $0.latest = clock.now
      }
      calls.wakeAll()
      while calls.withLock({ $0.latencies.count < call }) {}
    }
    waiter.join()
    return calls.withLock { $0.latencies.sorted()[count / 2] }
  }

  /// Two threads burn, each on a processor of its own, and share an interpreter lock whose waiters
  /// sleep at once; nil where fewer than a quarter of the calls had to wait, as with only one thread.
  private static func measureHandOver(_ count: Int) -> Nanoseconds? {
    guard cl_usable_processors() > 1 else { return nil }
    let clock = SessionClock()
    let lock = LiveInterpreterLock(interval: { .seconds(1) }, clock: clock)
    let calls = Monitor(Calls())
    let threads = (0..<2).compactMap { thread in
      try? EmulatedThread(name: "waiter") {
        _ = cl_bind_thread(Int32(thread), 1)
        while calls.withLock({ $0.count < count }) {
          let waited = lock.acquire(thread).waited
          let now = clock.now
          let call = calls.withLock {
            $0.count += 1
            if waited > .zero { $0.latencies.append(now - $0.latest) }
            return $0.count
          }
          burn(held, clock)
          calls.withLock { $0.latest = clock.now }
          _ = lock.release(thread, leaves: true)
          // Until the other one has it; whoever asked at once would take it from under its nose.
          let due = clock.now + free
          while clock.now < due, calls.withLock({ $0.count == call }) {}
        }
      }
    }
    for thread in threads { thread.join() }
    return calls.withLock { calls in
      guard calls.latencies.count > count / 4 else { return nil }
      return calls.latencies.sorted()[calls.latencies.count / 2]
    }
  }

  private static func burn(_ length: Nanoseconds, _ clock: SessionClock) {
    let due = clock.now + length
    while clock.now < due {}
  }
}
