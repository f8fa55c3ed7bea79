package import Augmentation
import Pipeline
package import Quantities
package import Tracing

/// What a session, or a cut of it, adds up to; every format's numbers add up to the same.
package struct SessionTotals: Sendable, Equatable {
  package struct Sum: Sendable, Equatable {
    package var count = 0
    package var time = Nanoseconds.zero
  }

  /// Told one by one.
  package private(set) var batches = 0
  package private(set) var picturesMade = 0
  package private(set) var steps = 0
  package private(set) var picturesTrained = 0
  package private(set) var switches = 0
  package private(set) var markers = 0
  package private(set) var lockWait = Nanoseconds.zero
  package private(set) var overrun = Nanoseconds.zero
  package private(set) var stepLockWait = Nanoseconds.zero
  /// CPU time of a stage, and the pictures it was measured on.
  package private(set) var stageCPU: [Nanoseconds] = []
  package private(set) var picturesMeasured = 0
  /// The counters' last numbers: what the session itself knew, the events that aren't in the file
  /// included.
  package private(set) var counters: [TrackID: Double] = [:]
  private var sums = [Sum](repeating: Sum(), count: SliceName.indices)

  package init() {}

  package func sum(_ name: SliceName) -> Sum { sums[name.index] }

  /// Of very brief batches only the measured are told one by one; these are the others.
  package private(set) var batchesLeftOut = 0
  package private(set) var stepsLeftOut = 0
  package private(set) var picturesLeftOut = 0

  package var droppedEvents: Int {
    counters[CounterTrack.droppedEvents].map { Int(nearest: $0) } ?? 0
  }

  mutating func add(_ slice: Slice) {
    sums[slice.name.index].count += 1
    sums[slice.name.index].time += slice.length
  }

  mutating func add(_ record: borrowing SessionRecord, in cut: Selection) {
    switch record {
    case .event(.made(let made)) where cut.has(.workers):
      batches += 1
      picturesMade += made.pictures
      lockWait += made.lockWait
      overrun += made.overrun
      guard made.hasStageCPU else { return }
      picturesMeasured += made.pictures
      while stageCPU.count < made.stages.count { stageCPU.append(.zero) }
      for (index, stage) in made.stages.enumerated() { stageCPU[index] += stage.cpu }
    case .event(.stepped(let step)):
      steps += 1
      picturesTrained += step.pictures
      stepLockWait += step.lockWait
    case .unrecorded(let unrecorded):
      if cut.has(.workers) { batchesLeftOut += unrecorded.batches }
      guard cut.has(.consumer) else { return }
      stepsLeftOut += unrecorded.steps
      picturesLeftOut += unrecorded.picturesTrained
    case .note(.asked, _): switches += 1
    case .note(.marker, _): markers += 1
    case .counter(let id, let value, _): counters[id] = value
    case .event, .note, .verdict, .prediction, .ownWork, .ended: break
    }
  }

  /// CPU time of a stage, as far as it was measured.
  package func cpu(of stage: StageID) -> Nanoseconds {
    stage.index < stageCPU.count ? stageCPU[stage.index] : .zero
  }
}
