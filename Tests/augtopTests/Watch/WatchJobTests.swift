import Foundation
import Testing

/// `augtop watch` at the command line, with jobs that need no framework.
@Suite(.serialized) struct WatchJobTests {
  @Test(arguments: [
    [], ["--no-screen", "--for", "soon", "--", "true"],
    ["--no-screen", "--steps", "0", "--", "true"],
    ["/nowhere", "--", "true"], ["--", "true"],
  ])
  func whatMakesNoSenseIsRefused(arguments: [String]) throws {
    let command = try Command(["watch"] + arguments)
    #expect(command.status == 2 && command.output.isEmpty, "\(arguments): \(command.complaints)")
  }

  @Test func aCommandThatDoesntStartIsNamed() throws {
    let command = try Command("watch", "--no-screen", "--", "/nowhere/python", "train.py")
    #expect(command.status == 2)
    #expect(command.complaints.contains("/nowhere/python: can't be started: No such file"))
  }

  /// Output and exit status are the job's; that nothing was seen is said.
  @Test func aJobWithoutPythonEndsAsItWould() throws {
    let command = try Command("watch", "--no-screen", "--", "sh", "-c", "echo hello; exit 7")
    #expect(command.status == 7)
    #expect(command.output == "hello\n")
    #expect(command.complaints.contains("no Python with the probe has started"))
  }

  @Test func aJobThatASignalEndsHasTheShellsStatus() throws {
    let command = try Command("watch", "--no-screen", "--", "sh", "-c", "kill -9 $$")
    #expect(command.status == 137)
  }

  @Test func theJobsOutputGoesToTheLog() throws {
    let folder = try ScratchFolder()
    let arguments = ["watch", "--no-screen", "--log", "out.txt", "--", "sh", "-c", "echo hello"]
    let command = try Command(arguments, in: folder)
    #expect(command.status == 0 && command.output.isEmpty)
    #expect(try String(contentsOfFile: folder.path("out.txt"), encoding: .utf8) == "hello\n")
    let again = try Command(arguments, in: folder)
    #expect(again.status == 2 && again.complaints.contains("--force"))
  }

  /// The probe comes into a Python process, and the user's own sitecustomize runs as ever.
  @Test func thePythonWithTheProbeRunsTheUsersOwnStart() throws {
    let folder = try ScratchFolder()
    try Data("print('mine')\n".utf8).write(to: URL(filePath: folder.path("sitecustomize.py")))
    let command = try Command(
      ["watch", "--no-screen", "--", "python3", "-c", "import augtop_probe; print('job')"],
      environment: ["PYTHONPATH": folder.path])
    #expect(command.output == "mine\njob\n", "\(command.complaints)")
    #expect(command.complaints.contains("nothing that augtop knows has run yet"))
  }

  /// Each rank has its line, and the figures are a whole file.
  @Test func ranksAreToldApart() throws {
    let folder = try ScratchFolder()
    let job = "python3 '\(Package.path("Tests/augtopTests/Support/watched_job.py"))' 250"
    let command = try Command(
      [
        "watch", "--no-screen", "--json", "--log", "out.txt", "--openmetrics", "job.prom", "--",
        "sh",
        "-c", "RANK=0 \(job) & RANK=1 \(job); wait",
      ], in: folder)
    #expect(command.status == 0, "\(command.complaints)")
    for rank in 0...1 { #expect(command.output.contains("\"rank\" : \(rank)")) }
    let figures = try String(contentsOfFile: folder.path("job.prom"), encoding: .utf8)
    #expect(figures.hasSuffix("# EOF\n"))
    #expect(figures.contains("augtop_rank_wait_seconds{job=\"watched_job.py\",rank=\"1\"} 0.00"))
    #expect(
      figures.contains("augtop_stage_seconds{job=\"watched_job.py\",stage=\"RandomCrop\"} 0.00"))
  }

  @Test func thePreparedFolderIsPrivate() throws {
    let folder = try ScratchFolder()
    let path = folder.path("job")
    let command = try Command("watch", "--prepare", path)
    // The path may be written in another way, but it is whole.
    #expect(command.output.hasPrefix("AUGTOP_WATCH=/"), "\(command.output)")
    #expect(command.output.hasSuffix("/job/probe:$PYTHONPATH\n"), "\(command.output)")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o700)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    let open = try Command("watch", "--prepare", path)
    #expect(open.status == 2 && open.complaints.contains("nobody else can read"))
  }

  @Test func theProbeIsPrintedWhole() throws {
    let command = try Command("watch", "--print-probe")
    #expect(command.status == 0)
    for file in ["sitecustomize.py", "augtop_probe/ring.py", "augtop_probe/torch_hooks.py"] {
      #expect(command.output.contains("# ---- \(file)\n"))
    }
  }

  /// What is wrong with a command is said before anything is started.
  @Test func aCommandThatCantBeStartedIsRefused() throws {
    let folder = try ScratchFolder()
    func write(_ name: String, _ text: String, mode: Int) throws {
      try Data(text.utf8).write(to: URL(filePath: folder.path(name)))
      try FileManager.default.setAttributes(
        [.posixPermissions: mode], ofItemAtPath: folder.path(name))
    }
    try write("train.py", "import torch\n", mode: 0o644)
    try write("run.py", "import torch\n", mode: 0o755)
    try write("job", "echo hello\n", mode: 0o755)
    try write("old.py", "#!/nowhere/python\nimport torch\n", mode: 0o755)
    try write("good", "#!/bin/sh\necho hello\n", mode: 0o755)
    try FileManager.default.createDirectory(
      atPath: folder.path("project"), withIntermediateDirectories: false)
    for (command, words) in [
      ("no-such-program", "no-such-program: no such program on PATH"),
      ("train.py", "no such program on PATH; python train.py is in this folder"),
      ("./train.py", "it isn't executable: write python ./train.py"),
      ("./project", "./project: it is a folder"),
      ("./run.py", "write python ./run.py"), ("./job", "write sh ./job"),
      ("./old.py", "its first line names /nowhere/python, which isn't there"),
      ("", "no such program"),
    ] {
      for option in ["--no-screen", "--verify=workers=2"] {
        let watch = try Command(["watch", option, "--", command], in: folder)
        #expect(watch.status == 2 && watch.output.isEmpty, "\(command)")
        #expect(watch.complaints.contains(words), "\(command): \(watch.complaints)")
      }
    }
    let good = try Command(["watch", "--no-screen", "--", "./good"], in: folder)
    #expect(good.status == 0 && good.output == "hello\n")
    let python = try Command(["watch", "--no-screen", "--", "python3", "nosuch.py"], in: folder)
    #expect(python.status == 2)
    #expect(
      python.complaints.contains("the job has ended with status 2: no loader had run by then"))
  }

  /// Ctrl-C asks for the report of what was seen so far; where that is little, it says so.
  @Test(arguments: [(6, false), (300, true)])
  func whoInterruptsGetsTheReport(batches: Int, isEnough: Bool) throws {
    let job = "python3 '\(Package.path("Tests/augtopTests/Support/watched_job.py"))' \(batches)"
    let command = try Command(
      "watch", "--no-screen", "--", "sh", "-c", "\(job); kill -INT $PPID; exit 130")
    #expect(command.status == 130, "\(command.complaints)")
    #expect(!command.output.contains("nothing helps"), "\(command.output)")
    #expect(command.output.contains("what if: too early to tell") == !isEnough)
    guard isEnough else { return }
    // The advice is the table's best.
    let lines = command.output.split(separator: "\n")
    let best = try #require(lines.first { $0.hasPrefix("best change: ") })
    #expect(lines.contains("next: try " + best.dropFirst("best change: ".count)))
  }

  /// A recording has the job's events, and not what its loader costs.
  @Test func aReplayedJobIsNotPredicted() throws {
    let folder = try ScratchFolder()
    let job = Package.path("Tests/augtopTests/Support/watched_job.py")
    let watch = try Command(
      ["watch", "--no-screen", "--trace", "job.pftrace", "--", "python3", job, "300"], in: folder)
    #expect(watch.status == 0, "\(watch.complaints)")
    let replay = try Command(["replay", "job.pftrace", "--report", "--json"], in: folder)
    #expect(replay.status == 0)
    #expect(replay.complaints.contains("nothing is predicted"), "\(replay.complaints)")
    #expect(!replay.output.contains(#/"epoch_delta_s" : [-0-9]/#), "\(replay.output)")
  }
}
