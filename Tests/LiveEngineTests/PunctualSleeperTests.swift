import Quantities
import Testing

@testable import LiveEngine

/// The sleeper on a clock that the test moves.
@Suite struct PunctualSleeperTests {
  /// Reading the clock takes a microsecond; the test sets how late sleeps end.
  private final class Machine {
    var now = Nanoseconds.zero
    var lateness = Nanoseconds.microseconds(60)
    var sleeps = 0

    func sleeper() -> PunctualSleeper {
      PunctualSleeper(
        now: { [self] in
          now += .microseconds(1)
          return now
        },
        sleepUntil: { [self] moment in
          sleeps += 1
          now = max(now, moment) + lateness
        }, isStopping: { false })
    }
  }

  /// Waits repeatedly for one length; returns how many of the waits were sleeps.
  private func wait(
    _ count: Int, _ length: Nanoseconds, on machine: Machine, _ sleeper: inout PunctualSleeper
  ) -> Int {
    let before = machine.sleeps
    for _ in 0..<count { sleeper.sleep(until: machine.now + length) }
    return machine.sleeps - before
  }

  /// A second of load, in which sleeps end later than the waits are long, doesn't make the waits after
  /// it spin.
  @Test func aBusySecondIsForgotten() {
    let machine = Machine()
    var sleeper = machine.sleeper()
    #expect(wait(40, .milliseconds(1), on: machine, &sleeper) == 40)
    machine.lateness = .milliseconds(3)
    #expect(wait(400, .milliseconds(1), on: machine, &sleeper) == 400)
    machine.lateness = .microseconds(60)
    #expect(wait(40, .milliseconds(1), on: machine, &sleeper) == 40)
    let deadline = machine.now + .milliseconds(1)
    sleeper.sleep(until: deadline)
    #expect(machine.now >= deadline && machine.now - deadline <= .microseconds(5))
  }

  /// Waits shorter than a sleep's lateness are spun, yet the lateness is measured further on.
  @Test func shortWaitsMeasureToo() {
    let machine = Machine()
    var sleeper = machine.sleeper()
    machine.lateness = .milliseconds(3)
    _ = wait(400, .milliseconds(1), on: machine, &sleeper)
    #expect(sleeper.correction == .microseconds(200))
    #expect(wait(16, .microseconds(150), on: machine, &sleeper) == 1)
    machine.lateness = .microseconds(60)
    _ = wait(600, .microseconds(150), on: machine, &sleeper)
    #expect(sleeper.correction < .microseconds(70))
    #expect(wait(20, .microseconds(150), on: machine, &sleeper) == 20)
  }

  @Test func whatIsPastNeedsNoSleep() {
    let machine = Machine()
    var sleeper = machine.sleeper()
    machine.now = .seconds(1)
    sleeper.sleep(until: .zero)
    #expect(machine.sleeps == 0)
  }
}
