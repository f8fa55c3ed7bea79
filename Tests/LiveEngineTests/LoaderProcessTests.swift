import Augmentation
import Glibc
import Host
import Pipeline
import Quantities
import Synchronization
import Testing

@testable import LiveEngine

extension RealThreads {
  /// The processes of a `DataLoader` on real threads: nothing is asserted of how long anything took at most.
  @Suite struct LoaderProcessTests {
    private static let slow = Duration.milliseconds(2)

    private func scenario(
      workers: Int = 1, tensors: Int = 1, _ parts: [LoaderCosts.Part: Duration]
    ) -> Scenario {
      .small(.torch) { scenario in
        var costs = LoaderCosts()
        for (part, time) in parts { costs[part] = time }
        costs.tensors = tensors
        var profile = CostProfile(
          name: "processes",
          stages: ["load": StageCost(fixed: .microseconds(20), lockFree: 0.5)],
          switchInterval: .microseconds(500))
        profile.loader = costs
        scenario.apply(.costs(.profile(profile)))
        scenario.workers = workers
        scenario.consumer.isPinned = true
      }
    }

    @Test(arguments: [1, 3]) func batchesComeWholeAndInOrder(workers: Int) {
      let all = Dictionary(
        uniqueKeysWithValues: LoaderCosts.Part.allCases.map { ($0, Duration.microseconds(10)) })
      let session = TriedSession(
        scenario(workers: workers, tensors: 2, all), checksBatches: true)
      session.wait("a hundred batches compared") { _ in session.live.batchesCompared >= 100 }
      let end = session.stop()
      #expect(end.state == .finished)
      #expect(end.batchesMade - end.batchesTrained <= 2 * workers)
      #expect(end.queue.maxDepth <= 2 * workers)
    }

    /// Whatever is slow, no batch comes sooner than it takes.
    @Test(arguments: [
      LoaderCosts.Part.get, .item, .collate, .put, .pickle, .write, .receive, .hop, .serve, .map,
      .putIndex, .loop, .stepLate,
    ])
    func noPartIsFree(part: LoaderCosts.Part) {
      let session = TriedSession(scenario([part: Self.slow]))
      session.train(5)
      let (start, trained) = (ContinuousClock.now, session.live.reading.batchesTrained)
      session.train(10)
      let elapsed = start.duration(to: .now)
      // Two may have been made before, and one received.
      let batches = session.live.reading.batchesTrained - trained - 3
      let times =
        switch part {
        case .item: 4
        case .hop, .serve: LoaderCosts.hops
        default: 1
        }
      #expect(elapsed >= Self.slow * batches * times)
      #expect(session.stop().state == .finished)
    }

    /// A descriptor's server needs its process's lock, which the main thread holds while it makes pictures.
    @Test func theServerAnswersWithTheLock() throws {
      let shared = SharedSession(
        scenario: scenario([:]), dataset: SmallPictures(), clock: SessionClock(), machineCores: 2)
      let process = try shared.process(ofWorker: 0)
      #expect(try shared.process(ofWorker: 0) === process)
      let main = LoaderProcess.Member.main.rawValue
      _ = process.lock.acquire(main)
      let hasAnswered = Atomic<Bool>(false)
      let consumer = try JoinableThread(name: "consumer") {
        process.awaitServer()
        hasAnswered.store(true, ordering: .releasing)
      }
      while !process.lock.isContended { usleep(100) }
      usleep(2_000)
      let isEarly = hasAnswered.load(ordering: .acquiring)
      #expect(!isEarly)
      _ = process.lock.release(main, leaves: true)
      consumer.join()
      let isAnswered = hasAnswered.load(ordering: .acquiring)
      #expect(isAnswered)
      shared.stop()
      shared.joinProcesses()
    }

    /// Batches that are in a feeder's hands or in the pipe when the loader changes are trained all the same.
    @Test func aChangeOfLoaderLosesNothing() {
      let parts: [LoaderCosts.Part: Duration] = [
        .write: .microseconds(300), .hop: .microseconds(50),
      ]
      let session = TriedSession(scenario(workers: 2, parts), checksBatches: true)
      for round in 0..<12 {
        session.apply(.loader(round % 2 == 0 ? .blocking : .torch))
        session.apply(.workers(1 + round % 3))
        session.train(3)
      }
      #expect(session.stop().state == .finished)
    }

    /// A process that is begun while the session ends has threads that end, too.
    @Test func aLateProcessEnds() throws {
      let shared = SharedSession(
        scenario: scenario([:]), dataset: SmallPictures(), clock: SessionClock(), machineCores: 2)
      shared.stop()
      let process = try shared.process(ofWorker: 3)
      process.awaitServer()
      shared.joinProcesses()
    }
  }
}
