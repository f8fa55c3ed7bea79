import Foundation
import TerminalHarness
import Testing

/// 0 for what was done, 1 for work that failed, 2 for a wrong command, in every command.
@Suite struct ExitStatusTests {
  private static let commands = [
    "live", "run", "simulate", "predict", "lab", "verify", "augment", "replay", "compare", "check",
    "export", "bench", "calibrate", "doctor", "themes",
  ]

  @Test(arguments: commands)
  func ofAWrongCommand(command: String) throws {
    for wrong in [["--nonsense"], ["--nonsense=1"], ["a", "b", "c", "d", "e", "f"]] {
      let ended = try Command([command] + wrong)
      #expect(ended.status == 2, "\(command) \(wrong): \(ended.status) \(ended.complaints)")
      #expect(ended.output.isEmpty && !ended.complaints.isEmpty)
    }
    #expect(try Command([command, "--help"]).status == 0)
  }

  @Test(arguments: [
    "run --duration x", "run --duration -1s", "simulate --epochs 0", "simulate --sweep a",
    "predict --gpu x", "lab nowhere", "verify --only nothing", "augment", "augment a",
    "augment nowhere.npy o.npy", "replay", "replay nowhere", "compare a", "compare a b",
    "check nowhere", "export nowhere --format html", "export nowhere", "bench --seconds -1",
    "calibrate --seconds 0", "calibrate --size 1", "themes check nowhere.toml", "themes nowhere",
    "nowhere", "--workers 0", "run --from 1s",
  ])
  func ofWhatCantBeAsked(line: String) throws {
    let ended = try Command(line.split(separator: " ").map(String.init))
    #expect(ended.status == 2, "\(line): \(ended.status) \(ended.complaints)")
  }

  @Test func ofWorkThatFailed() throws {
    let folder = try ScratchFolder()
    let failed = try Command(["calibrate", "--python", "/nowhere/python"], in: folder)
    #expect(failed.status == 1, "\(failed.complaints)")
    #expect(folder.names.isEmpty)
  }

  @Test(arguments: ["--help", "--version", "help run", "run --print-scenario", "themes list"])
  func ofAnOutputWithoutRoom(line: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: ExecutableFolder.path(of: "augtop"))
    process.arguments = line.split(separator: " ").map(String.init)
    process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
    let complaints = Pipe()
    process.standardError = complaints
    try process.run()
    let text = try complaints.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    #expect(String(decoding: text, as: UTF8.self).contains("No space left"))
  }

  @Test(arguments: [
    ("--loader torch --queue 5", "--queue changes nothing with --loader torch"),
    (
      "--loader keras-threads --prefetch 2",
      "--prefetch changes nothing with --loader keras-threads"
    ),
    ("--loader blocking --prefetch 2", "--queue is the bound"),
    ("--loader torch --costs keras-1.1 --gil", "--gil changes nothing with --loader torch"),
  ])
  func ignoredOptionsAreSaid(line: String, note: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let ended = try Command(["simulate", "--duration", "1s"] + words)
    #expect(ended.status == 0, "\(ended.complaints)")
    #expect(ended.complaints.hasPrefix("augtop: note: "), "\(ended.complaints)")
    #expect(ended.complaints.contains(note), "\(ended.complaints)")
    #expect(ended.complaints.count { $0 == "\n" } == 1)
  }
}
