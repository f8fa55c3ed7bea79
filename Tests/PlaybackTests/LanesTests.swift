import Pipeline
import Quantities
import Recordings
import TestSupport
import Testing
import Tracing

@testable import Playback

/// A replay's lanes, whose activities all have an end in the recording.
@Suite struct LanesTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("session.pftrace")
  }

  /// Eight workers, each in the middle of something at any moment: their lanes go on to the shown span's end
  /// with what each was doing, as the recording tells it later.
  @Test(arguments: [Loader.torch, .blocking, .kerasThreads, .keras3], [1.0, 0.25])
  func whatWasNotOverIsDrawnAsItWas(loader: Loader, speed: Double) throws {
    var recording = try SimulatedRecording()
    recording.scenario.loader = loader
    recording.scenario.workers = 8
    _ = try recording.write(to: path, frames: 30)
    let events = try RecordedSession(path: path).records.compactMap { record in
      if case .event(let event) = record { event } else { nil }
    }
    let session = try ReplayedSession(path: path, speed: speed)
    defer { session.end() }
    for tenths in [14, 19, 23] {
      // Between two readings.
      session.go(to: .milliseconds(Int64(tenths) * 100 + 30))
      let timeline = session.reading.timeline
      #expect(timeline.end > timeline.start)
      #expect(timeline.workers.count == 8)
      for (worker, lane) in timeline.workers.enumerated() {
        let name = "\(loader), worker \(worker), at \(tenths)"
        for (segment, next) in zip(lane, lane.dropFirst()) {
          #expect(segment.end <= next.start, "\(name)")
        }
        for segment in events.compactMap({ told($0, of: worker) }) {
          let start = max(segment.start, timeline.start)
          let end = min(segment.end, timeline.end)
          guard end > start else { continue }
          let drawn = lane.filter { $0.activity.isSameTime(as: segment.activity) }.reduce(0.0) {
            $0 + max(0, (min($1.end, end) - max($1.start, start)).seconds)
          }
          #expect(abs(drawn - (end - start).seconds) < 1e-6, "\(name): \(segment)")
        }
      }
    }
  }

  private func told(_ event: Event, of worker: Int) -> Segment? {
    switch event {
    case .made(let made) where made.worker == worker:
      Segment(.making, made.start, made.finished)
    case .waited(let wait) where wait.worker == worker:
      Segment(wait.reason == .nap ? .napping : .waitingForRoom, wait.start, wait.end)
    default: nil
    }
  }
}

extension Activity {
  /// A batch's waits for the lock are part of making it; a wait is one, whatever it is for.
  fileprivate func isSameTime(as other: Activity) -> Bool {
    switch other {
    case .making: self == .making || self == .waitingForLock
    case .napping: self == .napping
    default: self == .waitingForRoom || self == .waitingForDemand
    }
  }
}
