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
  /// What tells this session from a live one, for the header.
  var label: String? { get }
  func start()
  /// Brings the reading up to date, where nobody else does.
  func refresh()
  /// Runs what draws a frame, and takes note of it where such work is recorded.
  func whileDrawing(_ draw: () -> Void)
  /// Ends the session; the answer is its last reading, which says how its recording ended.
  func conclude() -> Reading
}

extension LiveSession: ScreenSession {
  var frame: Duration? { nil }
  var label: String? { nil }
  func refresh() {}
  func whileDrawing(_ draw: () -> Void) {
    let start = clock.now
    draw()
    note(OwnWork(.drawing, from: start, to: clock.now))
  }
  func conclude() -> Reading { stop() }
}

extension ReplayedSession: ScreenSession {
  var wakeDescriptor: Int32 { -1 }
  var frame: Duration? { isSeeking ? .milliseconds(1) : .milliseconds(100) }
  /// Its readings say where it stands.
  var label: String? { nil }
  func whileDrawing(_ draw: () -> Void) { draw() }
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

  let wakeDescriptor: Int32 = -1
  let frame: Duration? = .milliseconds(100)
  var label: String? {
    let times = speed == speed.rounded() ? "\(Int(nearest: speed))" : "\(speed)"
    return speed == 1 ? "VIRTUAL" : "VIRTUAL ×\(times)"
  }
  var reading: Reading { session.reading }

  func apply(_ request: SessionRequest) { session.apply(request) }

  func start() { last = cl_monotonic_ns() }

  func refresh() {
    let now = cl_monotonic_ns()
    let passed = min(Double(now - last) * 1e-9, Self.longest)
    last = now
    session.advance(by: Nanoseconds(seconds: passed * speed))
  }

  func whileDrawing(_ draw: () -> Void) { draw() }

  func conclude() -> Reading { reading }
}
