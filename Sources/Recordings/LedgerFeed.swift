package import Pipeline
package import Quantities
package import Tracing

/// Feeds a session's records to a ledger as the recorder did, so that the report is the live one's.
package struct LedgerFeed {
  private(set) var ledger: SessionLedger
  private var own = OwnCost()
  /// Processors of the machine that the session ran on.
  private let cores: Int
  /// The recorder took a reading then; the ledger must, too, before anything else happens.
  private var readingDue: Nanoseconds?
  /// The last reading that the recorder took; nil before `recordReadingsAfter`.
  package private(set) var lastReading: Reading?
  /// Readings are made from this moment on; before, only the ledger advances.
  package var recordReadingsAfter = Nanoseconds.never
  private var hasBegun = false
  /// The latest moment of a record.
  package private(set) var latest = Nanoseconds.zero
  private var ended: Nanoseconds?
  /// Why the session couldn't go on.
  package private(set) var failure: String?

  /// A feed before the first record.
  package init(_ session: RecordedSession) {
    cores = session.header.cores
    ledger = SessionLedger(
      scenario: session.scenario, dataset: session.dataset, stages: session.stages,
      cores: session.header.cores)
    // The recorder takes one before anything has happened.
    _ = ledger.reading(at: .zero)
  }

  /// Feeds one record.
  ///
  /// - Complexity: O(1), and that of a reading where one is due.
  package mutating func take(_ record: borrowing SessionRecord) {
    latest = max(latest, record.at)
    switch record {
    case .counter(let id, let value, let at):
      if readingDue != at { takeReading() }
      readingDue = at
      note(id, value)
    case .verdict, .prediction, .ownWork: break
    case .ended(let at, let why):
      // The last reading is the report's.
      readingDue = nil
      ended = at
      failure = why
    case .event(let event):
      takeReading()
      begin(at: event.start)
      lastReading?.timeline.add(later: event, hasLock: ledger.inForce.hasSharedLock)
      ledger.record(event)
    case .unrecorded(let unrecorded):
      takeReading()
      begin(at: unrecorded.from)
      ledger.record(unrecorded)
    case .note(let note, let at):
      takeReading()
      ledger.note(note, at: at)
    }
  }

  /// Takes from a record outside the selection only what stays in force within it: switches.
  package mutating func learn(_ record: borrowing SessionRecord) {
    switch record {
    case .note(let note, let at):
      if case .asked = note { ledger.note(note, at: at) }
    case .event(let event):
      if case .applied = event { ledger.record(event) }
    case .unrecorded, .counter, .verdict, .prediction, .ownWork, .ended: break
    }
  }

  /// The report's reading: at the session's end, or where the records end.
  package mutating func report() -> Reading {
    ledger.finish(failure: failure)
    var reading = ledger.summary(at: ended ?? latest)
    reading.own = own
    return reading
  }

  /// Workers of the scenario in force.
  package var workers: Int { ledger.inForce.makers(machineCores: cores) }

  /// Takes the reading that is due, if one is.
  package mutating func takeReading() {
    guard let at = readingDue else { return }
    readingDue = nil
    guard at >= recordReadingsAfter else {
      ledger.endFrame(at: at)
      return
    }
    lastReading = ledger.reading(at: at)
    lastReading?.own = own
  }

  /// A reading at a moment at which the recorder took none; changes nothing.
  ///
  /// - Complexity: That of a copy of the ledger.
  package func preview(at moment: Nanoseconds) -> Reading {
    var ledger = ledger
    var reading = ledger.reading(at: moment)
    reading.own = own
    return reading
  }

  /// A timeline with what records that haven't been fed yet tell of its span.
  ///
  /// - Complexity: O(records).
  package func timeline(
    _ reading: TimelineReading, until later: some Sequence<SessionRecord>
  ) -> TimelineReading {
    var reading = reading
    for case .event(let event) in later {
      reading.add(later: event, hasLock: ledger.inForce.hasSharedLock)
    }
    return reading
  }

  /// Writes or reads the state, apart from the last reading.
  package mutating func archive(_ archive: inout StateArchive) {
    ledger.archive(&archive)
    archive.value(&own)
    archive.value(&readingDue)
    archive.value(&hasBegun)
    archive.value(&latest)
    archive.value(&ended)
    archive.optional(&failure, filler: "") { $1.text(&$0) }
  }

  /// For a recording, or a selection, that doesn't begin with its session: the time before counts as
  /// a pause.
  private mutating func begin(at start: Nanoseconds) {
    guard !hasBegun else { return }
    hasBegun = true
    guard start > Self.promptly else { return }
    ledger.note(.stoodStill(since: .zero), at: start)
  }

  /// The latest begin of a session's first event.
  private static let promptly = Nanoseconds.seconds(1)

  private mutating func note(_ id: TrackID, _ value: Double) {
    switch id {
    case CounterTrack.ownCPU: own.cpuFraction = value / 100
    case CounterTrack.emulatedCores: own.emulatedCores = value
    case CounterTrack.droppedEvents: own.droppedEvents = Int(nearest: value)
    case CounterTrack.residentMemory: own.residentBytes = Int(nearest: value)
    case CounterTrack.timePerEvent: own.nanosecondsPerEvent = value
    default: break
    }
  }
}
