import Host
import Pipeline
package import Quantities

/// How far from the requested moment sleeps end on this machine.
package enum SleepProbe {
  private static let length = Nanoseconds.milliseconds(2)

  /// Median error of a plain sleep and of a corrected one, over `count` sleeps of 2 ms
  /// each; takes 4 ms a sleep.
  package static func measure(count: Int) -> (plain: Nanoseconds, corrected: Nanoseconds) {
    let clock = SessionClock()
    var plain: [Nanoseconds] = []
    var corrected: [Nanoseconds] = []
    var sleeper = PunctualSleeper(clock: clock, isStopping: { false })
    for _ in 0..<count {
      let deadline = clock.now + length
      clock.sleep(until: deadline)
      plain.append(clock.now - deadline)
      let next = clock.now + length
      sleeper.sleep(until: next)
      let error = clock.now - next
      corrected.append(max(error, .zero - error))
    }
    return (plain.sorted()[count / 2], corrected.sorted()[count / 2])
  }
}
