import Pipeline
import Quantities
import Testing

@testable import Experiments

/// The parts of `augtop verify --real` that need no framework.
struct RealAgreementTests {
  @Test func linesOfTheProtocolAreRead() {
    #expect(RealLine("missing torch torch") == .missing(package: "torch"))
    #expect(RealLine("window 12 0.250000000") == .window(steps: 12, length: .milliseconds(250)))
    #expect(RealLine("alone 2515.1") == .alone(.nanoseconds(2_515_100)))
    #expect(RealLine("loop 0") == .loop(.zero))
    #expect(RealLine("loop 41.5") == .loop(.nanoseconds(41_500)))
    #expect(RealLine("end") == .end)
    #expect(
      RealLine("failed RuntimeError: worker (pid 7) is killed")
        == .failed("RuntimeError: worker (pid 7) is killed"))
    guard case .ready(let versions) = RealLine("ready torch=2.13.0+cpu python=3.11.7") else {
      Issue.record("versions aren't read")
      return
    }
    #expect(versions.map(\.name) == ["torch", "python"])
    #expect(versions.map(\.version) == ["2.13.0+cpu", "3.11.7"])
  }

  @Test(arguments: [
    "", "window", "window 0 1", "window 3 -1", "window 3 nan", "window x 1", "alone 0",
    "alone inf", "loop", "loop -1", "loop 4e9", "ready", "ready torch", "ready =2",
    "missing torch ", "failed", "end of it",
  ])
  func otherLinesAreNone(line: String) {
    #expect(RealLine(line) == nil)
  }

  @Test func aRowIsOneLineOfKnownWords() {
    var row = RealRow(make: .microseconds(6_400), step: .milliseconds(4), workers: 2, ahead: 3)
    row.work = .sleep
    #expect(
      row.line(seconds: 2)
        == "row make_us=6400.0 step_us=4000.0 workers=2 ahead=3 pictures=32 height=32 width=32"
        + " channels=3 work=sleep processes=0 epoch=0 keep=0 seconds=2.000")
  }

  /// The name of a process may hold spaces and brackets.
  @Test func timesOfAProcessAreReadBehindItsName() {
    let line =
      "812 (a b) c) S 1 700 812 0 -1 4194304 1 2 3 4 50 60 7 8 20 0 1 0 100 0 0 18446744073709551615"
    #expect(ProcessTimes(line)?.group == 700)
    #expect(ProcessTimes(line)?.ticks == 125)
    #expect(ProcessTimes("812 (x) S 1") == nil)
    #expect(ProcessTimes("") == nil)
  }

  @Test func idleTimeAndInterruptsAreNotBusy() {
    #expect(OthersLoad.busy("cpu  100 10 50 9000 30 7 8 5 0 0\ncpu0 1 1 1 1 1 1 1 1\n") == 165)
    #expect(OthersLoad.busy("intr 1\n") == nil)
    #expect(OthersLoad.busy("cpu 1 2 3\n") == nil)
  }

  /// Each loader's rows are possible scenarios of its rules.
  @Test(arguments: RealLoader.allCases)
  func theStandardRowsAreScenarios(loader: RealLoader) throws {
    let agreement = RealAgreement(loader, cores: 2, window: .seconds(2))
    #expect(!loader.standardRows.isEmpty)
    for row in loader.standardRows {
      let scenario = agreement.scenario(row)
      try scenario.check()
      #expect(scenario.loader == loader.rules(row))
      #expect(scenario.workers == row.workers)
    }
  }

  /// A script that isn't there is no reason to wait.
  @Test func aPythonThatIsMissingIsNamed() {
    #expect(throws: PythonFault.notStarted(errno: 2)) {
      try RealProbe(.torch, python: "/nowhere/python", limit: .seconds(5), keepsGoing: { true })
    }
  }
}
