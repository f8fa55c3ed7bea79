import Augmentation
package import Pipeline
import Quantities

/// Tells a session's events as moments on tracks: what a viewer shows as slices and counters.
///
/// Knows no file. Moments of one sequence come in the order of time, except where two threads tell
/// of the session's own track.
package struct EventEncoder {
  let stages: StageList
  let counters: [CounterTrack]
  /// A wait for room that lies within a batch not told yet, by worker.
  private var roomWaits: [WorkerWait?] = []
  /// What was asked for, by generation.
  var asked: [Int: String] = [:]
  /// The last verdict that judged.
  var judged: Verdict?
  /// The batch whose taking was told last.
  private var taken = -1

  /// - Parameter stages: The session's.
  package init(stages: StageList) {
    self.stages = stages
    counters = CounterTrack.readings(stages)
  }

  /// Tells one event.
  ///
  /// A `.room` wait is kept until its worker's next event: it lies inside the batch that had to wait.
  package mutating func tell(_ event: borrowing Event, to say: (borrowing TrackMoment) -> Void) {
    switch event {
    case .made(let made): tell(made, to: say)
    case .taken(let taken): tell(taken, to: say)
    case .stepped(let step): tell(step, to: say)
    case .waited(let wait): tell(wait, to: say)
    case .applied(let applied): tell(applied, to: say)
    }
  }

  /// Tells what was kept back: for a session's end.
  package mutating func finish(to say: (borrowing TrackMoment) -> Void) {
    for worker in roomWaits.indices {
      guard let wait = keptWait(of: worker) else { continue }
      slice(.room, .waiting, on: .worker(worker), from: wait.start, to: wait.end, to: say)
    }
  }

  private mutating func tell(_ made: BatchMade, to say: (borrowing TrackMoment) -> Void) {
    let sequence = SequenceID.worker(made.worker)
    var inner = keptWait(of: made.worker)
    if let wait = inner, wait.start < made.finished || wait.end > made.put {
      slice(.room, .waiting, on: sequence, from: wait.start, to: wait.end, to: say)
      inner = nil
    }
    var begin = TrackMoment(.begin, on: sequence, at: made.start)
    begin.name = .numbered(.batch, made.batch)
    begin.category = .making
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
    if made.stages.isEmpty { begin.annotate(.measured, 0) }
    begin.flow = .starts(batch: made.batch)
    say(begin)
    var start = made.start
    for index in made.stages.indices {
      let (end, wait, cpu) = (
        made.stages[index].end, made.stages[index].wait, made.stages[index].cpu
      )
      // One that took no time has no slice, unless there is something to say of it.
      if end > start || wait != .zero || cpu != .zero {
        var stage = TrackMoment(.begin, on: sequence, at: start)
        stage.name = .word(.stage(StageID(index)))
        stage.category = .stages
        if made.hasStageCPU { stage.annotate(.cpu, cpu.count) }
        if wait != .zero { stage.annotate(.lockWait, wait.count) }
        say(stage)
        say(TrackMoment(.end, on: sequence, at: end))
      }
      start = end
    }
    if let inner {
      slice(.room, .waiting, on: sequence, from: inner.start, to: inner.end, to: say)
    }
    say(TrackMoment(.end, on: sequence, at: made.put))
    say(depth(made.depth, on: sequence, at: made.put))
  }

  private mutating func tell(_ batch: BatchTaken, to say: (borrowing TrackMoment) -> Void) {
    starved(batch.batch, polls: batch.polls, from: batch.wanted, to: batch.at, to: say)
    var depth = depth(batch.depth, on: .consumer, at: batch.at)
    depth.annotate(.batch, Int64(batch.batch))
    say(depth)
    taken = batch.batch
  }

  private func tell(_ step: StepDone, to say: (borrowing TrackMoment) -> Void) {
    // The taking may have been lost in a full lane; the step knows of its wait as well.
    if step.batch != taken {
      starved(step.batch, polls: nil, from: step.wanted, to: step.taken, to: say)
    }
    var begin = TrackMoment(.begin, on: .consumer, at: step.taken)
    begin.name = .numbered(.step, step.batch)
    begin.category = .training
    begin.annotate(.batch, Int64(step.batch))
    begin.annotate(.pictures, Int64(step.pictures))
    begin.annotate(.cpu, step.cpu.count)
    begin.annotate(.lockWait, step.lockWait.count)
    if step.deserialization != .zero {
      begin.annotate(.deserialization, step.deserialization.count)
    }
    if step.clock != 1 { begin.annotate(.clock, Int64(nearest: step.clock * 1e9)) }
    begin.flow = .ends(batch: step.batch)
    say(begin)
    slice(.host, .training, on: .consumer, from: step.taken, to: step.hostEnd, to: say)
    slice(.transfer, .training, on: .consumer, from: step.hostEnd, to: step.transferEnd, to: say)
    slice(.compute, .training, on: .consumer, from: step.transferEnd, to: step.end, to: say)
    say(TrackMoment(.end, on: .consumer, at: step.end))
  }

  private mutating func tell(_ wait: WorkerWait, to say: (borrowing TrackMoment) -> Void) {
    let sequence = SequenceID.worker(wait.worker)
    if let kept = keptWait(of: wait.worker) {
      slice(.room, .waiting, on: sequence, from: kept.start, to: kept.end, to: say)
    }
    switch wait.reason {
    case .nap: slice(.nap, .waiting, on: sequence, from: wait.start, to: wait.end, to: say)
    case .demand: slice(.demand, .waiting, on: sequence, from: wait.start, to: wait.end, to: say)
    case .room:
      while roomWaits.count <= wait.worker { roomWaits.append(nil) }
      roomWaits[wait.worker] = wait
    }
  }

  private func tell(_ applied: ChangeApplied, to say: (borrowing TrackMoment) -> Void) {
    var moment = TrackMoment(.instant, on: .session, at: applied.at)
    moment.name = .text(
      "applied: \(asked[applied.generation] ?? "generation \(applied.generation)")")
    moment.category = .session
    moment.annotate(.generation, Int64(applied.generation))
    moment.annotate(.batch, Int64(applied.batch))
    say(moment)
  }

  private mutating func keptWait(of worker: Int) -> WorkerWait? {
    guard worker < roomWaits.count, let wait = roomWaits[worker] else { return nil }
    roomWaits[worker] = nil
    return wait
  }

  private func starved(
    _ batch: Int, polls: Int?, from start: Nanoseconds, to end: Nanoseconds,
    to say: (borrowing TrackMoment) -> Void
  ) {
    guard end > start else { return }
    var begin = TrackMoment(.begin, on: .consumer, at: start)
    begin.name = .word(.starved)
    begin.category = .waiting
    begin.annotate(.batch, Int64(batch))
    if let polls { begin.annotate(.polls, Int64(polls)) }
    say(begin)
    say(TrackMoment(.end, on: .consumer, at: end))
  }

  /// A slice without annotations; none at all where it took no time.
  private func slice(
    _ name: TraceWord, _ category: TraceWord, on sequence: SequenceID, from start: Nanoseconds,
    to end: Nanoseconds, to say: (borrowing TrackMoment) -> Void
  ) {
    guard end > start else { return }
    var begin = TrackMoment(.begin, on: sequence, at: start)
    begin.name = .word(name)
    begin.category = category
    say(begin)
    say(TrackMoment(.end, on: sequence, at: end))
  }

  private func depth(_ depth: Int, on sequence: SequenceID, at: Nanoseconds) -> TrackMoment {
    var moment = TrackMoment(.counter, on: sequence, at: at)
    moment.track = CounterTrack.queueDepth.id
    moment.value = .whole(Int64(depth))
    return moment
  }
}
