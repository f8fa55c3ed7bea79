import Augmentation
import CLinux
import Glibc
import Host
package import Pipeline
import Quantities
package import Tracing

/// Opens a session file at a path, or throws the reason.
package typealias SessionFileOpener =
  @Sendable (_ path: String, _ scenario: Scenario) throws(SessionFileFault) -> sending SessionFile

/// The thread that reads all lanes: keeps the ledger, publishes readings, writes the file.
final class Recorder: Sendable {
  /// Lanes are drained this often, and less often where little is in them.
  private static let tick = Nanoseconds.milliseconds(25)
  /// More events than this in one drain are many, and fewer than that are few.
  private static let manyEvents = 256
  private static let fewEvents = 128
  /// A tick that is later than this means that the whole program stood still.
  private static let standstill = Nanoseconds.seconds(1)
  /// Ticks from one published reading to the next: ten readings a second.
  private static let ticksPerReading = 4
  /// Ticks from one flush of the session file to the next.
  private static let ticksPerFlush = 16

  /// The most pieces of own work between two ticks; a limit that no real session reaches.
  private static let mostOwnWork = 64

  private struct Inbox {
    var notes: [(note: Note, at: Nanoseconds)] = []
    var lanes: [RecordingLane] = []
    var laneOf: [Actor: RecordingLane] = [:]
    /// By the worker's number.
    var present: [PresentActivity] = []
    var threads: [EmulatedThread] = []
    /// CPU time of threads that are gone.
    var departed = Nanoseconds.zero
    var recordingRequests: [RecordingRequest] = []
    var ownWork: [OwnWork] = []
    var refusal: SessionRefusal?
    var isStarted = false
    var isStopping = false
    var isStopped = false
  }

  private enum RecordingRequest {
    case start(path: String)
    case stop
  }

  enum Actor: Hashable {
    case worker(Int)
    case consumer
  }

  private let clock: SessionClock
  private let wakeDescriptor: Int32
  private let shared: SharedSession
  private let inbox = Monitor(Inbox())
  private let latest: Monitor<Reading>
  private let state: Monitor<RecorderState>

  init(
    ledger: SessionLedger, shared: SharedSession, wakeDescriptor: Int32,
    recording: sending SessionFile?, openFile: SessionFileOpener?
  ) {
    self.shared = shared
    clock = shared.clock
    self.wakeDescriptor = wakeDescriptor
    var ledger = ledger
    var first = ledger.reading(at: .zero)
    first.recording = recording.map { .on(path: $0.location, bytes: $0.bytes) } ?? .off
    latest = Monitor(first)
    state = Monitor(
      RecorderState(ledger: ledger, clock: clock, recording: recording, openFile: openFile))
  }

  var reading: Reading { latest.withLock { $0 } }

  /// Starts the thread.
  ///
  /// - Throws: `ThreadFault` where the system gives none.
  func start() throws(ThreadFault) {
    _ = try JoinableThread(name: "recorder") { [self] in run() }
    inbox.withLock { $0.isStarted = true }
  }

  /// The lane of a thread; a later thread in the same place goes on in it.
  func lane(_ actor: Actor) -> RecordingLane {
    inbox.withLock { inbox in
      if let known = inbox.laneOf[actor] { return known }
      let lane = RecordingLane(stages: Stage.allCases.count)
      inbox.laneOf[actor] = lane
      inbox.lanes.append(lane)
      return lane
    }
  }

  /// Where a worker writes what it does at this moment; a later one with its number goes on there.
  func present(worker: Int) -> PresentActivity {
    inbox.withLock { inbox in
      while inbox.present.count <= worker { inbox.present.append(PresentActivity()) }
      return inbox.present[worker]
    }
  }

  /// Counts a thread's CPU time as emulated work.
  func watch(_ thread: EmulatedThread) { inbox.withLock { $0.threads.append(thread) } }

  func note(_ note: Note) {
    inbox.withLock { $0.notes.append((note, clock.now)) }
    inbox.wakeAll()
  }

  /// Takes in a piece of augtop's own work, without waking the recorder.
  func note(_ work: OwnWork) {
    inbox.withLock { inbox in
      if inbox.ownWork.count < Self.mostOwnWork { inbox.ownWork.append(work) }
    }
  }

  /// Counts what predictions take apart.
  func countPredictions(_ cpu: @escaping @Sendable () -> Nanoseconds) {
    state.withLock { $0.countPredictions(cpu) }
  }

  /// Publishes with the next reading that a change was refused.
  func refuse(_ change: ScenarioChange) {
    inbox.withLock {
      $0.refusal = SessionRefusal(number: ($0.refusal?.number ?? 0) + 1, change: change)
    }
  }

  func startRecording(_ path: String) { request(.start(path: path)) }

  func stopRecording() { request(.stop) }

  /// Drains the lanes, closes the file, and returns the report's reading.
  func stop() -> Reading {
    guard inbox.withLock({ $0.isStarted }) else { return reading }
    inbox.withLock { $0.isStopping = true }
    inbox.wakeAll()
    inbox.waitUntilTrue { $0.isStopped }
    return reading
  }

  private func request(_ request: RecordingRequest) {
    inbox.withLock { $0.recordingRequests.append(request) }
    inbox.wakeAll()
  }

  private func run() {
    var sinceReading = 0
    var sinceFlush = 0
    var ticks = 1
    var next = clock.now
    var placement = Placement()
    while true {
      placement.bind(to: shared.settings.current.processorsOfRecorder)
      next += Self.tick * ticks
      let isStopping = awaitWork(until: next)
      sinceReading += ticks
      sinceFlush += ticks
      // A note woke the recorder early, so that a reading with it is published at once.
      let now = clock.now
      let isEarly = now < next
      if now - next > Self.standstill { note(.stoodStill(since: next)) }
      next = Self.base(after: next, at: now)
      let publishes = isEarly || sinceReading >= Self.ticksPerReading
      let flushes = sinceFlush >= Self.ticksPerFlush
      let events = tick(publishes: publishes, flushes: flushes)
      if publishes { sinceReading = 0 }
      if flushes { sinceFlush = 0 }
      // After a note events may come at another rate at once.
      ticks =
        isEarly || events > Self.manyEvents ? 1 : events > Self.fewEvents ? 2 : Self.ticksPerReading
      if isStopping {
        finish()
        return
      }
    }
  }

  /// The moment from which the next tick is counted. After an early tick, and after the whole program
  /// stood still (stopped by its terminal, or the machine asleep), ticks start anew from `now`: missed
  /// ticks aren't made up for.
  static func base(after tick: Nanoseconds, at now: Nanoseconds) -> Nanoseconds {
    now < tick || now - tick > Self.tick ? now : tick
  }

  private func awaitWork(until moment: Nanoseconds) -> Bool {
    let woken = inbox.wait(deadline: clock.start + moment) { inbox in
      inbox.isStopping || !inbox.notes.isEmpty || !inbox.recordingRequests.isEmpty ? true : nil
    }
    return woken == true && inbox.withLock { $0.isStopping }
  }

  /// Drains the lanes once and returns the number of events found.
  private func tick(publishes: Bool, flushes: Bool) -> Int {
    // Before the events: what ends meanwhile is an event.
    let open = publishes ? inbox.withLock { $0.present.map(\.value) } : []
    let cutoff = clock.now
    let lanes = inbox.withLock { $0.lanes }
    return state.withLock { state in
      let events = state.collect(lanes, until: cutoff)
      let (notes, requests, ownWork) = inbox.withLock { inbox in
        defer {
          inbox.notes.removeAll(keepingCapacity: true)
          inbox.recordingRequests.removeAll()
          inbox.ownWork.removeAll(keepingCapacity: true)
        }
        return (inbox.notes, inbox.recordingRequests, inbox.ownWork)
      }
      for request in requests {
        switch request {
        case .start(let path): state.startRecording(path)
        case .stop: state.stopRecording()
        }
      }
      let bad = state.badPictures(of: shared.dataset, at: cutoff)
      state.process(bad.isEmpty ? notes : (bad + notes).sorted { $0.at < $1.at })
      if publishes {
        state.setOpen(open)
        publish(&state, lanes, isFinal: false)
      }
      for work in ownWork { state.record(work) }
      state.record(OwnWork(.recording, from: cutoff, to: clock.now))
      if flushes { state.flush() }
      return events
    }
  }

  private func publish(_ state: inout RecorderState, _ lanes: [RecordingLane], isFinal: Bool) {
    let emulated = emulatedTime()
    var reading = state.reading(
      at: clock.now, emulated: emulated, dropped: lanes.reduce(0) { $0 + $1.dropped },
      isFinal: isFinal, failure: shared.fault)
    reading.refusal = inbox.withLock { $0.refusal }
    latest.withLock { $0 = reading }
    var one: UInt64 = 1
    _ = write(wakeDescriptor, &one, 8)
  }

  private func emulatedTime() -> Nanoseconds {
    inbox.withLock { inbox in
      inbox.threads.removeAll { thread in
        guard thread.isOver else { return false }
        inbox.departed += thread.cpu
        return true
      }
      return inbox.threads.reduce(inbox.departed) { $0 + $1.cpu }
    }
  }

  private func finish() {
    let lanes = inbox.withLock { $0.lanes }
    state.withLock { state in
      _ = state.collect(lanes, until: .never)
      state.process(state.badPictures(of: shared.dataset, at: clock.now))
      state.setOpen([])
      publish(&state, lanes, isFinal: true)
    }
    inbox.withLock { $0.isStopped = true }
    inbox.wakeAll()
  }
}
