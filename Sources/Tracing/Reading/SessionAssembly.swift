import Augmentation
import Pipeline
import Quantities

/// Decodes the moments of the session's own track into notes, changes, verdicts, predictions and
/// counters.
struct SessionAssembly {
  /// The scenario with all changes asked for so far.
  private var requested: Scenario
  private let stages: StageList

  init(scenario: Scenario, stages: StageList) {
    requested = scenario
    self.stages = stages
  }

  mutating func archive(_ archive: inout StateArchive) { archive.scenario(&requested) }

  /// Takes one moment and passes on its record.
  ///
  /// - Returns: The number of moments that were dropped, 0 or 1.
  mutating func take(
    _ moment: borrowing RawMoment, at: Nanoseconds, give: (SessionRecord) -> Void
  ) -> Int {
    switch moment.kind {
    case .counter:
      switch moment.value {
      case .whole(let value)? where Self.counts.contains(Double(value)):
        give(.counter(TrackID(rawValue: moment.track), Double(value), at: at))
      case .real(let value)? where Self.counts.contains(value):
        give(.counter(TrackID(rawValue: moment.track), value, at: at))
      case .whole, .real, nil: return 1
      }
      return 0
    case .instant:
      guard let record = record(moment, at: at) else { return 1 }
      if let record = record.known { give(record) }
      return 0
    case .begin, .end: return 1
    }
  }

  /// The valid numbers of counters: none is negative, and whole numbers are exact in `Double` up to
  /// here.
  private static let counts = 0...9e15

  /// Something that isn't a record, as the session's beginning, is no trouble.
  private struct Assembled {
    var known: SessionRecord?
  }

  private mutating func record(_ moment: borrowing RawMoment, at: Nanoseconds) -> Assembled? {
    guard let name = InstantName(text: String(decoding: moment.text, as: UTF8.self)) else {
      return nil
    }
    switch name {
    case .session: return Assembled(known: nil)
    case .paused: return Assembled(known: .note(.paused, at: at))
    case .resumed: return Assembled(known: .note(.resumed, at: at))
    case .epochRestarted: return Assembled(known: .note(.epochRestarted, at: at))
    case .stoodStill:
      guard let since = moment.number(.since), since >= 0, since <= at.count else { return nil }
      return Assembled(known: .note(.stoodStill(since: Nanoseconds(since)), at: at))
    case .leftOut: return unrecorded(moment, at: at).map { Assembled(known: .unrecorded($0)) }
    case .end:
      return Assembled(known: .ended(at: at, failure: moment.texts["failure"]))
    case .marker:
      return Assembled(known: .note(.marker(moment.texts["text"] ?? ""), at: at))
    case .badPicture:
      guard let count = moment.number(.pictures), (1...Int64(Int32.max)).contains(count) else {
        return nil
      }
      let texts = moment.texts
      let picture = BadPicture(path: texts["path"] ?? "", reason: texts["reason"] ?? "")
      return Assembled(known: .note(.badPicture(picture, count: Int(count)), at: at))
    case .asked: return asked(moment, at: at)
    case .applied:
      guard let generation = moment.number(.generation), (0...1 << 48).contains(generation),
        let batch = moment.number(.batch), (0...1 << 53).contains(batch)
      else { return nil }
      return Assembled(
        known: .event(
          .applied(ChangeApplied(generation: Int(generation), batch: Int(batch), at: at))))
    case .verdict:
      let texts = moment.texts
      guard let kind = texts["verdict"].flatMap(Verdict.Kind.init(rawValue:)) else { return nil }
      return Assembled(
        known: .verdict(
          RecordedVerdict(
            kind: kind, stage: texts["stage"].flatMap { stages.named($0)?.id },
            because: texts["because"] ?? "", at: at)))
    case .predicted: return predicted(moment, at: at)
    }
  }

  /// More than the recorder sums up in one tick.
  private static let mostLeftOut: Int64 = 1_000_000

  private func unrecorded(_ moment: borrowing RawMoment, at: Nanoseconds) -> UnrecordedTotals? {
    guard let since = moment.number(.since), (0...at.count).contains(since),
      let batches = moment.number(.batches), (0...Self.mostLeftOut).contains(batches),
      let steps = moment.number(.steps), (0...Self.mostLeftOut).contains(steps)
    else { return nil }
    // A batch has no more pictures than a scenario allows.
    func pictures(_ word: TraceWord, of batches: Int64) -> Int {
      Int(max(0, min(moment.number(word) ?? 0, batches * Int64(Scenario.batchSizes.upperBound))))
    }
    func time(_ word: TraceWord) -> Nanoseconds {
      Nanoseconds(max(0, min(moment.number(word) ?? 0, RawMoment.longest)))
    }
    var sums = UnrecordedTotals()
    (sums.from, sums.to) = (Nanoseconds(since), at)
    (sums.batches, sums.pictures) = (Int(batches), pictures(.pictures, of: batches))
    (sums.make, sums.lockWait, sums.overrun) = (time(.make), time(.lockWait), time(.overrun))
    (sums.steps, sums.picturesTrained) = (Int(steps), pictures(.picturesTrained, of: steps))
    (sums.starved, sums.stepLockWait) = (time(.starvedTime), time(.stepLockWait))
    (sums.host, sums.busy) = (time(.hostTime), time(.busyTime))
    sums.setClock(moment.clock ?? 1)
    return sums
  }

  private mutating func asked(_ moment: borrowing RawMoment, at: Nanoseconds) -> Assembled? {
    guard let change = change(moment.texts), let generation = moment.number(.generation),
      (0...1 << 48).contains(generation)
    else { return nil }
    requested.apply(change)
    return Assembled(
      known: .note(.asked(change, generation: Int(generation), scenario: requested), at: at))
  }

  private func predicted(_ moment: borrowing RawMoment, at: Nanoseconds) -> Assembled? {
    guard let change = change(moment.texts), let seconds = moment.number(.predicted),
      let low = moment.number(.low), let high = moment.number(.high)
    else { return nil }
    let epoch = EpochEstimate(
      seconds: Nanoseconds(seconds).seconds, low: Nanoseconds(low).seconds,
      high: Nanoseconds(high).seconds)
    return Assembled(known: .prediction(RecordedPrediction(change: change, epoch: epoch, at: at)))
  }

  private func change(_ texts: [String: String]) -> ScenarioChange? {
    let attributes = texts.map { SessionHeader.Attribute($0.key, $0.value) }
    return texts["change"].flatMap {
      ChangeText.read($0, costs: CostProfileText.read(attributes), stages: stages)
    }
  }
}
