import Glibc
import Pipeline
import Quantities
import Recordings
import Tracing

/// A session file as an argument, all of it or a span of time: `a.pftrace`, `a.pftrace@2s..6s`.
struct SessionArgument {
  /// The argument as typed, which distinguishes spans of one file.
  let text: String
  /// The file.
  let path: String
  /// The selected time.
  let span: TimeSpan

  /// - Parameter fallback: Where the argument names no span.
  /// - Throws: A `CommandFault` of status 2 for a span that isn't one.
  init(_ text: String, fallback: TimeSpan) throws {
    self.text = text
    // A file may be called so.
    guard let at = text.lastIndex(of: "@"), access(text, F_OK) != 0,
      case let suffix = text[text.index(after: at)...], let dots = suffix.firstRange(of: "..")
    else {
      path = text
      span = fallback
      return
    }
    path = String(text[..<at])
    func end(_ part: Substring) -> String? { part.isEmpty ? nil : String(part) }
    span = try TimeSpan(
      from: end(suffix[..<dots.lowerBound]), to: end(suffix[dots.upperBound...]), in: text)
  }

  /// A path, whatever is in its name.
  ///
  /// - Throws: A `CommandFault` of status 2 for a file that isn't a session file.
  init(path: String) throws {
    text = path
    self.path = path
    span = try TimeSpan()
  }

  /// Opens the file.
  ///
  /// - Throws: A `CommandFault` of status 2 for a file that can't be read or isn't a session file.
  func open() throws -> RecordedSession {
    do {
      return try RecordedSession(path: path)
    } catch {
      throw CommandFault.wrong("\(path): \(error.message)")
    }
  }
}

/// A span of a session's time, counted from its start.
struct TimeSpan {
  /// The first moment that belongs to the span.
  var from = Nanoseconds.zero
  /// The first moment after the span.
  var to = Nanoseconds.never

  /// - Parameter argument: The argument that holds the times, for messages; nil where they are
  ///   options.
  /// - Throws: A `CommandFault` of status 2 for times that aren't times, or an end before the
  ///   start.
  init(from: String? = nil, to: String? = nil, in argument: String? = nil) throws {
    if let from { self.from = try Self.time("from", from, argument) }
    if let to { self.to = try Self.time("to", to, argument) }
    guard self.from < self.to else {
      throw CommandFault.wrong(
        (argument ?? "--from \(from ?? "0s") --to \(to ?? "")") + ": nothing lies between them")
    }
  }

  private static func time(
    _ option: String, _ text: String, _ argument: String?
  ) throws -> Nanoseconds {
    guard let time = DurationText.parse(text), time >= .zero else {
      throw CommandFault.wrong(
        (argument.map { "\($0): \(text)" } ?? "--\(option) \(text)")
          + ": write a time from the session's start with its unit, as 2s")
    }
    return Nanoseconds(time)
  }
}

/// Says on standard error what of a session file couldn't be used.
func printTrouble(_ path: String, _ trouble: RecordingTrouble, _ scenarioTrouble: String?) {
  for sentence in RecordingTroubleText.sentences(trouble) {
    printError("augtop: \(path): \(sentence)")
  }
  if let scenarioTrouble {
    printError("augtop: \(path): of its scenario not all can be read: \(scenarioTrouble)")
  }
}

extension MeasureFault {
  /// The message for the user: what is missing.
  var sentence: String {
    steps == 0
      ? "not enough measured: no step after the \(Self.settling) s that a session settles"
      : "not enough measured: \(steps) steps in \(NumberText.fixed(settled.seconds, 1)) s after"
        + " settling, and an interval takes \(TimeBlock.fewest) blocks of"
        + " \(NumberText.window(TimeBlock.shortest)) that each hold a step"
  }

  private static var settling: String { NumberText.fixed(SessionLedger.settlingTime.seconds, 0) }
}
