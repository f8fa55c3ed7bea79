import ArgumentParser
import Quantities

/// When a session without a screen ends.
enum StopCondition {
  /// After this much of the session's time.
  case time(Duration)
  /// After this many epochs.
  case epochs(Int)
}

/// How long to run, the same for real and for simulated time.
struct BoundOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Run this long, as 10s.", valueName: "time"))
  var duration: String?
  @Option(parsing: .unconditional, help: "Run until N epochs are trained.")
  var epochs: Int?

  private static let standardDuration = Duration.seconds(10)

  /// The condition that ends the session.
  ///
  /// - Throws: A `CommandFault` of status 2 for a duration that isn't one, and for two conditions
  ///   at once.
  func resolve() throws -> StopCondition {
    guard duration == nil || epochs == nil else {
      throw CommandFault.wrong("--duration and --epochs exclude each other: give one of them")
    }
    if let epochs {
      guard (1...1_000_000).contains(epochs) else {
        throw CommandFault.wrong("--epochs \(epochs): give a whole number from 1 to 1000000")
      }
      return .epochs(epochs)
    }
    guard let duration else { return .time(Self.standardDuration) }
    guard let time = DurationText.parse(duration), time > .zero, time <= .seconds(30 * 86_400)
    else {
      throw CommandFault.wrong(
        "--duration \(duration): write a time with its unit, as 10s, up to 30 days")
    }
    return .time(time)
  }
}
