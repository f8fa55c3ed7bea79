import Augmentation
import CLinux
import Host
import Pipeline
import Quantities
import Synchronization
import Testing

@testable import LiveEngine

extension RealThreads {
  @Suite struct ThreadPartsTests {
    @Test func aMonitorsWaiterSeesWhatItWaitedFor() throws {
      let monitor = Monitor(0)
      let thread = try EmulatedThread(name: "test") {
        for _ in 0..<100 {
          monitor.withLock { $0 += 1 }
          monitor.wakeAll()
        }
      }
      let seen: Int = monitor.wait { $0 >= 100 ? $0 : nil }
      #expect(seen == 100)
      thread.join()
      #expect(thread.isOver)
      #expect(thread.cpu > .zero)
    }

    @Test func aBoundThreadStillSeesAllProcessors() throws {
      let all = cl_usable_processors()
      let seen = Monitor<Int32>(0)
      let thread = try EmulatedThread(name: "test") {
        _ = cl_bind_thread(0, 1)
        seen.withLock { $0 = cl_usable_processors() }
      }
      thread.join()
      #expect(seen.withLock { $0 } == all)
    }

    @Test func aMonitorsDeadlineComes() {
      let monitor = Monitor(false)
      let past = Nanoseconds(cl_monotonic_ns()) + .milliseconds(20)
      let answer: Bool? = monitor.wait(deadline: past) { $0 ? true : nil }
      #expect(answer == nil)
      #expect(Nanoseconds(cl_monotonic_ns()) >= past)
      // A condition that holds already returns at once, even after the deadline.
      monitor.withLock { $0 = true }
      #expect(monitor.wait(deadline: past) { $0 ? true : nil } == true)
    }

    @Test func aSleepEndsNoEarlierThanItsCorrection() {
      let clock = SessionClock()
      var sleeper = PunctualSleeper(clock: clock, isStopping: { false })
      for round in 0..<50 {
        let correction = sleeper.correction
        let deadline = clock.now + .microseconds(Int64(round) * 40)
        sleeper.sleep(until: deadline)
        #expect(clock.now >= deadline - correction)
      }
      #expect(sleeper.correction > .zero)
      // A deadline in the past needs no sleep.
      sleeper.sleep(until: .zero)
    }

    @Test func aLongSleepEndsWhenTheSessionDoes() {
      let asked = Atomic<Int>(0)
      let clock = SessionClock()
      var sleeper = PunctualSleeper(clock: clock) {
        asked.add(1, ordering: .relaxed)
        return true
      }
      sleeper.sleep(until: .seconds(3_600))
      #expect(asked.load(ordering: .relaxed) == 1)
    }

    /// Threads take turns under the lock: nobody else is ever inside, and everybody gets through.
    @Test func oneThreadAtATimeHoldsTheLock() throws {
      let clock = SessionClock()
      let lock = LiveInterpreterLock(interval: { .microseconds(200) }, clock: clock)
      let inside = Atomic<Int>(0)
      let most = Atomic<Int>(0)
      let turns = Atomic<Int>(0)
      let threads = try (0..<4).map { number in
        try EmulatedThread(name: "test") {
          for turn in 0..<200 {
            _ = lock.acquire(number)
            most.max(inside.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
            if turn % 3 == 0 {
              inside.subtract(1, ordering: .relaxed)
              _ = lock.release(number, leaves: false)
              _ = lock.acquire(number)
              most.max(inside.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
            }
            if turn % 50 == 0 { while lock.isContended, !lock.isDropRequested {} }
            inside.subtract(1, ordering: .relaxed)
            _ = lock.release(number, leaves: turn % 2 == 0)
            turns.add(1, ordering: .relaxed)
          }
        }
      }
      for thread in threads { thread.join() }
      #expect(most.load(ordering: .relaxed) == 1)
      #expect(turns.load(ordering: .relaxed) == 800)
      #expect(!lock.isDropRequested)
    }

    /// Deadlines are chained from the intended end, whether the thread was a little late or early.
    @Test func burnersChainTheirDeadlines() {
      let clock = SessionClock()
      var burner = Burner(
        thread: 0, clock: clock,
        lock: LiveInterpreterLock(interval: { .milliseconds(5) }, clock: clock), place: 0,
        governor: LiveGovernor(settings: .small()), isStopping: { false })
      let late = clock.now - .milliseconds(1)
      burner.deadline = late
      burner.begin(atDeadline: true)
      #expect(burner.deadline == late)
      let early = clock.now + .milliseconds(1)
      burner.deadline = early
      burner.begin(atDeadline: true)
      #expect(burner.deadline == early)
      // The machine stood, or there is nothing to go on from: no catching up.
      burner.deadline = clock.now - .seconds(1)
      let before = clock.now
      burner.begin(atDeadline: true)
      #expect(burner.deadline >= before)
      burner.deadline = late
      burner.begin(atDeadline: false)
      #expect(burner.deadline >= before)
      let start = burner.deadline
      burner.burn(.milliseconds(2))
      #expect(burner.deadline == start + .milliseconds(2))
      #expect(clock.now >= burner.deadline)
    }

    /// Half the clock: twice the time, and so for what the machine did at its own speed.
    @Test func aLowerClockStretchesWork() {
      let clock = SessionClock()
      let slow = Governor(floor: 0.5, threshold: 1, window: .seconds(60), step: 0.5)
      let governor = LiveGovernor(settings: .small { $0.governor = slow })
      governor.advance(to: .seconds(61))
      #expect(governor.clock == 0.5)
      var burner = Burner(
        thread: 0, clock: clock,
        lock: LiveInterpreterLock(interval: { .milliseconds(5) }, clock: clock), place: 0,
        governor: governor,
        isStopping: { false })
      burner.begin(atDeadline: false)
      let start = burner.deadline
      burner.burn(.milliseconds(2))
      #expect(burner.deadline == start + .milliseconds(4))
      let end = clock.now
      burner.slowDown(.milliseconds(3))
      #expect(burner.deadline >= end + .milliseconds(3))
      #expect(clock.now >= burner.deadline)
    }

    @Test func ticksAreNotMadeUpFor() {
      let tick = Nanoseconds.seconds(10)
      // A little late: the next is where it was meant to be.
      #expect(Recorder.base(after: tick, at: tick + .milliseconds(10)) == tick)
      #expect(Recorder.base(after: tick, at: tick - .milliseconds(10)) == .milliseconds(9_990))
      // An hour late: once, not 144 000 times.
      #expect(Recorder.base(after: tick, at: .seconds(3_610)) == .seconds(3_610))
    }

    @Test func placesForThreads() {
      var scenario = Scenario.small()
      scenario.workers = 2
      scenario.consumer.host = .microseconds(100)
      func settings(_ cores: Int?, machine: Int) -> RunSettings {
        scenario.cores = cores
        return RunSettings(
          generation: 0, scenario: scenario, shape: .cifar, machineCores: machine)
      }
      let roomy = settings(nil, machine: 4)
      #expect(!roomy.isCrowded)
      #expect((0...2).map(roomy.processors(ofThread:)) == [0..<1, 1..<2, 2..<3])
      let crowded = settings(2, machine: 4)
      #expect(crowded.isCrowded && crowded.processors(ofThread: 2) == 0..<2)
      // A consumer that only waits needs no core of its own.
      scenario.consumer.host = .zero
      let waiting = settings(2, machine: 4)
      #expect(!waiting.isCrowded && waiting.processors(ofThread: 1) == 1..<2)
      #expect(waiting.processors(ofThread: 2) == 0..<2)
      scenario.consumer.host = .microseconds(100)
      // No machine has more cores than it has.
      #expect(settings(64, machine: 2).processors(ofThread: 0) == 0..<2)
    }
  }
}

@Suite(.serialized) struct SharedFlowTests {
  /// The pictures of the first batches and all their draws, taken by `threads` threads at once.
  private func plans(threads: Int, seed: UInt32) throws -> [Int: BatchPlan] {
    var scenario = Scenario.small()
    scenario.seed = seed
    scenario.settings.rotationRange = 20
    scenario.settings.channelShiftRange = 3
    let dataset = SmallPictures(count: 37)
    let flow = SharedFlow(
      settings: PublishedSettings(
        RunSettings(generation: 0, scenario: scenario, shape: dataset.shape, machineCores: 2)),
      dataset: dataset)
    let taken = Monitor<[Int: BatchPlan]>([:])
    let crew = try (0..<threads).map { _ in
      try EmulatedThread(name: "test") {
        for _ in 0..<(120 / threads) {
          var plan = BatchPlan(batchSize: 4, channels: 1)
          guard let ticket = flow.next(into: &plan, for: 0, below: .max) else { continue }
          taken.withLock { $0[ticket.batch] = plan }
        }
      }
    }
    for thread in crew { thread.join() }
    return taken.withLock { $0 }
  }

  @Test func theSeedAloneDecides() throws {
    let one = try plans(threads: 1, seed: 7)
    let four = try plans(threads: 4, seed: 7)
    let other = try plans(threads: 1, seed: 8)
    #expect(one.count == 120 && four.count == 120)
    for batch in 0..<120 {
      #expect(one[batch]?.batch == four[batch]?.batch)
      #expect(one[batch]?.draws == four[batch]?.draws)
      #expect(one[batch]?.channelShifts == four[batch]?.channelShifts)
    }
    #expect((0..<120).contains { one[$0]?.draws != other[$0]?.draws })
  }

  /// Of workers that see the same room, no more begin a batch than there is room for.
  @Test func noBatchIsBegunBeyondTheBound() {
    let dataset = SmallPictures()
    let flow = SharedFlow(
      settings: PublishedSettings(
        RunSettings(generation: 0, scenario: .small(), shape: dataset.shape, machineCores: 2)),
      dataset: dataset)
    var plan = BatchPlan(batchSize: 4, channels: 1)
    let begun = (0..<5).map { flow.next(into: &plan, for: $0, below: 3)?.batch }
    #expect(begun == [0, 1, 2, nil, nil])
    #expect(flow.next(into: &plan, for: 0, below: 4)?.batch == 3)
  }

  @Test func oneTicketIsTheFirstOfItsGeneration() throws {
    let dataset = SmallPictures()
    func settings(_ generation: Int) -> RunSettings {
      RunSettings(
        generation: generation, scenario: .small(), shape: dataset.shape, machineCores: 2)
    }
    let published = PublishedSettings(settings(0))
    let flow = SharedFlow(settings: published, dataset: dataset)
    var plan = BatchPlan(batchSize: 4, channels: 1)
    let zeroth = try #require(flow.next(into: &plan, for: 0, below: .max))
    #expect(!zeroth.isFirstOfGeneration)
    published.publish(settings(1))
    published.publish(settings(2))
    let first = try #require(flow.next(into: &plan, for: 0, below: .max))
    #expect(first.isFirstOfGeneration && first.settings.generation == 2 && first.batch == 1)
    let second = try #require(flow.next(into: &plan, for: 0, below: .max))
    #expect(!second.isFirstOfGeneration)
  }
}
