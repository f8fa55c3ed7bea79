import Foundation
import Host
import Testing

/// `augtop compare` and `augtop check`, of sessions that `augtop run` recorded.
@Suite(.serialized) struct CompareTests {
  private let folder: ScratchFolder

  init() throws { folder = try #require(RecordedPair.folder.withLock { $0 }) }

  private func augtop(_ arguments: String...) throws -> Command {
    try Command(arguments, in: folder)
  }

  private func json(_ command: Command) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
    return try #require(value as? [String: Any])
  }

  @Test func theTableFitsAScreen() throws {
    let command = try augtop("compare", "a.pftrace", "b.pftrace")
    #expect(command.status == 0 && command.complaints.isEmpty, "\(command.complaints)")
    let lines = command.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 80 }, "\(command.output)")
    #expect(lines.contains("  stages.off  – → warp"))
    func line(_ start: String) -> Substring { lines.first { $0.hasPrefix(start) } ?? "" }
    #expect(line("epoch ").contains(" s") && line("epoch ").contains("±"))
    #expect(line("  warp ").contains(" off"))
    #expect(line("make a batch").contains("−"))
  }

  @Test func aSessionIsLikeItself() throws {
    let command = try augtop("compare", "a.pftrace", "a.pftrace")
    #expect(command.status == 0)
    #expect(command.output.contains("A and B were run alike."))
    #expect(!command.output.contains("not compared"))
    let rows = command.output.split(separator: "\n").filter { $0.contains("±") }
    #expect(rows.count >= 20)
    #expect(rows.allSatisfy { $0.hasSuffix("not distinguishable") }, "\(command.output)")
  }

  @Test func programsGetNumbers() throws {
    let report = try json(try augtop("compare", "a.pftrace", "b.pftrace", "b.pftrace", "--json"))
    #expect(report["schema"] as? String == "augtop-compare/1")
    let sessions = try #require(report["sessions"] as? [[String: Any]])
    #expect(sessions.map { $0["file"] as? String } == ["a.pftrace", "b.pftrace", "b.pftrace"])
    #expect(
      Set(sessions[0].keys)
        == [
          "file", "from_s", "to_s", "steps", "verdict", "because", "dropped_events", "scenario",
        ])
    let comparisons = try #require(report["comparisons"] as? [[String: Any]])
    #expect(comparisons.count == 2)
    let measures = try #require(comparisons[0]["measures"] as? [[String: Any]])
    let epoch = try #require(measures.first { $0["id"] as? String == "epoch" })
    #expect(
      Set(epoch.keys)
        == [
          "id", "unit", "baseline", "baseline_half", "other", "other_half", "difference", "low",
          "high", "change", "distinguishable", "not_compared",
        ])
    let (baseline, other) = (
      try #require(epoch["baseline"] as? Double), try #require(epoch["other"] as? Double)
    )
    let difference = try #require(epoch["difference"] as? Double)
    #expect(abs(difference - (other - baseline)) < 1e-9)
    let facts = try #require(comparisons[0]["scenario"] as? [[String: Any]])
    #expect(facts.map { $0["key"] as? String } == ["stages.off"])
  }

  @Test func markdownKeepsItsTables() throws {
    let command = try augtop("compare", "a.pftrace", "b.pftrace", "--markdown")
    let lines = command.output.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where line.hasPrefix("|-") {
      var row = index + 1
      while row < lines.count, lines[row].hasPrefix("|") {
        #expect(lines[row].count { $0 == "|" } == line.count { $0 == "|" }, "\(lines[row])")
        row += 1
      }
    }
    #expect(lines.contains("| stages.off | – | warp |"))
  }

  @Test func checksHoldOrFailWithTheReason() throws {
    let held = try augtop(
      "check", "a.pftrace", "--epoch-max", "1h", "--starved-max", "100%", "--images-min", "1",
      "--make-max", "10s", "--busy-min", "0%")
    #expect(held.status == 0 && held.complaints.isEmpty, "\(held.complaints)")
    #expect(held.output.split(separator: "\n").count == 5)
    #expect(held.output.split(separator: "\n").allSatisfy { $0.hasSuffix(", holds") })
    let failed = try augtop("check", "a.pftrace", "--epoch-max", "1ms", "--starved-max", "100%")
    #expect(failed.status == 1)
    #expect(failed.complaints.hasPrefix("augtop: a.pftrace: --epoch-max 1ms: "))
    #expect(failed.complaints.hasSuffix(", fails\n"))
    let verdict = try augtop("check", "a.pftrace", "--verdict", "clock-bound")
    #expect(verdict.status == 1 && verdict.complaints.contains("--verdict clock-bound: it is "))
    let against = try augtop(
      "check", "a.pftrace", "--against", "a.pftrace", "--epoch-worse-max", "5%")
    #expect(against.status == 0 && against.output.hasPrefix("--epoch-worse-max 5%: 0"))
  }

  /// The bound is the measured number itself.
  @Test func aCloseCallIsTold() throws {
    let report = try json(try augtop("check", "a.pftrace", "--epoch-max", "1h", "--json"))
    #expect(report["schema"] as? String == "augtop-check/1")
    #expect(report["passed"] as? Bool == true)
    let check = try #require((report["checks"] as? [[String: Any]])?.first)
    #expect(
      Set(check.keys) == ["bound", "limit", "measured", "low", "high", "outcome", "passed"])
    let epoch = try #require(check["measured"] as? Double)
    let close = try augtop("check", "a.pftrace", "--epoch-max", "\(epoch)s")
    #expect(close.status == 0)
    #expect(close.output.contains("too close to call, counted as held"), "\(close.output)")
    let strict = try augtop("check", "a.pftrace", "--epoch-max", "\(epoch)s", "--strict")
    #expect(strict.status == 1 && strict.complaints.contains("counted as failed"))
  }

  @Test func tooShortIsAFailureAndNoMistake() throws {
    for command in [
      try augtop("check", "a.pftrace@..500ms", "--epoch-max", "1h"),
      try augtop("check", "a.pftrace@..500ms", "--epoch-max", "1h", "--json"),
    ] {
      #expect(command.status == 1 && command.complaints.contains("not enough measured"))
    }
    let against = try augtop(
      "check", "a.pftrace", "--against", "b.pftrace@..500ms", "--epoch-worse-max", "5%", "--json")
    #expect(against.status == 1)
    #expect(try json(against)["file"] as? String == "b.pftrace@..500ms", "\(against.output)")
    let compared = try augtop("compare", "a.pftrace@..500ms", "b.pftrace")
    #expect(compared.status == 2, "\(compared.complaints)")
    #expect(compared.complaints.contains("a.pftrace@..500ms: not enough measured"))
  }

  @Test func damageIsToldAndTheRestUsed() throws {
    let bytes = try Data(contentsOf: URL(filePath: folder.path("a.pftrace")))
    try folder.write("torn.pftrace", bytes.dropLast(5))
    let compared = try augtop("compare", "torn.pftrace", "b.pftrace")
    #expect(compared.status == 0 && compared.complaints.contains("torn.pftrace: the last "))
    let checked = try augtop("check", "torn.pftrace", "--epoch-max", "1h")
    #expect(checked.status == 0 && checked.complaints.contains("are torn"))
  }

  @Test func whatIsWrongIsNamed() throws {
    try folder.write("other.bin", text: String(repeating: "\nlines of text\n", count: 100))
    for (arguments, complaint) in [
      (["compare", "a.pftrace"], "name two or more"),
      (["compare", "a.pftrace", "no.pftrace"], "no.pftrace: can't be read: No such file"),
      (["compare", "a.pftrace", "other.bin"], "other.bin: not a session file of augtop"),
      (["compare", "a.pftrace", "b.pftrace", "--json", "--markdown"], "exclude each other"),
      (["compare", "a.pftrace@4..5", "b.pftrace"], "a.pftrace@4..5: 4: write a time"),
      (["compare", "a.pftrace@5s..4s", "b.pftrace"], "nothing lies between them"),
      (["compare", "a.pftrace", "b.pftrace", "--from", "x"], "--from x: write a time"),
      (["check", "a.pftrace"], "give at least one bound, as --epoch-max 23s"),
      (["check", "no.pftrace", "--epoch-max", "1s"], "no.pftrace: can't be read"),
      (["check", "a.pftrace", "--epoch-max", "23"], "--epoch-max 23: write a time with its unit"),
      (["check", "a.pftrace", "--starved-max", "5"], "--starved-max 5: write a share as 5%"),
      (["check", "a.pftrace", "--verdict", "gpu"], "--verdict gpu: no such verdict"),
      (["check", "a.pftrace", "--epoch-worse-max", "5%"], "belong together"),
      (["check", "a.pftrace", "--dropped-max", "-1"], "--dropped-max -1"),
    ] {
      let command = try Command(arguments, in: folder)
      #expect(command.status == 2, "\(arguments)")
      #expect(command.complaints.contains(complaint), "\(command.complaints)")
      #expect(command.output.isEmpty)
    }
  }
}

/// Two sessions, recorded once for all tests: `a.pftrace`, and `b.pftrace` without the warp.
private enum RecordedPair {
  static let folder = Monitor<ScratchFolder?>(record())

  private static func record() -> sending ScratchFolder? {
    guard let folder = try? ScratchFolder() else { return nil }
    for (name, arguments) in [("a", []), ("b", ["--off", "warp"])] {
      let command = try? Command(
        ["run", "--trace", "\(name).pftrace", "--duration", "4s"] + arguments, in: folder)
      guard command?.status == 0 else { return nil }
    }
    return folder
  }
}
