import Foundation
import TerminalHarness
import Testing

@Suite struct CalibrateTests {
  /// A folder with a replacement of Python that prints the given lines.
  private func folder(saying lines: [String], then rest: String = "") throws -> ScratchFolder {
    let folder = try ScratchFolder()
    let text = lines.map { "\($0)\n" }.joined()
    try folder.write("lines.txt", text: text)
    try folder.write("python", script: "cat '\(folder.path)/lines.txt'\n\(rest)")
    return folder
  }

  private static let ready = "ready python=3.12.1 numpy=2.0.0 scipy=1.14.0 lock=1 switch_us=4000"

  private static var wholeConversation: [String] {
    let plain = ["rotation", "height-shift", "width-shift", "shear", "zoom", "compose"]
    let sized = ["load", "warp", "channel-shift", "standardize", "collate"]
    return [ready, "progress 0.1"]
      + (plain + ["horizontal-flip", "vertical-flip"]).map { "time \($0) full 3072 2.5" }
      + plain.map { "time \($0) zero 3072 1" }
      + sized.flatMap {
        ["time \($0) full 3072 60", "time \($0) full 192 22.5", "share \($0) 0.98"]
      }
      + ["time warp zero 3072 50", "whole 140", "pipe send 400", "pipe receive 600", "done"]
  }

  @Test func aProfileIsWrittenAndUsed() throws {
    let folder = try folder(saying: Self.wholeConversation)
    let calibrate = try Command(
      "calibrate", "--python", "./python", "--output", "mine.json", in: folder)
    #expect(calibrate.status == 0, "\(calibrate.complaints)")
    #expect(calibrate.complaints == "")
    for piece in [
      "Python 3.12.1, NumPy 2.0.0, SciPy 1.14.0", "keras-1.1", "written to mine.json",
      "--costs mine.json", "a warp by the identity: 50.0 µs", "switch interval: 4000 µs",
    ] {
      #expect(calibrate.output.contains(piece), "\(piece) in\n\(calibrate.output)")
    }
    #expect(folder.names == ["lines.txt", "mine.json", "python"])
    let profile = try String(contentsOfFile: folder.path("mine.json"), encoding: .utf8)
    for piece in [
      "augtop-costs/2", "\"numpy\" : \"2.0.0\"", "\"per_kpx_us\" : 40", "\"date\" : \"20",
    ] {
      #expect(profile.contains(piece), "\(piece) in\n\(profile)")
    }
    let run = try Command(
      "run", "--costs", "mine.json", "--duration", "100ms", "--json", in: folder)
    #expect(run.status == 0, "\(run.complaints)")
    #expect(run.output.contains("\"mine\"") || run.output.contains("mine.json"))
  }

  @Test func standardOutputIsAFileToo() throws {
    let folder = try folder(saying: Self.wholeConversation)
    let calibrate = try Command(
      "calibrate", "--python", "./python", "--output", "-", in: folder)
    #expect(calibrate.status == 0)
    #expect(calibrate.output.hasPrefix("{\n"))
    #expect(calibrate.output.hasSuffix("}\n"))
    #expect(calibrate.complaints.contains("NumPy 2.0.0"))
    #expect(folder.names == ["lines.txt", "python"])
  }

  @Test func whatDoesntAddUpIsSaid() throws {
    let lines = Self.wholeConversation.map { $0.hasPrefix("whole") ? "whole 400" : $0 }
    let calibrate = try Command(
      "calibrate", "--python", "./python", in: try folder(saying: lines))
    #expect(calibrate.status == 0)
    #expect(calibrate.output.contains("! the stages don't add up"))
  }

  @Test(arguments: [
    (["missing numpy numpy", "missing scipy.ndimage scipy"], "exit 0", "lacks numpy and scipy"),
    (["missing scipy.ndimage scipy"], "exit 0", "./python -m pip install scipy"),
    (
      [ready, "progress 0.5"], "echo 'MemoryError' >&2; exit 7", "status 7 before it was done: Mem"
    ),
    ([ready], "kill -11 $$", "was killed by signal 11"),
    ([ready, "Hello, world"], "sleep 600", "printed 'Hello, world'"),
    (["Python 2.7"], "", "printed 'Python 2.7'"),
    ([], "", "ended with status 0 before it was done"),
    ([ready, "done"], "", "came to its end without what rotation costs"),
    ([ready, "progress 0.1"], "sleep 600", "printed nothing for 500ms and was ended"),
  ])
  func faultsAreSaid(lines: [String], rest: String, message: String) throws {
    let folder = try folder(saying: lines, then: rest)
    let limit = message.contains("nothing") ? "500ms" : "2min"
    let calibrate = try Command(
      "calibrate", "--python", "./python", "--python-limit", limit, in: folder)
    #expect(calibrate.status == 1)
    #expect(calibrate.output == "")
    #expect(calibrate.complaints.contains(message), "\(calibrate.complaints)")
    #expect(folder.names == ["lines.txt", "python"])
  }

  @Test(arguments: [
    (["--size", "32x32"], "--size 32x32: write height, width and channels"),
    (["--size", "7x32x3"], "--size 7x32x3"), (["--size", "32x32x5"], "--size 32x32x5"),
    (["--seconds", "0"], "--seconds 0.0: give a number from 1 to 3600"),
    (["--seconds", "nan"], "--seconds nan"), (["--python-limit", "5"], "--python-limit 5: write"),
    (["--output", "no/such/place.json"], "can't be written: No such file or directory"),
    (["--output", "."], "exists already"), (["--output", ".", "--force"], "Is a directory"),
    (["--output", "lines.txt"], "lines.txt exists already; add --force"),
  ])
  func wrongCommands(arguments: [String], message: String) throws {
    let folder = try folder(saying: [])
    let command = try Command(["calibrate", "--python", "./python"] + arguments, in: folder)
    #expect(command.status == 2)
    #expect(command.complaints.contains(message), "\(command.complaints)")
    #expect(folder.names == ["lines.txt", "python"])
  }

  @Test func aPythonThatIsNotThere() throws {
    let folder = try ScratchFolder()
    let command = try Command("calibrate", "--python", "/no/such/python", in: folder)
    #expect(command.status == 1)
    #expect(command.complaints.contains("can't run /no/such/python: No such file or directory"))
    #expect(folder.names == [])
  }

  @Test func aTerminalSeesHowFarItIsAndAnInterruptionLeavesNothing() throws {
    let folder = try folder(saying: [])
    try folder.write(
      "python",
      text: "#!/bin/sh\necho '\(Self.ready)'\necho 'progress 0.42'\nexec sleep 600\n")
    let terminal = try TerminalProgram(
      ExecutableFolder.path(of: "augtop"),
      ["calibrate", "--python", folder.path("python"), "--output", folder.path("x.json")],
      environment: ["HOME": folder.path], columns: 100, rows: 24)
    #expect(terminal.waitFor("42 %"), "\(terminal.screen)")
    terminal.send("\u{3}")
    #expect(terminal.waitForEnd() == .exited(130))
    #expect(folder.names == ["lines.txt", "python"])
  }

  /// However it ends, its Python's children end, too, and no file is left behind.
  @Test func aKilledCalibrationLeavesNothing() throws {
    let folder = try folder(
      saying: [Self.ready], then: "exec 5>held; echo held >&5; sleep 600 & sleep 600")
    #expect(mkfifo(folder.path("held"), 0o600) == 0)
    let held = open(folder.path("held"), O_RDONLY | O_NONBLOCK)
    defer { close(held) }
    func waitsFor(_ events: Int32) -> Bool {
      var look = pollfd(fd: held, events: Int16(POLLIN), revents: 0)
      return poll(&look, 1, 60_000) == 1 && Int32(look.revents) & events != 0
    }
    let running = try Command.start(["calibrate", "--python", "./python"], in: folder)
    // The pipe has writers as long as one of the processes is there.
    #expect(waitsFor(POLLIN))
    kill(running.process.processIdentifier, SIGKILL)
    running.process.waitUntilExit()
    var bytes = [UInt8](repeating: 0, count: 5)
    #expect(read(held, &bytes, 5) == 5)
    #expect(waitsFor(POLLHUP))
    #expect(folder.names == ["held", "lines.txt", "python"])
  }

  /// Seconds of measuring are too few for exact numbers; that they are sane is enough here.
  @Test(.enabled(if: pythonWithSciPy != nil, "needs a python3 with numpy and scipy"))
  func theRealThing() throws {
    let folder = try ScratchFolder()
    let python = try #require(Self.pythonWithSciPy)
    let calibrate = try Command(
      "calibrate", "--python", python, "--seconds", "1", "--size", "24x16x1", in: folder)
    #expect(calibrate.status == 0, "\(calibrate.complaints)")
    #expect(folder.names == ["my-python.json"])
    let run = try Command(
      "run", "--costs", "my-python.json", "--duration", "100ms", in: folder)
    #expect(run.status == 0, "\(run.complaints)")
    #expect(run.output.contains("costs my-python, lock"))
  }

  /// The path of the first that has what it takes.
  private static let pythonWithSciPy: String? = {
    let named = ProcessInfo.processInfo.environment["AUGTOP_PYTHON"]
    for python in [named, Package.path(".build-python/bin/python3"), "python3"] {
      guard let python else { continue }
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = [python, "-c", "import numpy, scipy.ndimage, sys; print(sys.executable)"]
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { continue }
      let said = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { continue }
      return String(decoding: said, as: UTF8.self).split(separator: "\n").first.map(String.init)
    }
    return nil
  }()
}
