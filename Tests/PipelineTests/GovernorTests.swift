import Pipeline
import Quantities
import Testing

@Suite struct GovernorTests {
  private let governor = Governor(
    floor: 0.4, threshold: 0.5, window: .milliseconds(100), step: 0.25)

  @Test func theClockFallsWhileNobodyBurnsAndStopsAtTheFloor() {
    var rules = GovernorRules(governor, threads: 2, cores: 2)
    var clocks: [Double] = []
    for _ in 0..<4 {
      rules.endWindow()
      clocks.append(rules.clock)
    }
    #expect(clocks == [0.75, 0.5, 0.4, 0.4])
    #expect(rules.windowEnd == .milliseconds(500))
  }

  @Test func theBusiestCoreCounts() {
    var rules = GovernorRules(governor, threads: 2, cores: 2)
    rules.endWindow()
    // Thread 0 burns 60 of 100 ms, thread 1 ten: 70 % of one core together, 60 % of the busiest.
    rules.burn(0, from: .milliseconds(110), to: .milliseconds(170))
    rules.burn(1, from: .milliseconds(180), to: .milliseconds(190))
    rules.endWindow()
    #expect(rules.clock == 1)
    // 45 % each don't add up.
    for thread in 0...1 {
      rules.burn(thread, from: .milliseconds(210), to: .milliseconds(255))
    }
    rules.endWindow()
    #expect(rules.clock == 0.75)
  }

  @Test func workAcrossWindowsCountsInEach() {
    var rules = GovernorRules(governor, threads: 1, cores: 1)
    rules.endWindow()
    rules.begin(0, at: .milliseconds(140))
    // 60 of 100 ms, then 100 of 100, then 10.
    rules.endWindow()
    #expect(rules.clock == 1)
    rules.endWindow()
    #expect(rules.clock == 1)
    rules.end(0, at: .milliseconds(310))
    rules.endWindow()
    #expect(rules.clock == 0.75)
  }

  @Test func moreThreadsThanCoresShareThem() {
    var rules = GovernorRules(governor, threads: 4, cores: 2)
    rules.endWindow()
    // Four at 30 %, two at a time, are 60 % of two cores.
    for pair in 0..<2 {
      let start = Nanoseconds.milliseconds(100) + .milliseconds(40) * pair
      for thread in [2 * pair, 2 * pair + 1] { rules.begin(thread, at: start) }
      for thread in [2 * pair, 2 * pair + 1] { rules.end(thread, at: start + .milliseconds(30)) }
    }
    rules.endWindow()
    #expect(rules.clock == 1)
  }

  @Test func aThreadThatWaitsForACoreLoadsNone() {
    var rules = GovernorRules(governor, threads: 4, cores: 2)
    rules.endWindow()
    // Four at once for 45 ms keep two cores busy for 45 of 100 ms, whoever had them.
    for thread in 0..<4 { rules.begin(thread, at: .milliseconds(120)) }
    for thread in 0..<4 { rules.end(thread, at: .milliseconds(165)) }
    rules.endWindow()
    #expect(rules.clock == 0.5)
    // Across windows the same: 30 ms in this one, 60 in the next.
    for thread in 0..<3 { rules.begin(thread, at: .milliseconds(270)) }
    rules.endWindow()
    #expect(rules.clock == 0.4)
    for thread in 0..<3 { rules.end(thread, at: .milliseconds(360)) }
    rules.endWindow()
    #expect(rules.clock == 0.65)
  }

  /// A thread more that hardly burns doesn't hide the core that another one keeps busy.
  @Test func oneBusyThreadAmongManyKeepsItsCoreBusy() {
    var rules = GovernorRules(governor, threads: 3, cores: 2)
    rules.endWindow()
    rules.burn(0, from: .milliseconds(110), to: .milliseconds(180))
    rules.endWindow()
    #expect(rules.clock == 1)
  }

  @Test(arguments: [
    (Governor(floor: 0), "floor=0.0"), (Governor(floor: .nan), "floor=nan"),
    (Governor(threshold: 1.1), "threshold=1.1"), (Governor(step: -0.2), "step=-0.2"),
    (Governor(window: .zero), "window=0ms"), (Governor(window: .seconds(3600)), "window=3600s"),
  ])
  func whatMakesNoSenseIsRefused(governor: Governor, value: String) {
    var scenario = Scenario(name: "test")
    scenario.governor = governor
    #expect {
      try scenario.check()
    } throws: { error in
      (error as? ScenarioFault)?.option == "governor" && (error as? ScenarioFault)?.value == value
    }
  }
}

extension GovernorRules {
  fileprivate mutating func burn(_ thread: Int, from start: Nanoseconds, to end: Nanoseconds) {
    begin(thread, at: start)
    self.end(thread, at: end)
  }
}
