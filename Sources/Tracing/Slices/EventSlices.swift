import Augmentation
package import Pipeline
package import Quantities

/// A slice of time on a thread's track.
package struct Slice: Sendable {
  package var track: SequenceID
  package var name: SliceName
  package var start: Nanoseconds
  package var end: Nanoseconds
  /// The batch it belongs to; nil for naps and augtop's own work.
  package var batch: Int?
  /// Whether it lies within the last slice of its track with `isInner` false.
  package var isInner = false

  package var length: Nanoseconds { end - start }
}

/// Splits a session's events into slices, for session files and exports alike: outer slices first,
/// then those within them, in the order of time.
///
/// A wait for room is held back until its worker's next event: it lies within the batch that had to
/// wait. The consumer's wait for a batch belongs to its taking, and to its step where the taking was
/// lost in a full lane.
package struct EventSlices {
  /// Waits for room within a batch that hasn't come yet, by worker.
  private var roomWaits: [WorkerWait?] = []
  /// The batch that was taken last.
  private var taken = -1

  package init() {}

  /// Splits one event.
  ///
  /// Slices that took no time are left out, except batches, steps, and stages with a CPU time or a wait
  /// for the lock.
  ///
  /// - Complexity: O(stages); allocates nothing.
  package mutating func split(_ event: borrowing Event, _ emit: (Slice) -> Void) {
    switch event {
    case .made(let made): split(made, emit)
    case .taken(let taken):
      self.taken = taken.batch
      Self.starved(taken.batch, from: taken.wanted, to: taken.at, emit)
    case .stepped(let step):
      if step.batch != taken { Self.starved(step.batch, from: step.wanted, to: step.taken, emit) }
      Self.split(step, emit)
    case .waited(let wait):
      if let held = takeWait(of: wait.worker) { Self.emit(held, emit) }
      guard wait.reason == .room else { return Self.emit(wait, emit) }
      while roomWaits.count <= wait.worker { roomWaits.append(nil) }
      roomWaits[wait.worker] = wait
    case .applied: break
    case .phase(let phase):
      guard phase.end > phase.start else { return }
      emit(
        Slice(track: .consumer, name: .phase(phase.kind), start: phase.start, end: phase.end))
    }
  }

  /// Takes note of an event whose slices aren't wanted.
  package mutating func skip(_ event: borrowing Event) {
    switch event {
    case .taken(let taken): self.taken = taken.batch
    case .made, .stepped, .waited, .applied, .phase: break
    }
  }

  /// Emits the slices that were held back, at a session's end.
  package mutating func finish(_ emit: (Slice) -> Void) {
    for worker in roomWaits.indices {
      if let held = takeWait(of: worker) { Self.emit(held, emit) }
    }
  }

  /// The slice of a piece of augtop's own work.
  package static func slice(of work: OwnWork) -> Slice {
    switch work.kind {
    case .drawing: Slice(track: .screen, name: .drawing, start: work.start, end: work.end)
    case .recording: Slice(track: .recorder, name: .recording, start: work.start, end: work.end)
    }
  }

  private mutating func split(_ made: BatchMade, _ emit: (Slice) -> Void) {
    let track = SequenceID.worker(made.worker)
    var inner = takeWait(of: made.worker)
    if let wait = inner, wait.start < made.finished || wait.end > made.put {
      Self.emit(wait, emit)
      inner = nil
    }
    emit(Slice(track: track, name: .batch, start: made.start, end: made.put, batch: made.batch))
    var part = Slice(
      track: track, name: .batch, start: made.start, end: made.start, batch: made.batch,
      isInner: true)
    for (index, stage) in made.stages.enumerated() {
      part.start = part.end
      part.end = stage.end
      part.name = .stage(StageID(index))
      if part.end > part.start || stage.wait != .zero || stage.cpu != .zero { emit(part) }
    }
    if made.serialization > .zero {
      part.start = part.end
      part.end = min(part.start + made.serialization, made.finished)
      part.name = .serialize
      if part.end > part.start { emit(part) }
    }
    if let inner { Self.emit(inner, isInner: true, batch: made.batch, emit) }
  }

  private static func split(_ step: StepDone, _ emit: (Slice) -> Void) {
    var part = Slice(
      track: .consumer, name: .step, start: step.taken, end: step.end, batch: step.batch)
    emit(part)
    part.isInner = true
    func inner(_ name: SliceName, from start: Nanoseconds, to end: Nanoseconds) {
      (part.name, part.start, part.end) = (name, start, end)
      if end > start { emit(part) }
    }
    // The report, too, counts the wait for the lock as no work of the host.
    let locked = min(step.hostEnd, step.taken + step.lockWait)
    inner(.lockWait, from: step.taken, to: locked)
    inner(.host, from: locked, to: step.hostEnd)
    inner(.transfer, from: step.hostEnd, to: step.transferEnd)
    inner(.compute, from: step.transferEnd, to: step.end)
  }

  private static func starved(
    _ batch: Int, from start: Nanoseconds, to end: Nanoseconds, _ emit: (Slice) -> Void
  ) {
    guard end > start else { return }
    emit(Slice(track: .consumer, name: .starved, start: start, end: end, batch: batch))
  }

  private static func emit(
    _ wait: WorkerWait, isInner: Bool = false, batch: Int? = nil, _ emit: (Slice) -> Void
  ) {
    guard wait.end > wait.start else { return }
    let name: SliceName =
      switch wait.reason {
      case .nap: .nap
      case .room: .room
      case .demand: .demand
      }
    emit(
      Slice(
        track: .worker(wait.worker), name: name, start: wait.start, end: wait.end, batch: batch,
        isInner: isInner))
  }

  private mutating func takeWait(of worker: Int) -> WorkerWait? {
    guard worker < roomWaits.count else { return nil }
    return roomWaits[worker].take()
  }
}
