import ArgumentParser
import Pipeline
import Recordings

/// `augtop compare`: recordings side by side.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Recorded sessions side by side: what differs, and what can't be told apart.",
    discussion: """
      The first file is the baseline. Of each the last settled stretch is compared that is long \
      enough for intervals: a switch, a pause, and a session's first second end or delay one. \
      --from and --to cut each session before; FILE@2s..6s cuts one, so that a file can be compared \
      with itself, before and after a key. Intervals are 90 %, of differences: Welch's t over blocks \
      of time. They show what varies within the sessions; record one scenario twice to see what a \
      machine does by itself.

      Examples:
        augtop compare before.pftrace after.pftrace
        augtop compare session.pftrace@..5s session.pftrace@5s.. --markdown
        augtop compare one.pftrace two.pftrace four.pftrace --json
      """)

  @Argument(help: "Session files, two or more.") var files: [String]
  @Option(help: ArgumentHelp("Only events that end then or later, as 2s.", valueName: "time"))
  var from: String?
  @Option(help: ArgumentHelp("Only events that end before, as 4s.", valueName: "time")) var to:
    String?
  @Flag(help: "Print the comparison as JSON.") var json = false
  @Flag(help: "Print it as Markdown.") var markdown = false

  func run() throws {
    guard files.count >= 2 else {
      throw CommandFault.wrong("compare: one session alone can't be compared; name two or more")
    }
    guard !(json && markdown) else {
      throw CommandFault.wrong("--json and --markdown exclude each other: give one of them")
    }
    let span = try TimeSpan(from: from, to: to)
    let arguments = try files.map { try SessionArgument($0, fallback: span) }
    let sessions = try arguments.map(measure)
    let comparisons = sessions.dropFirst().map { Comparison(sessions[0], $0) }
    let names = arguments.map(\.text)
    if json {
      try printJSON(comparisonJSON(names, sessions, comparisons))
    } else if markdown {
      print(CompareMarkdown(names: names, comparisons: comparisons).text)
    } else {
      print(CompareText(names: names, comparisons: comparisons).text)
    }
  }

  private func measure(_ argument: SessionArgument) throws -> MeasuredSession {
    let session = try argument.open()
    do throws(MeasureFault) {
      let measured = try MeasuredSession(session, from: argument.span.from, to: argument.span.to)
      printTrouble(argument.path, measured.trouble, measured.scenarioTrouble)
      return measured
    } catch {
      printTrouble(argument.path, error.trouble, nil)
      throw CommandFault.wrong("\(argument.text): \(error.sentence); record some seconds more")
    }
  }
}
