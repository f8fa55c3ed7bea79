package import Augmentation
import Pipeline
package import Quantities
package import Tracing

/// The sums over a session or a part of it; the numbers in every format add up to these.
package struct SessionTotals: Sendable, Equatable {
  /// The sum over the slices of one name.
  package struct Sum: Sendable, Equatable {
    /// The number of slices.
    package var count = 0
    /// Their total length.
    package var time = Nanoseconds.zero
  }

  /// Batches with an event of their own.
  package private(set) var batches = 0
  /// Pictures in these batches.
  package private(set) var picturesMade = 0
  /// Training steps with an event of their own.
  package private(set) var steps = 0
  /// Pictures in these steps.
  package private(set) var picturesTrained = 0
  /// Changes of the scenario that were asked for.
  package private(set) var switches = 0
  /// Markers that the user set.
  package private(set) var markers = 0
  /// Time that workers waited for the interpreter's lock.
  package private(set) var lockWait = Nanoseconds.zero
  /// Time that kernels took beyond their profile's cost.
  package private(set) var overrun = Nanoseconds.zero
  /// Time that training steps waited for the interpreter's lock.
  package private(set) var stepLockWait = Nanoseconds.zero
  /// CPU time by stage, over the batches in which it was measured.
  package private(set) var stageCPU: [Nanoseconds] = []
  /// Pictures in the batches whose CPU time was measured.
  package private(set) var picturesMeasured = 0
  /// The counters' last values. The session counted them itself, so they include events that are
  /// missing in the file.
  package private(set) var counters: [TrackID: Double] = [:]
  private var sums = [Sum](repeating: Sum(), count: SliceName.indices)

  /// Totals of nothing.
  package init() {}

  /// The sum over the slices of a name.
  package func sum(_ name: SliceName) -> Sum { sums[name.index] }

  /// Batches without an event of their own: of very brief batches only the measured have one.
  package private(set) var batchesLeftOut = 0
  /// Training steps without an event of their own.
  package private(set) var stepsLeftOut = 0
  /// Pictures in these steps.
  package private(set) var picturesLeftOut = 0

  /// Events lost because a thread's buffer was full; 0 without the counter.
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

  /// CPU time of a stage over the batches on which it was measured; zero where none was.
  package func cpu(of stage: StageID) -> Nanoseconds {
    stage.index < stageCPU.count ? stageCPU[stage.index] : .zero
  }
}
