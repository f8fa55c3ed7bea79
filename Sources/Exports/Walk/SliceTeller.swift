import Augmentation
import Pipeline
import Quantities
import Tracing

/// Tells records as slices: outer ones first, then what lies in them, in the order of time.
struct SliceTeller {
  private let parts: Set<Selection.Part>
  /// A wait for room that lies within a batch not told yet, by worker.
  private var roomWaits: [Int: WorkerWait] = [:]

  init(_ cut: Selection) { parts = cut.parts }

  /// Slices that took no time are left out, unless they are a whole batch or step.
  mutating func tell(_ record: borrowing SessionRecord, to say: (Slice) -> Void) {
    switch record {
    case .event(.made(let made)) where parts.contains(.workers): tell(made, to: say)
    case .event(.stepped(let step)): tell(step, to: say)
    case .event(.waited(let wait)): tell(wait, to: say)
    case .ownWork(let work):
      let isDrawing = work.kind == .drawing
      say(
        Slice(
          track: isDrawing ? .screen : .recorder, name: isDrawing ? .drawing : .recording,
          start: work.start, end: work.end))
    case .event, .unrecorded, .note, .counter, .verdict, .prediction, .ended: break
    }
  }

  /// Tells what was kept back: for a session's end.
  mutating func finish(to say: (Slice) -> Void) {
    for wait in roomWaits.sorted(by: { $0.key < $1.key }) { self.say(wait.value, to: say) }
    roomWaits = [:]
  }

  private mutating func tell(_ wait: WorkerWait, to say: (Slice) -> Void) {
    if let kept = roomWaits.removeValue(forKey: wait.worker) { self.say(kept, to: say) }
    if wait.reason == .room { roomWaits[wait.worker] = wait } else { self.say(wait, to: say) }
  }

  private mutating func tell(_ made: BatchMade, to say: (Slice) -> Void) {
    let track = SliceTrack.worker(made.worker)
    var inner = roomWaits.isEmpty ? nil : roomWaits.removeValue(forKey: made.worker)
    if let wait = inner, wait.start < made.finished || wait.end > made.put {
      self.say(wait, to: say)
      inner = nil
    }
    say(
      Slice(track: track, name: .batch, start: made.start, end: made.put, batch: made.batch))
    var part = Slice(
      track: track, name: .batch, start: made.start, end: made.start, batch: made.batch,
      isInner: true)
    for (index, stage) in made.stages.enumerated() {
      part.start = part.end
      part.end = stage.end
      part.name = .stage(StageID(index))
      if part.end > part.start { say(part) }
    }
    if made.serialization > .zero {
      part.start = part.end
      part.end = min(part.start + made.serialization, made.finished)
      part.name = .serialize
      if part.end > part.start { say(part) }
    }
    if let inner { self.say(inner, isInner: true, batch: made.batch, to: say) }
  }

  private func tell(_ step: StepDone, to say: (Slice) -> Void) {
    var part = Slice(
      track: .consumer, name: .starved, start: step.wanted, end: step.taken, batch: step.batch)
    if part.end > part.start { say(part) }
    part.name = .step
    (part.start, part.end) = (step.taken, step.end)
    say(part)
    part.isInner = true
    var start = step.taken
    for (name, end) in [
      (SliceName.host, step.hostEnd), (.transfer, step.transferEnd), (.compute, step.end),
    ] {
      (part.name, part.start, part.end) = (name, start, end)
      if end > start { say(part) }
      start = end
    }
  }

  private func say(
    _ wait: WorkerWait, isInner: Bool = false, batch: Int? = nil, to say: (Slice) -> Void
  ) {
    let name: SliceName =
      switch wait.reason {
      case .nap: .nap
      case .room: .room
      case .demand: .demand
      }
    say(
      Slice(
        track: .worker(wait.worker), name: name, start: wait.start, end: wait.end, batch: batch,
        isInner: isInner))
  }
}
