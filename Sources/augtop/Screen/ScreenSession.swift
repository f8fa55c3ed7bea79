import CLinux
import Host
import LiveEngine
import Pipeline
import Playback
import Quantities
import Tracing
import VirtualEngine

/// A session that a screen can show: it starts, wakes the screen when there is news, and ends.
protocol ScreenSession: SessionSource {
  /// Becomes readable when a reading has been published; -1 where `frame` sets the pace.
  var wakeDescriptor: Int32 { get }
  /// How long the screen waits for keys before it asks for news; nil where the session wakes it.
  var frame: Duration? { get }
  /// Distinguishes this session from a live one in the header; nil for a live one.
  var label: String? { get }
  /// Whether its threads run on this machine's cores; false on simulated time.
  var isOnRealThreads: Bool { get }
  /// Starts the session.
  ///
  /// - Throws: `ThreadFault` where the system gives too few threads.
  func start() throws(ThreadFault)
  /// Updates the reading; does nothing where a thread of the session does.
  func refresh()
  /// Draws a frame, and records the time it took where the session records such work.
  func whileDrawing(_ draw: () -> Void)
  /// Ends the session and returns its last reading, which includes how its recording ended.
  func conclude() -> Reading
  /// Whether it has ended by itself, so that the screen closes.
  var isOver: Bool { get }
  /// The last line that a watched job has written; nil for other sessions.
  var output: String? { get }
  /// A sentence that the user must see, only once.
  func takeWarning() -> String?
}

extension ScreenSession {
  /// True: only a virtual session has no threads.
  var isOnRealThreads: Bool { true }
  /// False: it runs until the user quits.
  var isOver: Bool { false }
  /// Nil: it runs no command.
  var output: String? { nil }
  /// Nil: its readings have all there is to say.
  func takeWarning() -> String? { nil }
}

extension LiveSession: ScreenSession {
  /// Nil: the recorder wakes the screen.
  var frame: Duration? { nil }
  /// Nil: the header marks only sessions that aren't live.
  var label: String? { nil }
  /// Does nothing: the session publishes its readings itself.
  func refresh() {}
  /// Draws a frame and records it as augtop's own work.
  func whileDrawing(_ draw: () -> Void) {
    let start = clock.now
    draw()
    note(OwnWork(.drawing, from: start, to: clock.now))
  }
  /// Stops the session and returns its last reading.
  func conclude() -> Reading { stop() }
}

extension ReplayedSession: ScreenSession {
  /// −1: `frame` sets the pace.
  var wakeDescriptor: Int32 { -1 }
  /// Shorter while seeking, so that the seek goes on between keys.
  var frame: Duration? { isSeeking ? .milliseconds(1) : .milliseconds(100) }
  /// Nil: the readings of a replay include its position.
  var label: String? { nil }
  /// Draws a frame; a replay records nothing.
  func whileDrawing(_ draw: () -> Void) { draw() }
  /// Ends the replay and returns its last reading.
  func conclude() -> Reading {
    end()
    return reading
  }
}

/// A virtual session that keeps pace with the clock on the wall, or a multiple of it.
///
/// `@unchecked Sendable` because only the screen's thread touches `last`; the session guards itself.
final class PacedSession: ScreenSession, @unchecked Sendable {
  private var last: Int64 = 0
  private let session: VirtualSession
  private let speed: Double
  /// A program that stood still doesn't make up for it.
  private static let longest = 0.5

  /// A session that runs `speed` times as fast as the clock.
  init(_ session: VirtualSession, speed: Double) {
    self.session = session
    self.speed = speed
  }

  /// −1: `frame` sets the pace.
  let wakeDescriptor: Int32 = -1
  /// Ten frames a second.
  let frame: Duration? = .milliseconds(100)
  /// False: what this machine's threads need to wake up is nothing to simulated ones.
  let isOnRealThreads = false
  /// VIRTUAL, and the speed unless it is 1.
  var label: String? {
    let times = speed == speed.rounded() ? "\(Int(nearest: speed))" : "\(speed)"
    return speed == 1 ? "VIRTUAL" : "VIRTUAL ×\(times)"
  }
  /// The session's current reading.
  var reading: Reading { session.reading }

  /// Passes a request on to the session.
  func apply(_ request: SessionRequest) { session.apply(request) }

  /// Takes the time from which the session advances.
  func start() { last = cl_monotonic_ns() }

  /// Advances the session by the time since the last call, times the speed.
  func refresh() {
    let now = cl_monotonic_ns()
    let passed = min(Double(now - last) * 1e-9, Self.longest)
    last = now
    session.advance(by: Nanoseconds(seconds: passed * speed))
  }

  /// Draws a frame; a simulated session records nothing.
  func whileDrawing(_ draw: () -> Void) { draw() }

  /// The last reading; there is nothing to stop.
  func conclude() -> Reading { reading }
}
