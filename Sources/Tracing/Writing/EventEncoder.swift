import Augmentation
package import Pipeline
import Quantities

/// Encodes a session's events as moments on tracks, which a viewer shows as slices and counters.
///
/// Moments of one sequence come in the order of time, except where two threads write on the session's
/// own track.
package struct EventEncoder {
  let stages: StageList
  let counters: [CounterTrack]
  private var slices = EventSlices()
  /// Labels of the requested changes, by generation.
  var requested: [Int: String] = [:]
  /// The last verdict written.
  var lastVerdict: Verdict?
  /// When a reading is judged again.
  var verdictDue = Nanoseconds.zero

  /// An encoder at a session's start.
  ///
  /// - Parameter stages: The session's stages.
  package init(stages: StageList) {
    self.stages = stages
    counters = CounterTrack.readings(stages)
  }

  /// Encodes one event; a wait for room comes with its worker's next event (`EventSlices`).
  ///
  /// - Complexity: O(stages); allocates nothing.
  package mutating func encode(
    _ event: borrowing Event, to emit: (borrowing TrackMoment) -> Void
  ) {
    switch event {
    case .made(let made):
      slices.split(event) { Self.encode($0, of: made, to: emit) }
      emit(TrackMoment(.end, on: .worker(made.worker), at: made.put))
      emit(Self.depth(made.depth, on: .worker(made.worker), at: made.put))
    case .taken(let taken):
      slices.split(event) { Self.encode($0, polls: taken.polls, to: emit) }
      var depth = Self.depth(taken.depth, on: .consumer, at: taken.at)
      depth.annotate(.batch, Int64(taken.batch))
      emit(depth)
    case .stepped(let step):
      slices.split(event) { Self.encode($0, of: step, to: emit) }
      emit(TrackMoment(.end, on: .consumer, at: step.end))
    case .waited, .phase: slices.split(event) { Self.encode($0, to: emit) }
    case .applied(let applied):
      let change = requested[applied.generation] ?? "generation \(applied.generation)"
      var moment = Self.instant(.applied, change, at: applied.at)
      moment.annotate(.generation, Int64(applied.generation))
      moment.annotate(.batch, Int64(applied.batch))
      emit(moment)
    }
  }

  /// Encodes a piece of augtop's own work; nothing where it took no time.
  package func encode(_ work: OwnWork, to emit: (borrowing TrackMoment) -> Void) {
    guard work.end > work.start else { return }
    Self.encode(EventSlices.slice(of: work), to: emit)
  }

  /// Emits the slices that were held back, at a session's end.
  package mutating func finish(to emit: (borrowing TrackMoment) -> Void) {
    slices.finish { Self.encode($0, to: emit) }
  }

  /// The batch's own slice stays open: it ends after those within it.
  private static func encode(
    _ slice: Slice, of made: BatchMade, to emit: (borrowing TrackMoment) -> Void
  ) {
    var begin = begin(slice)
    switch slice.name {
    case .batch:
      begin.name = .numbered(.batch, made.batch)
      begin.annotate(.batch, Int64(made.batch))
      begin.annotate(.pictures, Int64(made.pictures))
      begin.annotate(.generation, Int64(made.generation))
      if let cpu = made.cpu { begin.annotate(.cpu, cpu.count) }
      begin.annotate(.lockWait, made.lockWait.count)
      begin.annotate(.overrun, made.overrun.count)
      begin.annotate(.made, (made.finished - made.start).count)
      if made.serialization != .zero {
        begin.annotate(.serialization, made.serialization.count)
      }
      if made.idle != .zero { begin.annotate(.idle, made.idle.count) }
      if made.stages.isEmpty { begin.annotate(.measured, 0) }
      begin.flow = .starts(batch: made.batch)
      return emit(begin)
    case .stage(let id):
      let stage = made.stages[id.index]
      if made.hasStageCPU { begin.annotate(.cpu, stage.cpu.count) }
      if stage.wait != .zero { begin.annotate(.lockWait, stage.wait.count) }
      if stage.idle != .zero { begin.annotate(.idle, stage.idle.count) }
    // In a file it is a number of its batch.
    case .serialize: return
    default: break
    }
    emit(begin)
    emit(TrackMoment(.end, on: slice.track, at: slice.end))
  }

  /// The step's own slice stays open: it ends after those within it.
  private static func encode(
    _ slice: Slice, of step: StepDone, to emit: (borrowing TrackMoment) -> Void
  ) {
    guard slice.name == .step else { return encode(slice, to: emit) }
    var begin = begin(slice)
    begin.name = .numbered(.step, step.batch)
    begin.annotate(.batch, Int64(step.batch))
    begin.annotate(.pictures, Int64(step.pictures))
    begin.annotate(.cpu, step.cpu.count)
    begin.annotate(.lockWait, step.lockWait.count)
    if step.deserialization != .zero {
      begin.annotate(.deserialization, step.deserialization.count)
    }
    if step.clock != 1 { begin.annotate(.clock, Int64(nearest: step.clock * 1e9)) }
    begin.flow = .ends(batch: step.batch)
    emit(begin)
  }

  /// A whole slice; a wait for a batch says for which.
  private static func encode(
    _ slice: Slice, polls: Int? = nil, to emit: (borrowing TrackMoment) -> Void
  ) {
    var begin = begin(slice)
    if slice.name == .starved {
      begin.annotate(.batch, Int64(slice.batch ?? 0))
      if let polls { begin.annotate(.polls, Int64(polls)) }
    }
    emit(begin)
    emit(TrackMoment(.end, on: slice.track, at: slice.end))
  }

  private static func begin(_ slice: Slice) -> TrackMoment {
    var begin = TrackMoment(.begin, on: slice.track, at: slice.start)
    if let word = slice.name.word { begin.name = .word(word) }
    begin.category = slice.name.category
    return begin
  }

  private static func depth(
    _ depth: Int, on sequence: SequenceID, at: Nanoseconds
  ) -> TrackMoment {
    var moment = TrackMoment(.counter, on: sequence, at: at)
    moment.track = CounterTrack.queueDepth.id
    moment.value = .whole(Int64(depth))
    return moment
  }

  static func instant(_ name: InstantName, _ detail: String = "", at: Nanoseconds) -> TrackMoment {
    var moment = TrackMoment(.instant, on: .session, at: at)
    moment.name = .text(name.text(detail))
    moment.category = .session
    return moment
  }
}
