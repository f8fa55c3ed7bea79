import Augmentation
import CLinux
import Glibc
package import Host
import LiveEngine
package import Pipeline
package import Quantities
package import Tracing

/// Opens the session file of a watched job, once its stages are known.
package typealias JobFileOpener =
  @Sendable (_ path: String, _ start: JobStart, _ clock: SessionClock) throws(SessionFileFault) ->
  sending SessionFile

/// The facts at the start of a watched job's session.
package struct JobStart: Sendable {
  /// The loader as a scenario.
  package var scenario: Scenario
  /// Number and shape of its pictures.
  package var dataset: DatasetFacts
  /// The stages that were found.
  package var stages: StageList
}

/// A job's session: a thread reads the rings, keeps the ledger, writes the session file and publishes
/// readings.
///
/// Before the job has trained two batches there is no session yet, and `start` is nil.
package final class JobSession: SessionSource {
  /// Rings hold seconds of the busiest loader's records, so nothing is lost by reading them no more often than
  /// the screen is drawn.
  private static let tick = Nanoseconds.milliseconds(100)
  private static let ticksPerFlush = 4
  /// A record may come this much later than another one that happened after it.
  private static let lateness = Nanoseconds.milliseconds(150)
  /// A job that trains nothing in this time has the loader that it reads most from.
  private static let trainingTimeout = Nanoseconds.seconds(5)

  /// Becomes readable when a reading has been published.
  package let wakeDescriptor = cl_eventfd()
  private let folder: WatchFolder
  private let isLate: Bool
  private let canSwitch: Bool
  private let ticksPerReading: Int
  private let switches: SwitchFile?
  private let recordingPath: String?
  private let openFile: JobFileOpener?
  private let shared = Monitor(Shared())
  private let thread = Monitor<JoinableThread?>(nil)

  private struct Shared {
    var reading: Reading?
    var start: JobStart?
    var clock: SessionClock?
    var tally = JobTally()
    var loaders: [JobLoader.Key: JobLoader] = [:]
    var chosen: JobLoader.Key?
    var hasEnded = false
    var isStopping = false
    var isStopped = false
    var requests: [SessionRequest] = []
    var ownWork: [OwnWork] = []
    var predictorCPU: (@Sendable () -> Nanoseconds)?
    var recordingFailure: String?
    var warning: String?
  }

  /// - Parameters:
  ///   - folder: Where the job's rings come.
  ///   - isLate: Whether the job runs already; what it did before isn't read.
  ///   - canSwitch: Whether stages have keys.
  ///   - isShown: Whether readings are for a screen or a recording, ten a second; else one a second will do.
  ///   - switches: A text file that says what was switched when; nil writes none.
  ///   - recordingPath: The session file; nil records none.
  ///   - openFile: Opens session files.
  package init(
    folder: WatchFolder, isLate: Bool, canSwitch: Bool, isShown: Bool = false,
    switches: String? = nil,
    recordingPath: String?, openFile: JobFileOpener?
  ) {
    self.folder = folder
    self.isLate = isLate
    self.canSwitch = canSwitch
    self.recordingPath = recordingPath
    self.openFile = openFile
    self.switches = switches.map { SwitchFile(path: $0) }
    ticksPerReading = isShown || recordingPath != nil ? 1 : 10
    // Workers look for the page when they start, so it has to be there before the job.
    if canSwitch { _ = JobControl(folder: folder) }
  }

  /// Starts the reading thread.
  ///
  /// - Throws: `ThreadFault` where the system gives none.
  package func start() throws(ThreadFault) {
    try thread.withLock { thread throws(ThreadFault) in
      if thread == nil { thread = try JoinableThread(name: "watcher") { [self] in run() } }
    }
  }

  /// The facts at the session's start; nil before the job has trained two batches.
  package var begun: JobStart? { shared.withLock { $0.start } }
  /// The newest reading; traps before `begun`.
  package var reading: Reading {
    guard let reading = shared.withLock({ $0.reading }) else {
      preconditionFailure("a session that hasn't begun has no reading")
    }
    return reading
  }
  /// Observations of the job besides the session.
  package var tally: JobTally { shared.withLock { $0.tally } }
  /// The loaders seen so far.
  package var loaders: [JobLoader.Key: JobLoader] { shared.withLock { $0.loaders } }
  /// The session's loader; nil before `begun`.
  package var chosen: JobLoader.Key? { shared.withLock { $0.chosen } }
  /// Whether the process that takes the session's batches is gone; false before `begun`.
  package var hasEnded: Bool { shared.withLock { $0.hasEnded } }
  /// Time since the session's first moment; nil before `begun`.
  package var now: Nanoseconds? { shared.withLock { $0.clock?.now } }
  /// Why the recording that was asked for couldn't be opened; nil where it could.
  package var recordingFailure: String? { shared.withLock { $0.recordingFailure } }

  /// A sentence that the user must see, once.
  package func takeWarning() -> String? {
    shared.withLock { shared in
      defer { shared.warning = nil }
      return shared.warning
    }
  }

  /// Takes a request; what changes the scenario isn't possible in a job.
  package func apply(_ request: SessionRequest) {
    shared.withLock { $0.requests.append(request) }
  }

  /// Takes note of a piece of augtop's own work, for the recording.
  package func note(_ work: OwnWork) {
    shared.withLock { if $0.ownWork.count < 64 { $0.ownWork.append(work) } }
  }

  /// Shows in its readings what predictions take of augtop's own cost.
  package func countPredictions(_ cpu: @escaping @Sendable () -> Nanoseconds) {
    shared.withLock { $0.predictorCPU = cpu }
  }

  /// Reads what is left, closes the file and ends the thread.
  ///
  /// - Returns: The report's reading; nil where there was no session.
  package func stop() -> Reading? {
    shared.withLock { $0.isStopping = true }
    thread.withLock { $0 }?.join()
    return shared.withLock { $0.reading }
  }

  // MARK: The thread

  private func run() {
    var state = JobReadingState(isLate: isLate)
    var count = 0
    while true {
      let isStopping = shared.withLock { $0.isStopping }
      let now = Nanoseconds(cl_monotonic_ns())
      if isStopping { state.lookAgain() }
      state.poll(folder)
      tick(&state, at: now, count, isFinal: isStopping)
      if isStopping {
        // Stages that were switched off are on again.
        state.control?.release()
        return
      }
      count += 1
      cl_sleep_until_ns((now + Self.tick).count)
    }
  }

  private func tick(
    _ state: inout JobReadingState, at now: Nanoseconds, _ count: Int, isFinal: Bool
  ) {
    if state.recorder == nil, state.events.choose(at: now, timeout: Self.trainingTimeout),
      isFinal || state.isWorthBeginning(at: now)
    {
      begin(&state, until: isFinal ? .never : now - Self.lateness)
    }
    if state.recorder != nil { advance(&state, at: now, count, isFinal: isFinal) }
    let (tally, loaders, chosen) = (state.tally, state.events.loaders, state.events.chosen)
    let hasEnded = chosen.map { !state.living.contains($0.process) } ?? false
    shared.withLock {
      $0.hasEnded = hasEnded
      $0.tally = tally
      $0.loaders = loaders
      $0.chosen = chosen
    }
  }

  private func advance(
    _ state: inout JobReadingState, at now: Nanoseconds, _ count: Int, isFinal: Bool
  ) {
    guard let clock = state.clock else { return }
    let (requests, works) = shared.withLock { shared in
      defer {
        shared.requests.removeAll()
        shared.ownWork.removeAll()
      }
      return (shared.requests, shared.ownWork)
    }
    let at = now - clock.start
    state.control?.renew()
    let notes = requests.compactMap { request -> (note: Note, at: Nanoseconds)? in
      switch request {
      case .change(let change): return ask(change, &state).map { ($0, at) }
      case .mark(let text): return (.marker(text), at)
      case .restartEpoch: return (.epochRestarted, at)
      case .record(let path): state.recorder?.startRecording(path)
      case .stopRecording: state.recorder?.stopRecording()
      case .pause, .resume, .replay: break
      }
      return nil
    }
    let events = state.events.takeEvents(until: isFinal ? .never : now - Self.lateness)
    for case .applied(let applied) in events {
      switches?.append("change \(applied.generation) holds from batch \(applied.batch) on")
    }
    for name in state.tally.refused where !state.known.contains(name) {
      state.known.insert(name)
      switches?.append("\(name) stays on: its output has another shape or type than its input")
      takeBack(name, &state)
    }
    state.recorder?.process(events.map { $0.counted(from: clock.start) }, notes)
    for work in works { state.recorder?.record(work) }
    if let cpu = shared.withLock({ $0.predictorCPU }) { state.recorder?.countPredictions(cpu) }
    if count % Self.ticksPerFlush == 0 { state.recorder?.flush() }
    guard isFinal || count % ticksPerReading == 0 else { return }
    let lost = state.tally.lost
    // The report ends with the last step: a job that has ended long ago counts no longer.
    var reading = state.recorder?.reading(
      at: max(.zero, at), emulated: .zero, dropped: lost, isFinal: isFinal, failure: nil)
    // A job that has ended leaves the last figures.
    if !isFinal, let chosen = state.events.chosen, state.living.contains(chosen.process) {
      state.lookAtProcessors()
    }
    if let cores = state.processors.cores {
      reading?.own.emulatedCores = cores.job
      reading?.othersCores = cores.others
    }
    reading?.job = state.observations
    if let restart = reading?.job?.restart { reading?.epoch.addWorkerStart(restart.between) }
    if let since = state.events.otherSince { reading?.epoch.showValidation(for: now - since) }
    shared.withLock { [reading] in $0.reading = reading }
    var one: UInt64 = 1
    _ = write(wakeDescriptor, &one, 8)
  }

  /// Passes a switch of stages on to the workers; nil for other changes, which a job doesn't take, and where
  /// nothing may be switched.
  private func ask(_ change: ScenarioChange, _ state: inout JobReadingState) -> Note? {
    switch change {
    case .stage, .stages: break
    default: return nil
    }
    guard canSwitch, let start = state.start, var scenario = state.requested else { return nil }
    state.control = state.control ?? JobControl(folder: folder)
    guard let control = state.control else { return nil }
    scenario.apply(change)
    scenario.stages = scenario.stages.union(start.stages.fixed)
    state.requested = scenario
    state.generation += 1
    let off = start.stages.filter { !scenario.stages.contains($0.id) }.map(\.name)
    control.bypass(off, generation: state.generation)
    switches?.append(
      "asked, change \(state.generation): "
        + (off.isEmpty ? "all stages on" : "off: \(off.joined(separator: ", "))"))
    return .asked(change, generation: state.generation, scenario: scenario)
  }

  /// A stage that can't be bypassed is asked for again.
  private func takeBack(_ name: String, _ state: inout JobReadingState) {
    guard let stage = state.start?.stages.named(name) else { return }
    shared.withLock {
      $0.warning = "\(name) stays on: its output has another shape or type than its input"
      $0.requests.append(.change(.stage(stage.id, on: true)))
    }
  }

  private func begin(_ state: inout JobReadingState, until cutoff: Nanoseconds) {
    let first = state.events.takeEvents(until: cutoff)
    guard let earliest = first.map(\.start).min(),
      let start = state.events.start(canSwitch: canSwitch)
    else {
      state.events.putBack(first)
      return
    }
    let clock = SessionClock(start: earliest)
    state.clock = clock
    (state.start, state.requested) = (start, start.scenario)
    state.events.putBack(first)
    var file: SessionFile?
    if let recordingPath, let openFile {
      do {
        file = try openFile(recordingPath, start, clock)
      } catch {
        shared.withLock { $0.recordingFailure = "\(recordingPath): \(error.message)" }
      }
    }
    let ledger = SessionLedger(
      scenario: start.scenario, dataset: start.dataset, stages: start.stages,
      cores: Int(cl_usable_processors()))
    var opener: SessionFileOpener?
    if let openFile {
      opener = { path, _ throws(SessionFileFault) in try openFile(path, start, clock) }
    }
    state.recorder = RecorderState(
      ledger: ledger, clock: clock, recording: file, openFile: opener)
    let reading = state.recorder?.reading(
      at: .zero, emulated: .zero, dropped: 0, isFinal: false, failure: nil)
    shared.withLock {
      $0.clock = clock
      $0.reading = reading
      $0.start = start
    }
  }
}
