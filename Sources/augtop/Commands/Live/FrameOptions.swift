import ArgumentParser
import Pipeline
import Quantities
import Screen

/// The format that a frame is printed in.
enum FrameFormat: String, CaseIterable, ExpressibleByArgument {
  /// A picture; plain text; text with 24-bit colours.
  case svg, text, ansi
}

/// One frame, or a tour, instead of an open screen.
struct FrameOptions: ParsableArguments {
  @Flag(help: "Print one frame instead of opening the screen.")
  var once = false
  @Option(help: ArgumentHelp("Write a tour of the screen as an asciicast.", valueName: "file.cast"))
  var demo: String?
  @Option(help: ArgumentHelp("What a frame is: svg, text, ansi.", valueName: "format"))
  var format: FrameFormat?
  @Option(help: ArgumentHelp("The frame's size (default: 120x36).", valueName: "columns x rows"))
  var size: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Keys to press before the frame, as 7l or <A-5><Enter>: a character each, or one of"
        + " \(KeyNotation.names)."))
  var keys: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Time before each key and before the frame (default: 20s of simulated time, 5s of real time).",
      valueName: "time"))
  var after: String?

  private static let standardSize = Size(width: 120, height: 36)
  private static let standardTime = Duration.seconds(20)
  private static let standardRealTime = Duration.seconds(5)

  /// The frame to draw; nil where none is asked for.
  ///
  /// - Throws: `CommandFault` for an option that `--once` is missing for, a size outside
  ///   1x1…1000x1000, and a time that isn't one up to an hour.
  func resolve(isVirtual: Bool) throws -> FrameRequest? {
    guard once || demo != nil else {
      for (option, value) in [
        ("--size", size), ("--keys", keys), ("--after", after), ("--format", format?.rawValue),
      ] where value != nil {
        throw CommandFault.wrong("\(option) is for a frame; add --once")
      }
      return nil
    }
    if demo != nil {
      guard isVirtual else {
        throw CommandFault.wrong("--demo: the tour is of simulated time; add --virtual")
      }
      for (option, isGiven) in [
        ("--once", once), ("--keys", keys != nil), ("--after", after != nil),
        ("--format", format != nil),
      ] where isGiven {
        throw CommandFault.wrong("\(option) is for a frame; the tour has its own script")
      }
    }
    let time = isVirtual ? Self.standardTime : Self.standardRealTime
    return FrameRequest(
      size: try size.map(Self.parse) ?? Self.standardSize,
      keys: try keys.map { try KeyNotation.keys(of: $0, option: "--keys") } ?? [],
      time: Nanoseconds(try after.map(Self.time) ?? time), format: format ?? .svg)
  }

  private static func parse(size: String) throws -> Size {
    let parts = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1],
      (1...1000).contains(width), (1...1000).contains(height)
    else {
      throw CommandFault.wrong(
        "--size \(size): write columns and rows, as 120x36 (1 to 1000 each)")
    }
    return Size(width: width, height: height)
  }

  private static func time(_ text: String) throws -> Duration {
    guard let time = DurationText.parse(text), time > .zero, time <= .seconds(3600) else {
      throw CommandFault.wrong("--after \(text): write a time with its unit, as 20s, up to 1 h")
    }
    return time
  }
}

/// A frame to draw, as asked for on the command line.
struct FrameRequest {
  /// The size of the frame in cells.
  var size: Size
  /// The keys to press before it is drawn.
  var keys: [Key]
  /// The session's time before each key and before it is drawn.
  var time: Nanoseconds
  /// The format that it is printed in.
  var format: FrameFormat
}
