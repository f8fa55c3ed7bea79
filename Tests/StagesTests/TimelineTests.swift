import Augmentation
import Dashboard
import Pipeline
import Quantities
import Testing
import VirtualEngine

/// The timeline's lanes against the events that they are drawn from, for every loader.
@Suite struct TimelineTests {
  private struct Listener: SimulationListener {
    static let listens = true
    var ledger: SessionLedger
    var events: [Event] = []
    mutating func receive(_ event: Event) {
      events.append(event)
      ledger.record(event)
    }
  }

  private static let facts = DatasetFacts(
    count: 10_000, shape: PictureShape(height: 4, width: 4, channels: 1))

  /// Workers that make a batch in a third of the step, so that they wait for room, demand or a nap.
  private func scenario(_ loader: Loader, workers: Int) -> Scenario {
    var scenario = Scenario(name: "full queue")
    scenario.loader = loader
    scenario.workers = workers
    scenario.batchSize = 10
    scenario.queueLimit = 3
    scenario.costs = .native
    scenario.interpreterLock = false
    scenario.consumer.compute = .constant(.milliseconds(3))
    scenario.consumer.host = .microseconds(200)
    return scenario
  }

  /// A picture takes so many nanoseconds.
  private func simulation(_ scenario: Scenario, picture: Double) -> Simulation<Listener> {
    var times = [Double](repeating: 0, count: Stage.allCases.count)
    times[Stage.load.index] = picture
    return Simulation(
      scenario, dataset: Self.facts, costs: StageCosts(perPicture: times), machineCores: 8,
      listener: Listener(ledger: SessionLedger(scenario: scenario, dataset: Self.facts)))
  }

  @Test(arguments: Loader.allCases, [1, 2, 5]) func lanesAreTheRecordedEvents(
    loader: Loader, workers: Int
  ) {
    let scenario = scenario(loader, workers: workers)
    var simulation = simulation(scenario, picture: 100_000)
    for tenth in 1...20 {
      simulation.run(until: .milliseconds(Int64(tenth) * 100))
      _ = simulation.listener.ledger.reading(at: .milliseconds(Int64(tenth) * 100))
    }
    let timeline = simulation.listener.ledger.reading(at: .seconds(2)).timeline
    #expect(timeline.end > timeline.start)
    for worker in 0..<workers {
      expectLane(
        timeline.workers[worker], events: expected(simulation.listener.events, worker: worker),
        timeline, "\(loader), worker \(worker)")
    }
    expectLane(timeline.gpu, events: steps(simulation.listener.events), timeline, "\(loader), GPU")
  }

  /// Eight workers on two cores, whose batches take longer than the lane shows after the last event: what
  /// they are in the middle of is drawn up to the end, and is what their next events say.
  @Test(arguments: Loader.allCases, [false, true]) func whatIsNotOverIsDrawn(
    loader: Loader, hasLock: Bool
  ) {
    var scenario = scenario(loader, workers: 8)
    scenario.interpreterLock = hasLock
    var times = [Double](repeating: 0, count: Stage.allCases.count)
    times[Stage.load.index] = 1_000_000
    var simulation = Simulation(
      scenario, dataset: Self.facts, costs: StageCosts(perPicture: times), machineCores: 2,
      listener: Listener(ledger: SessionLedger(scenario: scenario, dataset: Self.facts)))
    for tenth in 1...10 {
      simulation.run(until: .milliseconds(Int64(tenth) * 100))
      _ = simulation.listener.ledger.reading(at: .milliseconds(Int64(tenth) * 100))
    }
    func reading() -> TimelineReading {
      simulation.listener.ledger.reading(at: .seconds(1)).timeline
    }
    let without = reading()
    simulation.listener.ledger.setOpen(simulation.openActivities)
    let timeline = reading()
    let wereOpen = simulation.openActivities
    simulation.run(until: .seconds(3))
    for worker in timeline.workers.indices {
      let lane = timeline.workers[worker]
      let name = "\(loader), worker \(worker)"
      expectOrder(lane, name)
      #expect(lane.last.map { timeline.end - $0.end } ?? .never < .milliseconds(1), "\(name)")
      guard let open = wereOpen[worker], let last = lane.last else { continue }
      // The lanes end with the last step; what began after it isn't drawn yet.
      let begun = open.batchStart ?? open.since
      if open.since < timeline.end {
        #expect(last.activity == open.activity, "\(name)")
      } else if begun < timeline.end {
        #expect(last.activity == .making || last.activity == .waitingForLock, "\(name)")
      }
      let isTold = simulation.listener.events.contains { event in
        switch event {
        case .made(let made): made.worker == worker && made.start == begun
        case .waited(let wait): wait.worker == worker && wait.start == begun
        case .taken, .stepped, .applied, .phase: false
        }
      }
      // A wait for the lock between two batches is no event.
      #expect(isTold || open.activity == .waitingForLock, "\(name)")
    }
    let gap = without.workers.map { timeline.end - ($0.last?.end ?? .zero) }.max() ?? .zero
    // Others happen to be between two activities, or to end with the nap that the lanes end with.
    if loader == .torch || loader == .blocking { #expect(gap > .milliseconds(1), "\(loader)") }
  }

  /// Of a watched job nobody says what its workers are in the middle of: its lanes end where all are known.
  @Test func aJobsLanesEndWhereAllAreKnown() {
    var scenario = scenario(.torch, workers: 8)
    scenario.dataset = .job(dataset: "Photos")
    scenario.consumer.compute = .constant(.microseconds(500))
    var simulation = simulation(scenario, picture: 1_000_000)
    for tenth in 1...10 {
      let now = Nanoseconds.milliseconds(Int64(tenth) * 100)
      simulation.run(until: now)
      let timeline = simulation.listener.ledger.reading(at: now).timeline
      guard tenth > 3 else { continue }
      #expect(now - timeline.end < (timeline.end - timeline.start) * 0.5)
      #expect(timeline.workers.count == 8)
      for lane in timeline.workers {
        #expect((lane.last?.end ?? .zero) >= timeline.end, "at \(now)")
      }
    }
  }

  private func expectOrder(_ lane: [Segment], _ name: String) {
    for (segment, next) in zip(lane, lane.dropFirst()) {
      #expect(segment.end <= next.start, "\(name)")
    }
  }

  /// In order, without overlap, and at each of many moments what the events say.
  private func expectLane(
    _ lane: [Segment], events: [Segment], _ timeline: TimelineReading, _ name: String
  ) {
    expectOrder(lane, name)
    let samples = 240
    let drawn = sampledActivities(
      lane, from: timeline.start, to: timeline.end, samples: samples)
    let width = (timeline.end - timeline.start).seconds / Double(samples)
    var blanks = 0
    for sample in 0..<samples {
      let left = timeline.start.seconds + Double(sample) * width
      var shares: [Activity: Double] = [:]
      for event in events {
        let overlap = min(event.end.seconds, left + width) - max(event.start.seconds, left)
        if overlap > 0 { shares[event.activity, default: 0] += overlap }
      }
      let most = shares.values.max() ?? 0
      guard let activity = drawn[sample] else {
        blanks += 1
        // The last step or wait isn't over.
        #expect(shares.values.reduce(0, +) <= width * 0.51, "\(name) at \(sample)")
        continue
      }
      #expect((shares[activity] ?? 0) >= most - 1e-9, "\(name) at \(sample)")
    }
    #expect(blanks < samples / 4, "\(name) is blank")
  }

  private func expected(_ events: [Event], worker: Int) -> [Segment] {
    events.compactMap { event in
      switch event {
      case .made(let made) where made.worker == worker:
        Segment(.making, made.start, made.finished)
      case .waited(let wait) where wait.worker == worker:
        Segment(
          wait.reason == .nap
            ? .napping : wait.reason == .room ? .waitingForRoom : .waitingForDemand,
          wait.start, wait.end)
      default: nil
      }
    }
  }

  private func steps(_ events: [Event]) -> [Segment] {
    events.flatMap { event -> [Segment] in
      guard case .stepped(let step) = event else { return [] }
      return [
        Segment(.starved, step.wanted, step.taken), Segment(.host, step.taken, step.hostEnd),
        Segment(.busy, step.hostEnd, step.end),
      ]
    }
  }
}
