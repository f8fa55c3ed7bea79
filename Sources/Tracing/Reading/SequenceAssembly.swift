import Augmentation
import Pipeline
import Quantities

/// Assembles the moments of one thread into the events that `EventEncoder` made them from.
///
/// A class because it is in a table and is changed in place. Moments that don't fit together are
/// dropped and counted.
final class SequenceAssembly {
  private(set) var id: SequenceID
  /// The sequence's clock, in nanoseconds since the session's start.
  var clock: UInt64 = 0
  /// Whether `clock` is known.
  var isSynchronized = false

  private var batch: BatchAssembly
  private var step = StepAssembly()
  private var ownStart: Nanoseconds?

  /// - Parameter stages: The number of the session's stages.
  init(id: SequenceID, stages: Int) {
    self.id = id
    batch = BatchAssembly(worker: max(0, Int(id.rawValue) - 3), stages: stages)
  }

  func archive(_ archive: inout StateArchive) {
    archive.value(&id)
    archive.value(&clock)
    archive.value(&isSynchronized)
    batch.archive(&archive)
    archive.value(&step)
    archive.value(&ownStart)
  }

  /// Takes one moment and passes on every record that is complete with it.
  ///
  /// - Returns: The number of moments that were dropped.
  func take(
    _ moment: borrowing RawMoment, at: Nanoseconds, give: (SessionRecord) -> Void
  ) -> Int {
    switch id {
    case .consumer: return step.take(moment, at: at, give: give)
    case .screen: return own(.drawing, moment, at: at, give: give)
    case .recorder: return own(.recording, moment, at: at, give: give)
    default: return batch.take(moment, at: at, give: give)
    }
  }

  /// Drops records that are incomplete, and returns how many.
  func drop() -> Int {
    ownStart = nil
    return batch.drop() + step.drop()
  }

  /// Drops records that are incomplete, and the clock; returns the number of the former.
  func lose() -> Int {
    isSynchronized = false
    return drop()
  }

  private func own(
    _ kind: OwnWork.Kind, _ moment: borrowing RawMoment, at: Nanoseconds,
    give: (SessionRecord) -> Void
  ) -> Int {
    switch moment.kind {
    case .begin:
      ownStart = at
      return 0
    case .end:
      guard let start = ownStart, at >= start else { return 1 }
      ownStart = nil
      give(.ownWork(OwnWork(kind, from: start, to: at)))
      return 0
    case .instant, .counter: return 1
    }
  }
}

/// A worker's batch and waits.
struct BatchAssembly {
  private enum Open: BitwiseCopyable {
    case nothing
    case stage(StageTime)
    case wait(WorkerWait.Reason)
  }

  private var worker: Int
  /// The number of the session's stages.
  private let stageCount: Int
  private var made: BatchMade?
  /// Whether the batch's slice has ended; the queue's depth comes next.
  private var isPut = false
  private var open = Open.nothing
  private var openedAt = Nanoseconds.zero
  /// Whether the batch has times of its stages.
  private var isMeasured = true
  private var finished: Nanoseconds?
  private var room: WorkerWait?

  init(worker: Int, stages: Int) {
    self.worker = worker
    stageCount = stages
  }

  mutating func archive(_ archive: inout StateArchive) {
    archive.value(&worker)
    let filler = BatchMade(batch: 0, worker: worker, pictures: 0, generation: 0, start: .zero)
    archive.optional(&made, filler: filler) { $0.archive(&$1) }
    archive.value(&isMeasured)
    archive.value(&isPut)
    archive.value(&open)
    archive.value(&openedAt)
    archive.value(&finished)
    archive.value(&room)
  }

  mutating func take(
    _ moment: borrowing RawMoment, at: Nanoseconds, give: (SessionRecord) -> Void
  ) -> Int {
    var dropped = 0
    if isPut, moment.kind != .counter { dropped += drop() }
    switch (moment.kind, moment.name) {
    case (.begin, .batch(let number)):
      dropped += drop()
      return dropped + begin(number, moment, at: at)
    case (.begin, .word(let word)): return dropped + begin(word, moment, at: at)
    case (.end, _): return dropped + end(at: at, give: give)
    case (.counter, _): return dropped + put(moment, at: at, give: give)
    default: return dropped + 1
    }
  }

  mutating func drop() -> Int {
    let wasOpen = made != nil
    made = nil
    isPut = false
    open = .nothing
    finished = nil
    room = nil
    return wasOpen ? 1 : 0
  }

  private mutating func begin(
    _ number: Int, _ moment: borrowing RawMoment, at: Nanoseconds
  ) -> Int {
    guard let pictures = moment.pictures,
      let generation = moment.number(.generation), (0...1 << 48).contains(generation),
      let length = moment.time(.made), let cpu = moment.time(.cpu),
      let lockWait = moment.time(.lockWait), let overrun = moment.time(.overrun),
      let serialization = moment.time(.serialization), let idle = moment.time(.idle)
    else { return 1 }
    var batch = BatchMade(
      batch: number, worker: worker, pictures: pictures, generation: Int(generation),
      start: at)
    batch.cpu = moment.number(.cpu) == nil ? nil : cpu
    batch.lockWait = lockWait
    batch.overrun = overrun
    batch.serialization = serialization
    batch.idle = idle
    isMeasured = moment.number(.measured) != 0
    finished = moment.number(.made) == nil ? nil : at + length
    made = batch
    return 0
  }

  private mutating func begin(
    _ word: TraceWord, _ moment: borrowing RawMoment, at: Nanoseconds
  ) -> Int {
    guard case .nothing = open else { return 1 + drop() }
    openedAt = at
    switch SliceName(word: word) {
    case .nap: open = .wait(.nap)
    case .room: open = .wait(.room)
    case .demand: open = .wait(.demand)
    case .stage(let stage):
      guard let known = made?.stages.count, (known..<stageCount).contains(stage.index),
        let wait = moment.time(.lockWait), let cpu = moment.time(.cpu),
        let idle = moment.time(.idle)
      else { return 1 + drop() }
      if known == 0 { made?.stages.reserveCapacity(stageCount) }
      // Stages without a slice took no time.
      for _ in known..<stage.index { made?.stages.append(StageTime(end: at)) }
      // Its end comes with the end of the slice.
      var opened = StageTime(end: at, wait: wait, cpu: cpu)
      opened.idle = idle
      open = .stage(opened)
      if moment.number(.cpu) != nil { made?.hasStageCPU = true }
    default: return 1 + drop()
    }
    return 0
  }

  private mutating func end(at: Nanoseconds, give: (SessionRecord) -> Void) -> Int {
    let was = open
    open = .nothing
    switch was {
    case .stage(var stage):
      guard at >= openedAt else { return 1 + drop() }
      stage.end = at
      made?.stages.append(stage)
    case .wait(let reason):
      guard at >= openedAt else { return 1 + drop() }
      let wait = WorkerWait(worker: worker, reason: reason, start: openedAt, end: at)
      if made != nil, reason == .room { room = wait } else { give(.event(.waited(wait))) }
    case .nothing:
      guard let batch = made else { return 1 }
      let last = batch.stages.last?.end ?? batch.start
      let whole = finished ?? room?.start ?? last
      guard at >= whole, whole >= last else { return 1 + drop() }
      if isMeasured {
        for _ in batch.stages.count..<stageCount { made?.stages.append(StageTime(end: last)) }
      }
      made?.finished = whole
      made?.put = at
      isPut = true
    }
    return 0
  }

  private mutating func put(
    _ moment: borrowing RawMoment, at: Nanoseconds, give: (SessionRecord) -> Void
  ) -> Int {
    guard isPut, var batch = made.take(), moment.track == CounterTrack.queueDepth.id.rawValue,
      case .whole(let depth)? = moment.value, (0...1 << 24).contains(depth), at == batch.put
    else { return 1 + drop() }
    batch.depth = Int(depth)
    if let room { give(.event(.waited(room))) }
    give(.event(.made(batch)))
    _ = drop()
    return 0
  }
}
