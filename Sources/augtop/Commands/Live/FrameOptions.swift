import ArgumentParser
import Pipeline
import Quantities
import Screen

/// One frame as a picture, instead of an open screen.
struct FrameOptions: ParsableArguments {
  @Flag(help: "Print one frame as SVG instead of opening the screen (--virtual).")
  var once = false
  @Option(help: ArgumentHelp("The frame's size (default: 120x36).", valueName: "columns x rows"))
  var size: String?
  @Option(
    parsing: .unconditional, help: "Keys to press before the frame, one character each, as 7l.")
  var keys: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Simulated time before each key and before the frame (default: 20s).", valueName: "time"))
  var after: String?

  private static let standardSize = Size(width: 120, height: 36)
  private static let standardTime = Duration.seconds(20)

  /// The frame to draw; nil where none is asked for.
  ///
  /// - Throws: `CommandFault` for an option that `--once` or `--virtual` is missing for, a size
  ///   outside 1x1…1000x1000, and a time that isn't one up to an hour.
  func resolve(isVirtual: Bool) throws -> FrameRequest? {
    guard once else {
      for (option, value) in [("--size", size), ("--keys", keys), ("--after", after)]
      where value != nil {
        throw CommandFault.wrong("\(option) is for a frame; add --once")
      }
      return nil
    }
    guard isVirtual else {
      throw CommandFault.wrong("--once: a frame is drawn of simulated time; add --virtual")
    }
    return FrameRequest(
      size: try size.map(Self.parse) ?? Self.standardSize, keys: keys.map { Array($0) } ?? [],
      time: Nanoseconds(try after.map(Self.time) ?? Self.standardTime))
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
  var keys: [Character]
  /// The session's time at which it is drawn.
  var time: Nanoseconds
}
