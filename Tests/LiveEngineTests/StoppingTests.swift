import Augmentation
import LiveEngine
import Pipeline
import Quantities
import Testing
import Toml

extension RealThreads {
  /// A session stops at once, whatever its threads are at: those that never end by themselves would
  /// hang here for an hour.
  @Suite struct StoppingTests {
    private static let hour = Duration.seconds(3_600)

    @Test func atOnce() { #expect(TriedSession(.small()).stop().state == .finished) }

    @Test func twice() {
      let session = TriedSession(.small())
      session.train(5)
      let end = session.stop()
      #expect(session.live.stop().batchesTrained == end.batchesTrained)
    }

    /// The descriptor's number may be another file's right afterwards, so the file itself is looked at.
    @Test func closesTheDescriptorThatWakesTheScreen() throws {
      let session = TriedSession(.small())
      let path = "/proc/self/fdinfo/\(session.live.wakeDescriptor)"
      func identifier() -> String? {
        (try? TextFile.read(path)).flatMap { text in
          text.split(separator: "\n").first { $0.hasPrefix("eventfd-id:") }.map(String.init)
        }
      }
      let before = try #require(identifier())
      _ = session.stop()
      #expect(identifier() != before)
    }

    @Test(arguments: Loader.allCases) func paused(loader: Loader) {
      let session = TriedSession(.small(loader))
      session.train(5)
      session.live.apply(.pause)
      session.wait("the pause") { $0.state == .paused }
      #expect(session.stop().state == .finished)
    }

    @Test(arguments: Loader.allCases) func inALongStep(loader: Loader) {
      let scenario = Scenario.small(loader) { $0.consumer.compute = .constant(Self.hour) }
      let session = TriedSession(scenario)
      // A loop that makes its own batches has no queue to fill.
      let isAlone = scenario.makesInLoop
      session.wait("a full queue") {
        isAlone ? $0.batchesMade == 1 : $0.queue.depth >= $0.queue.limit
      }
      #expect(session.stop().batchesMade >= (isAlone ? 1 : 2))
    }

    @Test func inALongTransfer() {
      let session = TriedSession(.small { $0.consumer.transfer = Self.hour })
      session.wait("a full queue") { $0.queue.depth == $0.queue.limit }
      _ = session.stop()
    }

    @Test(arguments: [false, true]) func inLongHostWork(holdsLock: Bool) {
      let session = TriedSession(
        .smallPython {
          $0.consumer.host = Self.hour
          $0.interpreterLock = holdsLock
        })
      session.wait("the host's work") { $0.batchesMade > $0.queue.depth }
      _ = session.stop()
    }

    @Test(arguments: [false, true]) func whileABatchIsBeingMadeForAnHour(holdsLock: Bool) {
      let session = TriedSession(
        .small {
          $0.apply(
            .costs(
              .profile(CostProfile(name: "slow", stages: ["load": StageCost(fixed: .seconds(60))])))
          )
          $0.interpreterLock = holdsLock
          $0.workers = 2
        })
      session.wait("the work on a batch") { $0.own.emulatedCores > 0 }
      #expect(session.stop().batchesMade == 0)
    }
  }
}
