import Foundation
import TerminalHarness
import Testing

/// `augtop lab`, on a small scale.
@Suite struct LabCommandTests {
  private func report(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func theReportHasEveryKey() throws {
    let arguments = ["lab", "--effort", "0.001", "--mechanisms", "none,governor", "--json"]
    let command = try Command(arguments)
    #expect(command.status == 0, "\(command.complaints)")
    let report = try report(command.output)
    #expect(report["schema"] as? String == "augtop-lab/1")
    #expect(report["observed_s"] as? [Double] == [22, 22, 25, 28, 28])
    #expect(
      report["rows"] as? [String]
        == ["original", "no-dot", "no-matrices", "no-warp", "own-generator"])
    let mechanisms = try #require(report["mechanisms"] as? [[String: Any]])
    #expect(mechanisms.compactMap { $0["name"] as? String } == ["none", "governor"])
    for mechanism in mechanisms {
      #expect((mechanism["fitted_s"] as? [Double])?.count == 5)
      #expect((mechanism["rms_s"] as? Double ?? 0) > 0)
      #expect(mechanism["complete"] as? Bool == true)
      let parameters = try #require(mechanism["parameters"] as? [String: Double])
      let isGoverned = (mechanism["name"] as? String)?.contains("governor") == true
      #expect(parameters.count == (isGoverned ? 7 : 3), "\(parameters)")
      #expect(parameters["compute_ms"] != nil && parameters["cost_scale"] != nil)
    }
    let again = try Command(arguments)
    #expect(again.output == command.output)
  }

  @Test func peopleGetATable() throws {
    let command = try Command("lab", "--effort", "0.001", "--mechanisms", "polling+governor")
    #expect(command.status == 0, "\(command.complaints)")
    for piece in [
      "no-matrices", "observed", "polling + governor", "threshold", "Best fit: ",
      "a fit is not a proof", "augtop doctor",
    ] {
      #expect(command.output.contains(piece), "\(piece) in \(command.output)")
    }
  }

  /// Ctrl-C prints what is known so far; the bar stood on standard error until then.
  @Test func anInterruptedLabTellsWhatItKnows() throws {
    let folder = try ScratchFolder()
    let path = ExecutableFolder.path(of: "augtop")
    let shell = try TerminalProgram(
      "/bin/sh",
      ["-c", "cd '\(folder.path)' && exec \(path) lab --json > lab.json"])
    #expect(shell.waitFor(" s left", within: .seconds(60)), "\(shell.screen)")
    shell.send(.interrupt)
    #expect(shell.waitForEnd(.seconds(60)) == .exited(130))
    let report = try report(String(contentsOfFile: folder.path("lab.json"), encoding: .utf8))
    let mechanisms = try #require(report["mechanisms"] as? [[String: Any]])
    #expect(mechanisms.last?["complete"] as? Bool == false, "\(mechanisms)")
    #expect((mechanisms.last?["fitted_s"] as? [Double])?.count == 5)
  }

  @Test(arguments: [
    (["--effort", "0"], "--effort"), (["--effort", "nan"], "--effort"),
    (["--costs", "native"], "--costs native"), (["--costs", "keras"], "keras-1.1"),
    (["--costs", "./nowhere.json"], "./nowhere.json"), (["--seed", "-1"], "--seed"),
    (["--mechanisms", "governer"], "Did you mean governor?"), (["--mechanisms", ""], "none"),
  ])
  func whatMakesNoSenseIsRefused(arguments: [String], piece: String) throws {
    let command = try Command(["lab"] + arguments)
    #expect(command.status == 2 && command.output.isEmpty, "\(command.complaints)")
    #expect(command.complaints.contains(piece), "\(command.complaints)")
  }
}
