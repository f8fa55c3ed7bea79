import Pipeline
import Quantities

/// Assembles the consumer's moments into `taken` and `stepped` events.
struct StepAssembly: BitwiseCopyable {
  private enum Part: Equatable, BitwiseCopyable {
    case nothing, starved, step, lockWait, host, transfer, compute
    case phase(PhaseKind)
  }

  private struct Starved: BitwiseCopyable {
    var batch: Int
    var polls: Int?
    var start: Nanoseconds
    var end: Nanoseconds
  }

  private var open = Part.nothing
  private var openedAt = Nanoseconds.zero
  private var starved: Starved?
  private var step: StepDone?
  private var seen = Part.nothing

  mutating func take(
    _ moment: borrowing RawMoment, at: Nanoseconds, give: (SessionRecord) -> Void
  ) -> Int {
    switch (moment.kind, moment.name) {
    case (.begin, .step(let number)): return begin(number, moment, at: at)
    case (.begin, .word(let word)): return begin(word, moment, at: at)
    case (.end, _): return end(at: at, give: give)
    case (.counter, _): return took(moment, at: at, give: give)
    default: return 1
    }
  }

  mutating func drop() -> Int {
    let wasOpen = step != nil
    self = StepAssembly()
    return wasOpen ? 1 : 0
  }

  private mutating func begin(
    _ number: Int, _ moment: borrowing RawMoment, at: Nanoseconds
  ) -> Int {
    guard step == nil, let pictures = moment.pictures, let lockWait = moment.time(.lockWait),
      let cpu = moment.time(.cpu), let deserialization = moment.time(.deserialization),
      let clock = moment.clock
    else { return 1 + drop() }
    let waited = starved.flatMap { $0.batch == number && $0.end == at ? $0 : nil }
    step = StepDone(
      batch: number, pictures: pictures, wanted: waited?.start ?? at, taken: at, hostEnd: at,
      transferEnd: at, end: at, lockWait: lockWait, cpu: cpu)
    step?.deserialization = deserialization
    step?.clock = clock
    seen = .nothing
    return 0
  }

  private mutating func begin(
    _ word: TraceWord, _ moment: borrowing RawMoment, at: Nanoseconds
  ) -> Int {
    guard open == .nothing else { return 1 + drop() }
    openedAt = at
    switch SliceName(word: word) {
    case .starved where step == nil:
      guard let batch = moment.number(.batch) else { return 1 }
      let polls = moment.number(.polls)
      guard (0...1 << 53).contains(batch), (0...1 << 53).contains(polls ?? 0) else { return 1 }
      starved = Starved(batch: Int(batch), polls: polls.map { Int($0) }, start: at, end: at)
      open = .starved
    case .phase(let kind) where step == nil: open = .phase(kind)
    case .lockWait where step != nil: open = .lockWait
    case .host where step != nil: open = .host
    case .transfer where step != nil: open = .transfer
    case .compute where step != nil: open = .compute
    default: return 1 + drop()
    }
    return 0
  }

  private mutating func end(at: Nanoseconds, give: (SessionRecord) -> Void) -> Int {
    guard open == .nothing || at >= openedAt else { return 1 + drop() }
    let was = open
    open = .nothing
    switch was {
    case .starved: starved?.end = at
    case .phase(let kind): give(.event(.phase(PhaseBegun(kind, start: openedAt, end: at))))
    // Recordings made before it had a slice of its own have it within the host's.
    case .lockWait:
      step?.hostEnd = at
      step?.transferEnd = at
      seen = .lockWait
    case .host:
      step?.hostEnd = at
      step?.transferEnd = at
      seen = .host
    case .transfer:
      if seen == .nothing { step?.hostEnd = openedAt }
      step?.transferEnd = at
      seen = .transfer
    case .compute: seen = .compute
    case .nothing, .step:
      guard var done = step, at >= done.transferEnd else { return 1 + drop() }
      if seen == .nothing { (done.hostEnd, done.transferEnd) = (done.taken, done.taken) }
      done.end = at
      give(.event(.stepped(done)))
      step = nil
      starved = nil
    }
    return 0
  }

  private mutating func took(
    _ moment: borrowing RawMoment, at: Nanoseconds, give: (SessionRecord) -> Void
  ) -> Int {
    guard moment.track == CounterTrack.queueDepth.id.rawValue,
      case .whole(let depth)? = moment.value, (0...1 << 24).contains(depth),
      let batch = moment.number(.batch), (0...1 << 53).contains(batch)
    else { return 1 }
    let waited = starved.flatMap { $0.batch == Int(batch) && $0.end == at ? $0 : nil }
    give(
      .event(
        .taken(
          BatchTaken(
            batch: Int(batch), wanted: waited?.start ?? at, at: at, depth: Int(depth),
            polls: waited?.polls ?? 0))))
    return 0
  }
}
