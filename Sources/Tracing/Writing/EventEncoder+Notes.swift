import Augmentation
package import Pipeline
package import Quantities

extension EventEncoder {
  package mutating func encode(
    _ note: Note, at: Nanoseconds, to emit: (borrowing TrackMoment) -> Void
  ) {
    var moment: TrackMoment
    switch note {
    case .asked(let change, let generation, let scenario):
      requested[generation] = change.label(stages)
      moment = Self.instant(.asked, change.label(stages), at: at)
      moment.annotate(.generation, Int64(generation))
      moment.texts = [SessionHeader.Attribute("change", ChangeText.write(change, stages: stages))]
      moment.texts += scenario.switches(stages)
      if case .costs(let costs) = change { moment.texts += CostProfileText.write(costs) }
    case .paused: moment = Self.instant(.paused, at: at)
    case .resumed: moment = Self.instant(.resumed, at: at)
    case .stoodStill(let since):
      moment = Self.instant(.stoodStill, at: at)
      moment.annotate(.since, since.count)
    case .epochRestarted: moment = Self.instant(.epochRestarted, at: at)
    case .marker(let text):
      moment = Self.instant(.marker, text, at: at)
      moment.texts = [SessionHeader.Attribute("text", text)]
    case .badPicture(let picture, let count):
      moment = Self.instant(.badPicture, picture.path, at: at)
      moment.annotate(.pictures, Int64(count))
      moment.texts = [
        SessionHeader.Attribute("path", picture.path),
        SessionHeader.Attribute("reason", picture.reason),
      ]
    }
    emit(moment)
  }

  /// The session's start, with everything its header says.
  package func encode(_ header: SessionHeader, to emit: (borrowing TrackMoment) -> Void) {
    var moment = Self.instant(.session, at: .zero)
    moment.texts = header.allAttributes
    emit(moment)
  }

  /// Every counter's number at the time of `reading`, and five times a second its verdict where that is
  /// another one.
  package mutating func encode(_ reading: Reading, to emit: (borrowing TrackMoment) -> Void) {
    for counter in counters {
      guard let value = counter.value(reading) else { continue }
      var moment = TrackMoment(.counter, on: .session, at: reading.at)
      moment.track = counter.id
      moment.value = value
      emit(moment)
    }
    guard reading.at >= verdictDue else { return }
    verdictDue = reading.at + .milliseconds(150)
    let verdict = Verdict(reading)
    guard ![.measuring, .paused, .failed].contains(verdict.kind),
      verdict.kind != lastVerdict?.kind || verdict.stage != lastVerdict?.stage
    else { return }
    lastVerdict = verdict
    let stage = verdict.stage.map { stages[$0].name }
    let detail = verdict.kind.rawValue + (stage.map { ", \($0)" } ?? "")
    var moment = Self.instant(.verdict, detail, at: reading.at)
    moment.texts = [
      SessionHeader.Attribute("verdict", verdict.kind.rawValue),
      SessionHeader.Attribute("because", verdict.because),
    ]
    if let stage {
      moment.texts.append(SessionHeader.Attribute("stage", stage))
    }
    emit(moment)
  }

  /// Encodes the predicted epoch of a change.
  package func encode(
    _ prediction: EpochEstimate, of change: ScenarioChange, at: Nanoseconds,
    to emit: (borrowing TrackMoment) -> Void
  ) {
    var moment = Self.instant(.predicted, change.label(stages), at: at)
    moment.annotate(.predicted, Nanoseconds(seconds: prediction.seconds).count)
    moment.annotate(.low, Nanoseconds(seconds: prediction.low).count)
    moment.annotate(.high, Nanoseconds(seconds: prediction.high).count)
    moment.texts = [SessionHeader.Attribute("change", ChangeText.write(change, stages: stages))]
    if case .costs(let costs) = change { moment.texts += CostProfileText.write(costs) }
    emit(moment)
  }

  /// Batches and steps that aren't recorded one by one, as their sums; none where there are none.
  package func encode(_ unrecorded: UnrecordedTotals, to emit: (borrowing TrackMoment) -> Void) {
    guard !unrecorded.isEmpty else { return }
    var moment = Self.instant(.leftOut, at: unrecorded.to)
    moment.annotate(.since, unrecorded.from.count)
    moment.annotate(.batches, Int64(unrecorded.batches))
    moment.annotate(.pictures, Int64(unrecorded.pictures))
    moment.annotate(.make, unrecorded.make.count)
    moment.annotate(.lockWait, unrecorded.lockWait.count)
    moment.annotate(.overrun, unrecorded.overrun.count)
    moment.annotate(.steps, Int64(unrecorded.steps))
    moment.annotate(.picturesTrained, Int64(unrecorded.picturesTrained))
    moment.annotate(.starvedTime, unrecorded.starved.count)
    moment.annotate(.stepLockWait, unrecorded.stepLockWait.count)
    moment.annotate(.hostTime, unrecorded.host.count)
    moment.annotate(.busyTime, unrecorded.busy.count)
    if unrecorded.clock != 1 {
      moment.annotate(.clock, Int64(nearest: unrecorded.clock * 1e9))
    }
    emit(moment)
  }

  /// The session's end; a file without one was cut off, or its recording was stopped before.
  package func encodeEnd(
    _ state: SessionState, at: Nanoseconds, to emit: (borrowing TrackMoment) -> Void
  ) {
    var moment = Self.instant(.end, at: at)
    if case .failed(let reason) = state {
      moment.texts = [SessionHeader.Attribute("failure", reason)]
    }
    emit(moment)
  }
}

extension Scenario {
  /// The present values of the settings that keys change.
  fileprivate func switches(_ list: StageList) -> [SessionHeader.Attribute] {
    [
      SessionHeader.Attribute("stages", list.names(in: stages).joined(separator: ",")),
      SessionHeader.Attribute("loader", loader.rawValue),
      SessionHeader.Attribute("workers", "\(workers)"),
      SessionHeader.Attribute("queue", "\(queueLimit)"),
      SessionHeader.Attribute("gpu_ns", "\(Nanoseconds(consumer.compute.mean).count)"),
      SessionHeader.Attribute("costs", costs.name),
      SessionHeader.Attribute("gil", "\(interpreterLock)"),
    ]
  }
}
