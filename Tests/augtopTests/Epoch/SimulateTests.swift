import Foundation
import TerminalHarness
import Testing

/// Virtual time at the command line and on the screen.
@Suite(.serialized) struct SimulateTests {
  private func report(_ arguments: String...) throws -> [String: Any] {
    let command = try Command(arguments)
    #expect(command.status == 0, "\(command.complaints)")
    let value = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
    return try #require(value as? [String: Any])
  }

  private func epoch(_ arguments: String...) throws -> Double {
    let command = try Command(["simulate", "--json"] + arguments)
    let value = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
    let report = try #require(value as? [String: Any], "\(command.complaints)")
    return try #require((report["epoch"] as? [String: Any])?["seconds"] as? Double)
  }

  /// The three numbers that the default preset is calculated to have.
  @Test func lessWorkIsLongerAndBlockingIsNot() throws {
    let original = try epoch()
    let withoutWarp = try epoch("--off", "warp")
    let blocking = try epoch("--off", "warp", "--loader", "blocking")
    #expect(abs(original - 6.52) < 0.05, "\(original)")
    #expect(abs(withoutWarp - 8.5) < 0.2, "\(withoutWarp)")
    #expect(abs(blocking - 5.63) < 0.05, "\(blocking)")
  }

  @Test func theSameSeedGivesTheSameReport() throws {
    let arguments = ["simulate", "--json", "--gpu", "3ms±1ms", "--duration", "20s"]
    let first = try Command(arguments).output
    let second = try Command(arguments).output
    let other = try Command(arguments + ["--seed", "2"]).output
    #expect(first == second)
    #expect(first != other)
  }

  @Test func sweepsAreTablesCSVAndJSON() throws {
    let csv = try Command([
      "simulate", "--sweep", "workers=1..2,queue=5/10", "--csv", "--loader", "torch",
    ])
    let lines = csv.output.split(separator: "\n")
    #expect(lines.first == "workers,queue,epoch_s" && lines.count == 5, "\(csv.output)")
    let sweep = try report("simulate", "--sweep", "workers=1,2,loader=blocking", "--json")
    #expect(sweep["keys"] as? [String] == ["workers", "loader"])
    #expect((sweep["rows"] as? [[String: Any]])?.count == 2)
  }

  /// The question's table in one command.
  @Test func theParadoxIsASweep() throws {
    let command = try Command([
      "simulate", "--preset", "paradox", "--sweep", "ablation=all", "--csv",
    ])
    let seconds = command.output.split(separator: "\n").dropFirst().compactMap {
      $0.split(separator: ",").last.flatMap { Double($0) }
    }
    #expect(seconds.map { $0.rounded() } == [22, 22, 25, 28, 28], "\(command.output)")
  }

  @Test func stagesAreSweptInAllCombinations() throws {
    let command = try Command([
      "simulate", "--sweep", "stages=all", "--csv", "--samples-per-epoch", "320",
    ])
    let lines = command.output.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(lines.count == 4_097, "\(command.complaints)")
    #expect(Set(lines.map(\.first)).count == 4_097)
    #expect(lines.first == ["stages", "epoch_s"])
    #expect(lines.last?.first == "none")
  }

  @Test(arguments: [
    ["--sweep", "stages=warp"], ["--sweep", "ablation=no-wrap"],
    ["--cost-scale", "0"], ["--cost-scale", "-1"], ["--cost-scale", "nan"],
    ["--costs", "native", "--no-gil", "--cost-scale", "2"],
    ["--sweep", "speed=1"], ["--sweep", "workers"], ["--sweep", "workers=3..1"],
    ["--sweep", "workers=0"], ["--sweep", "gpu=-1ms"], ["--sweep", "workers=1,workers=2"],
    ["--csv"], ["--duration", "1s", "--epochs", "1"], ["--governor", "floor=2"],
    ["--governor", "fast"], ["--prefetch", "0"], ["--loader", "queue"],
  ])
  func whatMakesNoSenseIsRefused(arguments: [String]) throws {
    let command = try Command(["simulate"] + arguments)
    #expect(command.status == 2 && command.output.isEmpty, "\(arguments): \(command.complaints)")
    #expect(command.complaints.contains("--"), "\(command.complaints)")
  }

  /// The inversion, pressed through on virtual time: predicted, measured, explained, and cured.
  @Test func theInversionIsPressedThrough() throws {
    let live = try LiveProgram(["--virtual", "--speed", "20"], columns: 150, rows: 44)
    live.waitUntilRunning()
    #expect(live.terminal.waitFor("VIRTUAL ×20"), "\(live.terminal.screen)")
    live.waitForRow("warp", "+2.")
    #expect(live.terminal.waitFor("Input-bound: warp takes 78 %"), "\(live.terminal.screen)")
    live.press("7", "warp off since batch ")
    #expect(live.terminal.waitFor("Wait-policy-bound."), "\(live.terminal.screen)")
    #expect(live.terminal.waitFor("Less work, and the epoch grew"), "\(live.terminal.screen)")
    let isChecked = live.terminal.waitFor {
      $0.contains("predicted 8.") && $0.contains("1 prediction checked, median error ")
    }
    #expect(isChecked, "\(live.terminal.screen)")
    live.press("l", "loader blocking since batch ")
    #expect(live.terminal.waitFor("GPU-bound."), "\(live.terminal.screen)")
    #expect(live.terminal.waitFor { !$0.contains("Less work, and the epoch grew") })
    live.quit()
  }

  /// The selected stage's switch goes back and forth, and its effect stands there with an interval.
  @Test func anExperimentIsMadeOnTheSelectedStage() throws {
    let live = try LiveProgram(["--virtual", "--speed", "50"], columns: 150, rows: 44)
    live.waitUntilRunning()
    live.press("x", "trial warp off")
    #expect(live.terminal.waitFor("(90 %, paired)"), "\(live.terminal.screen)")
    live.waitForRow("warp", "[x]")
    live.quit()
  }

  @Test func predictionsHaveEveryKey() throws {
    let report = try report(
      "predict", "--measure", "1s", "--json", "--pairs", "--off", "zoom", "--gpu", "1ms")
    #expect(report["schema"] as? String == "augtop-predict/1")
    #expect((report["baseline_s"] as? Double ?? 0) > 0)
    let predictions = try #require(report["predictions"] as? [[String: Any]])
    for key in ["change", "predicted_s", "low_s", "high_s", "measured_s", "error"] {
      #expect(predictions.allSatisfy { $0[key] != nil }, "\(key)")
    }
    let changes = predictions.compactMap { $0["change"] as? String }
    for change in ["warp off", "zoom on", "loader torch", "workers 2", "queue limit 20"] {
      #expect(changes.contains(change), "\(change): \(changes)")
    }
    #expect(changes.contains("compose off + warp off"))
    let tooShort = try Command(["predict", "--measure", "10ms"])
    #expect(tooShort.status == 2 && tooShort.complaints.contains("--measure"))
  }
}
