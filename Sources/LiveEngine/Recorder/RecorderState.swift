import Augmentation
package import Host
package import Pipeline
package import Quantities
package import Tracing

/// The recorder's state: events in order, the ledger, the session file.
package struct RecorderState {
  private var ledger: SessionLedger
  private var merger = EventMerger()
  private var collected: [Event] = []
  private var meter: OwnCostMeter
  private var cores = CoreMeter()
  private var events = 0
  private var predictorCPU: (@Sendable () -> Nanoseconds)?
  private var file: SessionFile?
  private var recording: RecordingState
  private var thinning = RecordingThinning()
  private var unrecorded = UnrecordedTotals()
  private let clock: SessionClock
  private let openFile: SessionFileOpener?
  /// Bad pictures of the dataset that were noted.
  private var badKnown = 0

  /// Of more that are found between two ticks, the last note gives the count.
  private static let mostBadNotes = 32

  /// - Parameters:
  ///   - ledger: At the session's start.
  ///   - clock: The session's.
  ///   - recording: An open session file; nil where nothing is recorded yet.
  ///   - openFile: Opens files that are asked for later; nil refuses them.
  package init(
    ledger: SessionLedger, clock: SessionClock, recording: sending SessionFile?,
    openFile: SessionFileOpener?
  ) {
    self.ledger = ledger
    self.clock = clock
    self.openFile = openFile
    meter = OwnCostMeter(clock: clock)
    file = recording
    self.recording = recording.map { .on(path: $0.location, bytes: $0.bytes) } ?? .off
  }

  /// Takes events from the lanes and returns their number. They are counted after the notes that came
  /// before them.
  mutating func collect(_ lanes: [RecordingLane], until cutoff: Nanoseconds) -> Int {
    var taken: [Event] = []
    swap(&taken, &collected)
    merger.drain(lanes, until: cutoff) { taken.append($0) }
    swap(&taken, &collected)
    return collected.count
  }

  /// Notes for the pictures that a dataset has left out since the last call.
  ///
  /// - Complexity: O(new ones); `mostBadNotes` notes at most.
  mutating func badPictures(
    of dataset: any DatasetSource, at now: Nanoseconds
  ) -> [(note: Note, at: Nanoseconds)] {
    let new = dataset.badPictures(after: badKnown)
    badKnown += new.count
    let rest = max(0, new.count - Self.mostBadNotes)
    return new.prefix(Self.mostBadNotes).enumerated().map { place, picture in
      (.badPicture(picture, count: place == Self.mostBadNotes - 1 ? 1 + rest : 1), now)
    }
  }

  /// Passes notes and collected events to the ledger and the file, in the order of their times.
  mutating func process(_ notes: [(note: Note, at: Nanoseconds)]) {
    var next = 0
    func isDue(_ event: Event) -> Bool { next < notes.count && notes[next].at <= event.at }
    for event in collected {
      while isDue(event) {
        process(notes[next])
        next += 1
      }
      let hadSettled = ledger.hasSettled
      ledger.record(event)
      record(event, beginsWindow: ledger.hasSettled && !hadSettled)
    }
    while next < notes.count {
      process(notes[next])
      next += 1
    }
    writeUnrecorded()
    events += collected.count
    collected.removeAll(keepingCapacity: true)
  }

  /// Passes events and notes to the ledger and the file, in the order of their times.
  package mutating func process(_ events: [Event], _ notes: [(note: Note, at: Nanoseconds)]) {
    collected += events
    process(notes)
  }

  /// Starts to record to a file; where one is open already, nothing.
  package mutating func startRecording(_ path: String) {
    guard file == nil else { return }
    guard let openFile else {
      recording = .failed(path: path, reason: "this session isn't recorded")
      return
    }
    do {
      let opened = try openFile(path, ledger.requested)
      file = opened
      recording = .on(path: path, bytes: opened.bytes)
      // Those found before the recording began belong to its report.
      for note in ledger.badPictures.notes { file?.append(note, at: clock.now) }
    } catch {
      recording = .failed(path: path, reason: error.message)
    }
  }

  /// Closes the session file; where none is open, nothing.
  package mutating func stopRecording() {
    guard let open = file else { return }
    write { file throws(SessionFileFault) in try file.close() }
    if file != nil { recording = .closed(path: open.path, bytes: open.bytes) }
    file = nil
  }

  /// Counts what predictions take, by their CPU time so far, apart from the rest of augtop's own.
  package mutating func countPredictions(_ cpu: @escaping @Sendable () -> Nanoseconds) {
    predictorCPU = cpu
  }

  /// Takes in what each worker does at this moment, for the next reading.
  mutating func setOpen(_ activities: [OpenActivity?]) { ledger.setOpen(activities) }

  /// Writes what was recorded so far.
  package mutating func flush() {
    write { file throws(SessionFileFault) in try file.flush() }
    if let file { recording = .on(path: file.location, bytes: file.bytes) }
  }

  /// The session's reading, which is recorded; the last one closes the file.
  package mutating func reading(
    at now: Nanoseconds, emulated: Nanoseconds, dropped: Int, isFinal: Bool,
    failure: String?
  ) -> Reading {
    if isFinal || failure != nil { ledger.finish(failure: failure) }
    var reading = isFinal ? ledger.summary(at: now) : ledger.reading(at: now)
    reading.own = meter.measure(
      at: now, emulated: emulated, predicting: predictorCPU?() ?? .zero, events: events)
    reading.own.droppedEvents = dropped
    reading.coreLoads = cores.loads(at: now)
    if isFinal { file?.append(end: reading) } else { file?.append(counters: reading) }
    if isFinal { stopRecording() }
    reading.recording = recording
    return reading
  }

  /// Records a piece of augtop's own work, where a recording is on.
  package mutating func record(_ work: OwnWork) { file?.append(work) }

  /// - Parameter beginsWindow: Whether the report's window begins with this event's end. The sums of
  ///   unrecorded events are then written, so that each lies on one side of that moment, and the window
  ///   begins with the same step when the file is read back.
  private mutating func record(_ event: Event, beginsWindow: Bool) {
    guard file != nil else { return }
    guard thinning.keeps(event) else {
      unrecorded.add(event)
      if beginsWindow { writeUnrecorded() }
      return
    }
    if beginsWindow { writeUnrecorded() }
    // Unrecorded batches and steps are summed up per version of the scenario.
    if case .applied = event { writeUnrecorded() }
    file?.append(event)
  }

  private mutating func writeUnrecorded() {
    file?.append(unrecorded)
    unrecorded = UnrecordedTotals()
  }

  private mutating func process(_ entry: (note: Note, at: Nanoseconds)) {
    writeUnrecorded()
    ledger.note(entry.note, at: entry.at)
    file?.append(entry.note, at: entry.at)
  }

  /// A disk that fills up ends the recording, not the session.
  private mutating func write(_ body: (SessionFile) throws(SessionFileFault) -> Void) {
    guard let open = file else { return }
    do {
      try body(open)
    } catch {
      recording = .failed(path: open.location, reason: error.message)
      file = nil
    }
  }
}
