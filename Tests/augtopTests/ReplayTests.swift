import Foundation
import TerminalHarness
import Testing

/// `augtop replay`, of a recording that `augtop run` made.
@Suite(.serialized) struct ReplayTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func record(_ arguments: String...) throws -> Command {
    let command = try Command(
      ["run", "--trace", "a.pftrace"] + arguments, in: folder)
    #expect(command.status == 0, "\(command.complaints)")
    return command
  }

  private func replay(_ arguments: String...) throws -> Command {
    try Command(["replay"] + arguments, in: folder)
  }

  /// To the digit: the same records, the same ledger, the same report.
  @Test(arguments: [[], ["--preset", "native", "--gpu", "1ms", "--workers", "2"]])
  func theReportIsTheLiveOnes(arguments: [String]) throws {
    let live = try Command(
      ["run", "--trace", "a.pftrace", "--json", "--duration", "2500ms"] + arguments, in: folder)
    let replayed = try replay("a.pftrace", "--json")
    #expect(replayed.status == 0 && replayed.complaints.isEmpty, "\(replayed.complaints)")
    let (recorded, reported) = (lines(replayed.output), lines(live.output))
    #expect(recorded.count == reported.count)
    for (recorded, reported) in zip(recorded, reported) where recorded != reported {
      // A percentage may lose its last digit on the way. Of very brief batches most are sums, so
      // that the queue's depth, the blocks of the interval and what is predicted are other ones.
      let key = reported.prefix { $0 != ":" }
      let isOfSums = ["depth", "low", "high", "delta"].contains { key.contains($0) }
      let (replayed, live) = (number(recorded), number(reported))
      // Sums are kept in whole nanoseconds a batch.
      let difference = abs(replayed - live) / live
      let isRounded =
        difference < 0.0001
        || difference < 0.01 && (key.contains("\"seconds\"") || key.contains("_fraction"))
      #expect(
        key.contains("cpu_fraction") || !arguments.isEmpty && (isOfSums || isRounded),
        "\(recorded), \(reported)")
    }
    let text = try replay("a.pftrace", "--report")
    #expect(text.status == 0 && text.output.contains("images/s") && text.output.contains("next:"))
    #expect(folder.names == ["a.pftrace"], "a report needs no index")
  }

  private func number(_ line: Substring) -> Double {
    Double(line.drop { $0 != ":" }.filter { $0.isNumber || ".-e".contains($0) }) ?? 0
  }

  private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  @Test func whatIsWrongIsNamed() throws {
    try folder.write("empty.pftrace", [])
    try folder.write("other.pftrace", text: String(repeating: "\nlines of text\n", count: 100))
    for (arguments, complaint) in [
      (["nowhere.pftrace", "--report"], "nowhere.pftrace: can't be read: No such file"),
      (["empty.pftrace", "--report"], "empty.pftrace: the file is empty"),
      (["other.pftrace", "--json"], "other.pftrace: not a session file of augtop"),
      ([".", "--json"], "Is a directory"),
      (["a", "--from", "2"], "--from 2: write a time"),
      (["a", "--speed", "1000"], "--speed 1000.0: give a number from 0.1 to 100"),
      (["a", "--speed", "0"], "give a number from 0.1 to 100"),
      (["a", "--report", "--from", "1s"], "--from: a report is of the whole session"),
      (["a", "--json", "--speed", "2"], "--speed: a report is of the whole session"),
      (["a", "--theme", "nowhere"], "nowhere"),
      (["a"], "is not a terminal"),
    ] {
      let command = try Command(["replay"] + arguments, in: folder)
      #expect(command.status == 2, "\(arguments)")
      #expect(command.complaints.contains(complaint), "\(arguments): \(command.complaints)")
      #expect(command.output.isEmpty)
    }
  }

  @Test func tornRecordingsAreReportedAndSaySo() throws {
    _ = try record("--duration", "1s")
    let bytes = try Data(contentsOf: URL(filePath: folder.path("a.pftrace")))
    try folder.write("torn.pftrace", bytes.dropLast(7))
    let torn = try replay("torn.pftrace", "--report")
    #expect(torn.status == 0 && torn.output.contains("images/s"))
    #expect(torn.complaints.contains("torn.pftrace: the last"), "\(torn.complaints)")
  }
}
