package import Pipeline

/// How long it takes on this machine until a thread runs that waited on a condition.
package enum WakeProbe {
  /// Between wake-ups: long enough for the waiter's processor to fall idle.
  private static let rest = Nanoseconds.microseconds(300)

  private struct Calls {
    var count = 0
    var latest = Nanoseconds.zero
    var latencies: [Nanoseconds] = []
  }

  /// The median of so many wake-ups; 0.3 ms each.
  package static func measure(count: Int = 31) -> Nanoseconds {
    let clock = SessionClock()
    let calls = Monitor(Calls())
    let waiter = EmulatedThread(name: "waiter") {
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
}
