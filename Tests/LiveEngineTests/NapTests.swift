import Augmentation
import Glibc
import Host
import Pipeline
import Quantities
import Testing
import Tracing

@testable import LiveEngine

extension RealThreads {
  @Suite struct NapTests {
    /// Pictures that take a millisecond to read.
    private struct SlowPictures: DatasetSource {
      let count = 100
      let shape = PictureShape(height: 4, width: 4, channels: 1)

      func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }

      func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
        usleep(1_000)
        picture.update(repeating: 0, count: shape.count)
      }

      func label(_ index: Int) -> Int32? { nil }
    }

    /// A nap takes its 50 ms from when the queue was found full, not from when making began.
    @Test func aNapIsWhole() throws {
      let shared = SharedSession(
        scenario: .small(.kerasThreads), dataset: SlowPictures(), clock: SessionClock(),
        machineCores: 2)
      let lane = RecordingLane(stages: 14)
      let thread = try EmulatedThread(name: "test") {
        var worker = Worker(number: 0, shared: shared, lane: lane, present: PresentActivity())
        worker.run()
      }
      // The lane may be drained while the worker writes to it; a minute is no measurement.
      var naps: [WorkerWait] = []
      for _ in 0..<6_000 where naps.isEmpty {
        usleep(10_000)
        lane.drain { if case .waited(let wait) = copy $0 { naps.append(wait) } }
      }
      shared.stop()
      thread.join()
      let first = try #require(naps.first)
      #expect(first.reason == .nap)
      #expect(first.end - first.start > .milliseconds(49))
    }
  }
}
