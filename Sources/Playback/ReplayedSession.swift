import CLinux
import Host
import LiveEngine
package import Pipeline
package import Quantities
import Recordings
package import Toml
package import Tracing

/// A replayed session: its records are fed to the ledger at the recorded speed or another.
///
/// To the screen it is the same as a live session: between keys it publishes the readings that the
/// recorder wrote. A moment has the same numbers whether playing or seeking led to it.
///
/// `@unchecked Sendable` because `reading` is guarded, and all else is used by the screen's thread alone.
package final class ReplayedSession: SessionSource, @unchecked Sendable {
  /// The most time spent on one frame, so that keys are read in between; a seek may take longer.
  private static let frameWork = Nanoseconds.milliseconds(50)
  private static let seekWork = Nanoseconds.milliseconds(150)
  /// The longest time that one frame advances: after the process was stopped, the replay doesn't
  /// catch up.
  private static let longestFrame = Nanoseconds.milliseconds(500)

  private let published: Monitor<Reading>
  private let maker: IndexBuilder?
  private let index: IndexFile?
  private let wholeMap: SeekIndex?
  private var player: Player
  private var last: Int64 = 0
  private var hasShownTrouble = false

  /// Opens a session file and its index. Where there is no index that fits, it is made while the
  /// session is shown.
  ///
  /// - Parameters:
  ///   - from: On the recorded session's clock; nil is its start.
  ///   - scratch: The folder for an index that can't be kept in the session file's folder.
  /// - Throws: `SessionFileFault` for a file that can't be read or isn't a session file.
  package convenience init(
    path: String, from: Nanoseconds? = nil, speed: Double = 1, scratch: String = "/tmp"
  ) throws(SessionFileFault) {
    try self.init(RecordedSession(path: path), from: from, speed: speed, scratch: scratch)
  }

  init(
    _ opened: RecordedSession, from: Nanoseconds?, speed: Double, scratch: String,
    spacing: Int = IndexBuilder.spacing
  ) throws(SessionFileFault) {
    var recorded = opened
    let end = try recorded.another().findEnd()
    recorded.records.latest = end
    player = Player(recorded, end: end, speed: speed)
    let stamp = recorded.stamp
    if let (file, map) = IndexFile.open(recorded.path, stamp, recorded.scenario, recorded.stages) {
      (index, wholeMap, maker) = (file, map, nil)
    } else {
      var own = try recorded.another()
      own.records.latest = end
      let made = IndexBuilder(recorded, spacing: spacing)
      index = IndexFile(making: recorded.path, stamp, scratch: scratch)
      maker = made
      wholeMap = nil
      do throws(ThreadFault) {
        try made.start(own, index: index)
      } catch {
        player.show(.trouble("no index is made, as the system gives no thread: seeks take longer"))
      }
    }
    published = Monitor(
      player.reading(wholeMap ?? SeekIndex(recorded.scenario, stages: recorded.stages)))
    if let error = index?.notKept { player.show(.indexNotKept("\(error)")) }
    if let from { player.seek(to: from, source, keepsGoing: lasting(Self.seekWork)) }
    publish()
  }

  /// The reading that was published last; any thread may read it.
  package var reading: Reading { published.withLock { $0 } }

  /// Whether the index covers the whole recording.
  package var isMapped: Bool { source.map.isWhole }

  /// Starts the clock of the replay, from which `refresh` counts.
  package func start() { last = cl_monotonic_ns() }

  /// Advances by the real time since the last call or `start`, at most 500 ms.
  package func refresh() {
    let now = cl_monotonic_ns()
    let passed = min(Nanoseconds(now - last), Self.longestFrame)
    last = now
    advance(by: passed)
  }

  /// Advances by a span of real time, with 50 ms of work at most, and publishes the reading.
  package func advance(by passed: Nanoseconds) {
    let source = source
    player.advance(by: passed, source, keepsGoing: lasting(Self.frameWork))
    showTrouble(source.map)
    publish()
  }

  /// Carries out a request with 150 ms of work at most, and publishes the reading. Only requests
  /// for replays have an effect, and during a resimulation changes and the epoch's restart.
  package func apply(_ request: SessionRequest) {
    player.take(request, source, keepsGoing: lasting(Self.seekWork))
    publish()
  }

  /// Whether a seek is still moving to the requested moment.
  package var isSeeking: Bool { player.target != nil }

  /// Waits until the index is complete; for measurements and tests.
  package func waitForMap() { maker?.wait() }

  /// Stops the thread that makes the index.
  package func end() { maker?.stop() }

  /// The parts of the file that couldn't be used, as far as the file has been read.
  package var trouble: RecordingTrouble {
    let map = source.map
    return map.isWhole ? map.trouble : player.trouble
  }

  /// The fault that kept parts of the recorded scenario from being read; nil where all could.
  package var scenarioFault: ConfigurationFault? { player.session.scenarioFault }

  private var source: MapSource {
    MapSource(
      map: wholeMap ?? maker?.map
        ?? SeekIndex(player.session.scenario, stages: player.session.stages), index: index)
  }

  private func publish() {
    let reading = player.reading(source.map)
    published.withLock { $0 = reading }
  }

  private func showTrouble(_ map: SeekIndex) {
    guard !hasShownTrouble, map.isWhole else { return }
    hasShownTrouble = true
    if let sentence = RecordingTroubleText.sentences(map.trouble).first {
      player.show(.trouble(sentence))
    }
  }

  /// True until this much real time has passed.
  private func lasting(_ length: Nanoseconds) -> () -> Bool {
    let deadline = cl_monotonic_ns() + length.count
    return { cl_monotonic_ns() < deadline }
  }
}
