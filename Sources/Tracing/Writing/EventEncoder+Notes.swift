import Augmentation
package import Pipeline
package import Quantities

extension EventEncoder {
  package mutating func tell(
    _ note: Note, at: Nanoseconds, to say: (borrowing TrackMoment) -> Void
  ) {
    var moment = instant("", at: at)
    switch note {
    case .asked(let change, let generation, let scenario):
      asked[generation] = change.label(stages)
      moment.name = .text("asked: \(change.label(stages))")
      moment.annotate(.generation, Int64(generation))
      moment.texts = [SessionHeader.Attribute("change", ChangeText.write(change, stages: stages))]
      moment.texts += scenario.switches(stages)
      if case .costs(let costs) = change { moment.texts += CostProfileText.write(costs) }
    case .paused: moment.name = .text("paused")
    case .resumed: moment.name = .text("resumed")
    case .stoodStill(let since):
      moment.name = .text("stood still")
      moment.annotate(.since, since.count)
    case .epochRestarted: moment.name = .text("epoch restarted")
    case .marker(let text):
      moment.name = .text(text.isEmpty ? "marker" : "marker: \(text)")
      moment.texts = [SessionHeader.Attribute("text", text)]
    }
    say(moment)
  }

  /// The session's start, with everything its header says.
  package func tell(_ header: SessionHeader, to say: (borrowing TrackMoment) -> Void) {
    var moment = instant("augtop session", at: .zero)
    moment.texts = header.allAttributes
    say(moment)
  }

  /// Every counter's number at the time of `reading`, and its verdict where that is another one.
  package mutating func tell(_ reading: Reading, to say: (borrowing TrackMoment) -> Void) {
    for counter in counters {
      guard let value = counter.value(reading) else { continue }
      var moment = TrackMoment(.counter, on: .session, at: reading.at)
      moment.track = counter.id
      moment.value = value
      say(moment)
    }
    let verdict = Verdict(reading)
    guard ![.measuring, .paused, .failed].contains(verdict.kind),
      verdict.kind != judged?.kind || verdict.stage != judged?.stage
    else { return }
    judged = verdict
    let stage = verdict.stage.map { stages[$0].name }
    var moment = instant(
      "verdict: \(verdict.kind.rawValue)\(stage.map { ", \($0)" } ?? "")", at: reading.at)
    moment.texts = [
      SessionHeader.Attribute("verdict", verdict.kind.rawValue),
      SessionHeader.Attribute("because", verdict.because),
    ]
    if let stage {
      moment.texts.append(SessionHeader.Attribute("stage", stage))
    }
    say(moment)
  }

  /// What a change would make of the epoch.
  package func tell(
    _ prediction: EpochEstimate, of change: ScenarioChange, at: Nanoseconds,
    to say: (borrowing TrackMoment) -> Void
  ) {
    var moment = instant("predicted: \(change.label(stages))", at: at)
    moment.annotate(.predicted, Nanoseconds(seconds: prediction.seconds).count)
    moment.annotate(.low, Nanoseconds(seconds: prediction.low).count)
    moment.annotate(.high, Nanoseconds(seconds: prediction.high).count)
    moment.texts = [SessionHeader.Attribute("change", ChangeText.write(change, stages: stages))]
    if case .costs(let costs) = change { moment.texts += CostProfileText.write(costs) }
    say(moment)
  }

  /// Batches and steps that aren't told one by one, as their sums; none where there are none.
  package func tell(_ unrecorded: UnrecordedTotals, to say: (borrowing TrackMoment) -> Void) {
    guard !unrecorded.isEmpty else { return }
    var moment = instant("left out", at: unrecorded.to)
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
    say(moment)
  }

  /// A piece of augtop's own work; none where it took no time.
  package func tell(_ work: OwnWork, to say: (borrowing TrackMoment) -> Void) {
    guard work.end > work.start else { return }
    let sequence: SequenceID = work.kind == .drawing ? .screen : .recorder
    var begin = TrackMoment(.begin, on: sequence, at: work.start)
    begin.name = .word(work.kind == .drawing ? .drawing : .recording)
    begin.category = .own
    say(begin)
    say(TrackMoment(.end, on: sequence, at: work.end))
  }

  /// The session's end; a file without one was cut off, or its recording was stopped before.
  package func tellEnd(
    _ state: SessionState, at: Nanoseconds, to say: (borrowing TrackMoment) -> Void
  ) {
    var moment = instant("session end", at: at)
    if case .failed(let reason) = state {
      moment.texts = [SessionHeader.Attribute("failure", reason)]
    }
    say(moment)
  }

  private func instant(_ name: String, at: Nanoseconds) -> TrackMoment {
    var moment = TrackMoment(.instant, on: .session, at: at)
    moment.name = .text(name)
    moment.category = .session
    return moment
  }
}

extension Scenario {
  /// What a key can change, as it stands now.
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
