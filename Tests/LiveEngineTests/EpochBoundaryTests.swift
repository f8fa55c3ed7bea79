import Augmentation
import Glibc
import Host
import Pipeline
import Quantities
import Testing
import Tracing

@testable import LiveEngine

extension RealThreads {
  /// What lies between two epochs, on real threads: nothing is asserted of how long anything took at most.
  @Suite struct EpochBoundaryTests {
    private static let batches = 6

    private func scenario(_ loader: Loader, keeps: Bool? = nil) -> Scenario {
      .smallPython(loader) { scenario in
        scenario.workers = 2
        scenario.keepsWorkers = keeps
        guard loader == .torch, case .profile(var profile) = scenario.costs else { return }
        profile.loader = LoaderCosts()
        profile.loader?[.start] = .milliseconds(2)
        profile.loader?[.boot] = .milliseconds(3)
        profile.loader?[.drain] = .milliseconds(2)
        profile.loader?[.resume] = .microseconds(500)
        scenario.costs = .profile(profile)
      }
    }

    /// A session's events, in no order, until so many steps are done.
    private func events(
      of scenario: Scenario, steps: Int
    ) throws -> (made: [BatchMade], steps: [StepDone], phases: [PhaseBegun]) {
      let shared = SharedSession(
        scenario: scenario, dataset: SmallPictures(count: 4 * Self.batches), clock: SessionClock(),
        machineCores: 2)
      let lanes = (0...scenario.workers).map { _ in RecordingLane(stages: 14) }
      var threads: [EmulatedThread] = []
      for number in 0..<scenario.workers {
        threads.append(
          try EmulatedThread(name: "worker") {
            var worker = Worker(
              number: number, shared: shared, lane: lanes[number], present: PresentActivity())
            worker.run()
          })
      }
      threads.append(
        try EmulatedThread(name: "gpu") {
          var consumer = GPUSimulator(shared: shared, lane: lanes[scenario.workers])
          consumer.run()
        })
      var found: (made: [BatchMade], steps: [StepDone], phases: [PhaseBegun]) = ([], [], [])
      for _ in 0..<10_000 where found.steps.count < steps {
        usleep(1_000)
        for lane in lanes {
          lane.drain {
            switch copy $0 {
            case .made(let batch): found.made.append(batch)
            case .stepped(let step): found.steps.append(step)
            case .phase(let phase): found.phases.append(phase)
            default: break
            }
          }
        }
      }
      shared.stop()
      for thread in threads { thread.join() }
      shared.joinProcesses()
      #expect(found.steps.count >= steps)
      return found
    }

    private func early(_ made: [BatchMade], _ steps: [StepDone]) -> [Int] {
      let ends = Dictionary(uniqueKeysWithValues: steps.map { ($0.batch, $0.end) })
      return made.filter { batch in
        let last = batch.batch / Self.batches * Self.batches - 1
        return ends[last].map { batch.start < $0 } ?? false
      }.map(\.batch)
    }

    @Test(arguments: [nil, true, false])
    func noBatchIsBegunBeforeItsEpoch(keeps: Bool?) throws {
      let found = try events(of: scenario(.torch, keeps: keeps), steps: 5 * Self.batches)
      #expect(early(found.made, found.steps) == [])
      let kinds = found.phases.prefix(5).map(\.kind)
      #expect(
        kinds
          == (keeps == true
            ? .init(repeating: .workerStart, count: 5)
            : [.workerStart, .workerEnd, .workerStart, .workerEnd, .workerStart]))
      for phase in found.phases.dropFirst() {
        let length: Nanoseconds = .microseconds(
          phase.kind == .workerEnd ? 2_000 : keeps == true ? 500 : 4_000)
        #expect(phase.length == length)
      }
      // A started worker's first batch comes after its own work.
      for (epoch, start) in found.phases.filter({ $0.kind == .workerStart }).enumerated()
      where keeps != true || epoch == 0 {
        for batch in found.made where batch.batch / Self.batches == epoch {
          // PunctualSleeper ends a pause up to 0.2 ms early.
          let left: Int64 = batch.worker == 0 ? 800 : 2_800
          #expect(batch.start >= start.end + .microseconds(left) || batch.batch % Self.batches > 1)
        }
      }
    }

    @Test(arguments: [Loader.keras3, .tfData]) func soDoLoadersOfThreads(loader: Loader) throws {
      let found = try events(of: scenario(loader), steps: 3 * Self.batches)
      #expect(early(found.made, found.steps) == [])
    }

    /// The loop waits, whatever the loader was when the epoch began.
    @Test func changesOfTheLoaderLeaveNobodyWaiting() {
      let session = TriedSession(
        scenario(.torch), dataset: SmallPictures(count: 4 * Self.batches), checksBatches: true)
      for round in 0..<9 {
        session.apply(.loader([.kerasThreads, .torch, .tfData][round % 3]))
        session.apply(.workers(1 + round % 3))
        if round % 2 == 0 { session.live.apply(.restartEpoch) }
        session.train(Self.batches - 1)
      }
      #expect(session.stop().state == .finished)
    }
  }
}
