import Glibc
import TestSupport
import Testing
import Watching

/// Why a job's processes have no probe.
@Suite struct ProbeAbsenceTests {
  @Test(
    arguments: [
      (["-S", "train.py"], "-S"), (["-u", "-BI", "train.py"], "-I"),
      (["-W", "ignore", "-E"], "-E"),
      (["-Xdev", "-S"], "-S"), (["--check-hash-based-pycs", "-S"], "-S"),
      (["train.py", "-S"], nil),
      (["-c", "pass", "-S"], nil), (["-mtrain", "-S"], nil), (["-WS", "-u"], nil),
      (["-X", "S", "train.py"], nil), (["-", "-S"], nil), ([], nil),
    ] as [([String], String?)])
  func anOptionThatLeavesTheProbeOutIsFound(arguments: [String], option: String?) {
    #expect(ProbeAbsence.option(in: arguments) == option)
  }

  @Test func aCommandThatHasEndedTellsItsOption() {
    #expect(
      ProbeAbsence(of: ["/usr/bin/python3", "-IS", "a.py"])
        == .option("-I", program: "python3"))
    #expect(ProbeAbsence(of: ["python3", "a.py"]) == .unknown)
    #expect(ProbeAbsence(of: ["train", "-S"]) == .unknown)
    #expect(ProbeAbsence(of: []) == .unknown)
  }

  /// What a running job's processes say.
  @Test func runningProcessesAreLookedAt() throws {
    let folder = try WatchFolder()
    defer { folder.remove() }
    let variables = JobProcess.variables(for: folder)
    let sleep = ["-c", "import time; time.sleep(9)"]
    let python = ["/usr/bin/env", "python3"]
    var cases: [(command: [String], variables: [String: String], reason: ProbeAbsence?)] = [
      (["sleep", "9"], variables, .noPython(program: "sleep")),
      (python + sleep, variables, nil),
      (python + ["-uI"] + sleep, variables, .option("-I", program: "python3")),
    ]
    for name in ["AUGTOP_WATCH", "PYTHONPATH"] {
      var other = variables
      other[name] = "/elsewhere"
      cases.append((python + sleep, other, .variable(name, program: "python3")))
    }
    for (command, variables, reason) in cases {
      let job = try JobProcess(command, variables: variables, output: nil, isApart: true)
      defer {
        job.send(SIGKILL)
        while job.end == nil { usleep(1_000) }
      }
      var found: ProbeAbsence?
      // Python is there a little later than env.
      for _ in 0..<400 {
        found = ProbeAbsence.look(at: job.id, folder: folder)
        if found == reason { break }
        usleep(5_000)
      }
      #expect(found == reason, "\(command)")
    }
    #expect(ProbeAbsence.look(at: Int32.max, folder: folder) == nil)
  }

  /// Numbers mean something in their own namespace; those of another machine nothing here.
  @Test func aProcessOfAnotherSpaceHasAnotherNumber() throws {
    let own = try #require(ProcessSpace.own)
    #expect(own.here(getpid()) == getpid())
    #expect(ProcessSpace("another 1")?.here(getpid()) == nil)
    for text in ["", "boot", "boot x", "boot 1 2"] { #expect(ProcessSpace(text) == nil) }
  }
}
