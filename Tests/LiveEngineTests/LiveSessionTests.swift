import Augmentation
import Glibc
import Pipeline
import Quantities
import TestSupport
import Testing
import Tracing

@testable import LiveEngine

extension RealThreads {
  /// Real threads, short sessions; nothing is asserted of how long anything took.
  @Suite struct LiveSessionTests {
    @Test(arguments: Loader.allCases, [1, 4])
    func batchesMadeAreTrainedOrHeld(loader: Loader, workers: Int) {
      let session = TriedSession(
        .small(loader) {
          $0.workers = workers
          $0.consumer.compute = .constant(.milliseconds(1))
        })
      session.train(loader == .blocking || loader == .torch ? 100 : 20)
      let deepest = loader.deepest(limit: 3, workers: workers, prefetch: 2)
      // How soon workers get ahead of the loop is the machine's doing.
      session.wait("a full queue") { $0.queue.maxDepth >= min(3, deepest) }
      let end = session.stop()
      #expect(end.state == .finished)
      #expect(end.batchesMade == end.batchesTrained + end.queue.depth)
      #expect(end.own.droppedEvents == 0)
      #expect((min(3, deepest)...deepest).contains(end.queue.maxDepth))
      #expect(end.imagesTrained == 4 * end.batchesTrained)
    }

    @Test func theDepthFollowsTheLimit() {
      let session = TriedSession(.small { $0.consumer.compute = .constant(.milliseconds(1)) })
      session.apply(.queueLimit(7))
      session.wait("a queue of seven") { $0.queue.depth == 7 && $0.queue.limit == 7 }
      session.apply(.queueLimit(2))
      let two = session.wait("a queue of two") { $0.queue.depth <= 2 && $0.queue.limit == 2 }
      // The frame that goes on may have been deeper; the next one isn't.
      let frame = (two.frames.last?.number ?? 0) + 2
      let later = session.wait("a frame after it") { ($0.frames.last?.number ?? 0) >= frame }
      #expect(later.queue.frame.high <= 2)
    }

    @Test func aSwitchHoldsFromItsFirstBatchOn() throws {
      // A warp so costly that no slow kernel or machine hides it.
      let costs = CostProfile(
        name: "slow warp", stages: ["warp": StageCost(fixed: .milliseconds(1))])
      let session = TriedSession(.small { $0.costs = .profile(costs) })
      session.wait("the warp's cost") {
        ($0.stage(.warp)?.wallPerImage ?? .zero) >= .microseconds(500)
      }
      let before = session.live.reading.batchesMade
      session.apply(.stage(.warp, on: false))
      let switched = session.wait("the first batch") { $0.effect?.firstBatch != nil }
      let first = try #require(switched.effect?.firstBatch)
      #expect(first >= before)
      #expect(switched.pending.isEmpty)
      #expect(switched.effect?.changes == [.stage(.warp, on: false)])
      session.train(50)
      let end = session.stop()
      #expect(try #require(end.stage(.warp)?.wallPerImage) < .microseconds(100))
      #expect(try #require(end.stage(.load)?.wallPerImage) > .zero)
      #expect(end.stage(.warp)?.isOn == false)
    }

    @Test func aPauseStopsMakingAndTraining() {
      for loader in Loader.allCases {
        let session = TriedSession(.small(loader))
        session.train(20)
        session.live.apply(.pause)
        session.wait("the pause") { $0.state == .paused }
        // Workers finish the batches they hold when the pause begins: readings change until then, and
        // not afterwards. A mark is in a reading that was taken after it was set.
        var marks = 0
        func mark() -> Reading {
          marks += 1
          session.live.apply(.mark(""))
          return session.wait("mark \(marks)") { $0.markers == marks }
        }
        var (before, still) = (mark(), mark())
        while before.batchesMade != still.batchesMade
          || before.batchesTrained != still.batchesTrained, marks < 200
        {
          (before, still) = (still, mark())
        }
        // A thread that was given no processor meanwhile may still finish the batch that it holds.
        let latest = still.batchesMade + still.scenario.makers(machineCores: still.cores)
        for _ in 0..<5 {
          let later = mark()
          #expect(later.batchesMade <= latest, "\(loader)")
          #expect(later.batchesTrained <= still.batchesTrained + 1, "\(loader)")
        }
        session.live.apply(.resume)
        session.wait("running again") { $0.state == .running }
        session.train(20)
      }
    }

    /// A worker that waits for room when the pause begins doesn't count the pause as waiting.
    @Test func aPauseIsNotWaitingForRoom() {
      let session = TriedSession(
        .smallPython { $0.consumer.compute = .constant(.milliseconds(20)) })
      session.wait("a full queue") { $0.queue.depth == 3 }
      session.train(1)
      session.live.apply(.pause)
      let paused = session.wait("the pause") { $0.state == .paused }
      session.wait("a long pause") { $0.at > paused.at + .milliseconds(1_500) }
      session.live.apply(.resume)
      let resumed = session.wait("the end of the pause") { $0.state == .running }
      session.train(4)
      let end = session.stop()
      let recorded = end.workers.waitingForRoom / max(1e-9, end.workers.making)
      let made = Double(end.workers.make?.count ?? 1) * 1e-9
      let batches = Double(max(1, end.batchesMade - paused.batchesMade))
      // Nobody can have waited longer than since the pause: that is some steps of 20 ms.
      let passed = (end.at - resumed.at).seconds + 0.2
      #expect(recorded * made * batches < passed, "seconds of waiting")
    }

    @Test func theEpochBeginsAnew() {
      let session = TriedSession(.small { $0.samplesPerEpoch = 1_000_000 })
      session.wait("some samples") { $0.epoch.samplesSeen > 400 }
      session.live.apply(.pause)
      let paused = session.wait("the pause") { $0.state == .paused }
      session.live.apply(.restartEpoch)
      session.wait("an epoch begun anew") { $0.epoch.samplesSeen < paused.epoch.samplesSeen }
      #expect(session.live.reading.epoch.number == 1)
      #expect(session.live.reading.batchesTrained >= paused.batchesTrained)
    }

    @Test func epochsAreCounted() {
      let session = TriedSession(.small { $0.samplesPerEpoch = 40 })
      session.wait("three epochs") { $0.epoch.number > 3 }
      let end = session.stop()
      // Ten batches an epoch; the data are 25 batches of four, so none is short.
      #expect(end.epoch.number == 1 + end.batchesTrained / 10)
      #expect(end.epoch.samplesSeen == 4 * (end.batchesTrained % 10))
    }

    @Test func workersComeAndGo() {
      let session = TriedSession(.smallPython { $0.interpreterLock = false })
      session.train(10)
      session.apply(.workers(4))
      session.wait("four") { $0.workers.count == 4 && $0.pending.isEmpty }
      session.train(30)
      session.apply(.workers(1))
      session.train(30)
      session.apply(.workers(4))
      session.train(30)
      let end = session.stop()
      #expect(end.batchesMade == end.batchesTrained + end.queue.depth)
    }

    /// Without workers the loop makes each batch when it wants it: none is ahead, and none is lost when
    /// workers come and go.
    @Test func withoutWorkersTheLoopMakesItsBatches() {
      let session = TriedSession(
        .smallPython(.torch) { $0.workers = 0 }, checksBatches: true)
      session.train(20)
      #expect(session.live.reading.queue.maxDepth == 1)
      for workers in [2, 0, 1, 0] {
        session.apply(.workers(workers))
        session.wait("\(workers) workers") { $0.workers.count == workers && $0.pending.isEmpty }
        session.train(20)
      }
      session.live.apply(.pause)
      session.wait("the pause") { $0.state == .paused }
      session.live.apply(.resume)
      session.train(20)
      let end = session.stop()
      #expect(end.state == .finished)
      #expect(end.batchesMade == end.batchesTrained + end.queue.depth)
    }

    /// A worker that waits for its pictures burns nothing meanwhile, and its wait is the first stage's time.
    @Test(arguments: [Loader.torch, .kerasThreads]) func picturesAreWaitedFor(loader: Loader) {
      let session = TriedSession(
        .smallPython(loader) {
          $0.workers = 3
          $0.loadWait = .logNormal(mean: .milliseconds(2), deviation: .milliseconds(1))
        }, checksBatches: true)
      session.train(30)
      let end = session.stop()
      #expect(end.state == .finished)
      #expect(end.batchesMade == end.batchesTrained + end.queue.depth)
      let load = end.stage(.load)
      #expect(load?.wallPerImage ?? .zero > .milliseconds(1))
      #expect(load?.cpuPerImage ?? .never < .milliseconds(1))
    }

    /// A stage's wait is no work, and its own: of a profile that only waits in two stages, each has its time.
    @Test func stagesAreWaitedFor() {
      var cost = StageCost(fixed: .zero)
      cost.wait = .microseconds(40)
      let profile = CostProfile(name: "disk", stages: ["load": cost, "collate": cost])
      let session = TriedSession(
        .smallPython(.torch) {
          $0.workers = 3
          $0.costs = .profile(profile)
          $0.spread = 0.3
        }, checksBatches: true)
      session.train(30)
      let end = session.stop()
      #expect(end.state == .finished)
      for stage in [Stage.load, .collate] {
        let idle = end.stage(stage.id)?.idlePerImage ?? .zero
        #expect(idle >= .microseconds(30) && idle <= .microseconds(52), "\(stage) \(idle)")
      }
      #expect(end.stage(Stage.warp.id)?.idlePerImage == .zero)
    }

    /// Workers that are removed and added again at once all exist afterwards.
    @Test func noWorkerIsLostBetweenGoingAndComing() {
      let session = TriedSession(
        .small {
          $0.workers = 4
          $0.consumer.compute = .constant(.microseconds(1))
        })
      var random = SeededNumbers(seed: 1)
      for round in 0..<(60 * Int(Fuzzing.rounds)) {
        session.apply(.workers(1))
        usleep(UInt32.random(in: 0...150, using: &random))
        session.apply(.workers(4))
        for _ in 0..<100_000 where session.live.workersAtWork != 4 { usleep(100) }
        #expect(session.live.workersAtWork == 4, "round \(round)")
      }
      session.train(10)
    }

    @Test func theLoaderIsSwitchedWhileThreadsWait() {
      // The worker waits for room, then the consumer for batches.
      for (step, make) in [(Duration.milliseconds(2), 0), (.microseconds(1), 1_000)] {
        let session = TriedSession(
          .small { scenario in
            scenario.consumer.compute = .constant(step)
            if make > 0 {
              scenario.costs = .profile(
                CostProfile(
                  name: "slow", stages: ["load": StageCost(fixed: .microseconds(Int64(make)))]))
            }
          })
        for loader in [Loader.kerasThreads, .blocking, .kerasThreads, .blocking] {
          session.train(4)
          session.apply(.loader(loader))
          session.wait("\(loader)") { $0.pending.isEmpty }
        }
        session.train(4)
      }
    }

    @Test func costsAreSwitchedBothWays() {
      let session = TriedSession(.small(.kerasThreads))
      session.train(10)
      let python = CostSource.profile(
        CostProfile(name: "python", stages: ["load": StageCost(fixed: .milliseconds(2))]))
      session.apply(.costs(python))
      session.wait("Python's cost") {
        $0.pending.isEmpty && ($0.workers.make ?? .zero) >= .milliseconds(6)
      }
      #expect(session.live.reading.scenario.interpreterLock)
      session.apply(.costs(.native))
      session.wait("the kernels' own") {
        $0.pending.isEmpty && $0.workers.make.map { $0 < .milliseconds(4) } ?? false
      }
      #expect(!session.live.reading.scenario.interpreterLock)
      session.train(10)
    }

    @Test(arguments: [1, 4])
    func theLockLetsEverybodyThrough(workers: Int) {
      let session = TriedSession(.smallPython(.kerasThreads) { $0.workers = workers })
      session.train(30)
      session.apply(.interpreterLock(false))
      session.train(20)
      session.apply(.interpreterLock(true))
      session.train(20)
      let end = session.stop()
      #expect(end.batchesMade == end.batchesTrained + end.queue.depth)
    }

    @Test func aPictureThatCannotBeReadEndsTheSession() {
      for workers in [1, 3] {
        let session = TriedSession(
          .smallPython { $0.workers = workers }, dataset: SmallPictures(count: 100, brokenFrom: 7))
        let failed = session.wait("the failure") { $0.state != .running }
        #expect(failed.state == .failed("picture 7 can't be read"))
        #expect(session.stop().state == .failed("picture 7 can't be read"))
      }
    }

    @Test func sharesOfTheGPUsTimeAddUp() {
      let session = TriedSession(
        .smallPython { $0.consumer.transfer = .microseconds(100) })
      session.train(100)
      let consumer = session.stop().consumer
      #expect(abs(consumer.busy + consumer.host + consumer.starved - 1) < 1e-9)
      #expect(consumer.busy > 0 && consumer.host > 0)
    }
  }
}
