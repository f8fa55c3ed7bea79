import Augmentation
import Pipeline
import Quantities

/// Puts the moments of one thread together to the events they were told from: the other side of
/// `EventEncoder`.
///
/// A class because it stands in a table and is changed in place. What doesn't fit together is dropped
/// and counted.
final class SequenceAssembly {
  private(set) var id: SequenceID
  /// Where the sequence's clock stands, in nanoseconds since the session's start.
  var clock: UInt64 = 0
  /// Whether `clock` is known.
  var isSynchronized = false

  private var batch: BatchAssembly
  private var step = StepAssembly()
  private var ownStart: Nanoseconds?

  init(id: SequenceID) {
    self.id = id
    batch = BatchAssembly(worker: max(0, Int(id.rawValue) - 3))
  }

  func archive(_ archive: inout StateArchive) {
    archive.value(&id)
    archive.value(&clock)
    archive.value(&isSynchronized)
    archive.value(&batch)
    archive.value(&step)
    archive.value(&ownStart)
  }

  /// Takes one moment; gives what is whole. The answer is how many moments had to be dropped.
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

  /// Forgets what was begun.
  func drop() -> Int {
    ownStart = nil
    return batch.drop() + step.drop()
  }

  /// The time is no longer known either.
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
struct BatchAssembly: BitwiseCopyable {
  private enum Open: BitwiseCopyable {
    case nothing
    case stage(Int)
    case wait(WorkerWait.Reason)
  }

  private let worker: Int
  private var made: BatchMade?
  /// Put already; its depth comes next.
  private var isPut = false
  private var open = Open.nothing
  private var openedAt = Nanoseconds.zero
  /// Stages told so far.
  private var stages = 0
  private var finished: Nanoseconds?
  private var room: WorkerWait?

  init(worker: Int) { self.worker = worker }

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
    stages = 0
    finished = nil
    room = nil
    return wasOpen ? 1 : 0
  }

  private mutating func begin(
    _ number: Int, _ moment: borrowing RawMoment, at: Nanoseconds
  ) -> Int {
    guard let pictures = moment.number(.pictures), (0...1 << 32).contains(pictures),
      let generation = moment.number(.generation), (0...1 << 48).contains(generation),
      case let length = moment.number(.made) ?? 0, (0...1 << 56).contains(length)
    else { return 1 }
    var batch = BatchMade(
      batch: number, worker: worker, pictures: Int(pictures), generation: Int(generation),
      start: at)
    batch.cpu = moment.number(.cpu).map(Nanoseconds.init)
    batch.lockWait = Nanoseconds(moment.number(.lockWait) ?? 0)
    batch.overrun = Nanoseconds(moment.number(.overrun) ?? 0)
    batch.serialization = Nanoseconds(moment.number(.serialization) ?? 0)
    batch.hasStages = moment.number(.measured) != 0
    finished = moment.number(.made).map { at + Nanoseconds($0) }
    made = batch
    return 0
  }

  private mutating func begin(
    _ word: TraceWord, _ moment: borrowing RawMoment, at: Nanoseconds
  ) -> Int {
    guard case .nothing = open else { return 1 + drop() }
    openedAt = at
    switch word {
    case .nap: open = .wait(.nap)
    case .room: open = .wait(.room)
    case .demand: open = .wait(.demand)
    default:
      let stage = Int(word.rawValue) - 1
      guard made != nil, (stages..<Stage.allCases.count).contains(stage) else { return 1 + drop() }
      open = .stage(stage)
      // Stages without a slice took no time.
      while stages < stage { endStage(at: at) }
      if let wait = moment.number(.lockWait) { made?.stageWaits[stage] = Nanoseconds(wait) }
      guard let cpu = moment.number(.cpu) else { return 0 }
      if made?.stageCPU == nil { made?.stageCPU = .init(repeating: .zero) }
      made?.stageCPU?[stage] = Nanoseconds(cpu)
    }
    return 0
  }

  private mutating func endStage(at: Nanoseconds) {
    made?.stageEnds[stages] = at
    stages += 1
  }

  private mutating func end(at: Nanoseconds, give: (SessionRecord) -> Void) -> Int {
    let was = open
    open = .nothing
    switch was {
    case .stage:
      guard at >= openedAt else { return 1 + drop() }
      endStage(at: at)
    case .wait(let reason):
      guard at >= openedAt else { return 1 + drop() }
      let wait = WorkerWait(worker: worker, reason: reason, start: openedAt, end: at)
      if made != nil, reason == .room { room = wait } else { give(.event(.waited(wait))) }
    case .nothing:
      guard let batch = made else { return 1 }
      let last = stages > 0 ? batch.stageEnds[stages - 1] : batch.start
      let whole = finished ?? room?.start ?? last
      guard at >= whole, whole >= last else { return 1 + drop() }
      while stages < Stage.allCases.count { endStage(at: last) }
      made?.finished = whole
      made?.put = at
      isPut = true
    }
    return 0
  }

  private mutating func put(
    _ moment: borrowing RawMoment, at: Nanoseconds, give: (SessionRecord) -> Void
  ) -> Int {
    guard isPut, var batch = made, moment.track == CounterTrack.queueDepth.id.rawValue,
      case .whole(let depth)? = moment.value, (0...1 << 24).contains(depth), at == batch.put
    else { return 1 + drop() }
    batch.depth = Int(depth)
    if let room { give(.event(.waited(room))) }
    give(.event(.made(batch)))
    made = nil
    _ = drop()
    return 0
  }
}
