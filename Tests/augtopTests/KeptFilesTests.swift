import Foundation
import TerminalHarness
import Testing

/// A command that fails leaves existing files unchanged, and no command writes to its inputs.
@Suite(.serialized) struct KeptFilesTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write("precious", text: "precious")
  }

  private func text(_ name: String) -> String {
    (try? String(contentsOfFile: folder.path(name), encoding: .utf8)) ?? ""
  }

  @Test func aTerminalThatCannotOpenDestroysNothing() throws {
    let program = ExecutableFolder.path(of: "augtop")
    let terminal = try TerminalProgram(
      "/bin/sh",
      ["-c", "cd '\(folder.path)' && exec \(program) --trace precious --force"],
      environment: ["TERM": "dumb", "TERMINFO": nil])
    #expect(terminal.waitForEnd() == .exited(2))
    #expect(text("precious") == "precious")
    #expect(folder.names == ["precious"])
  }

  @Test func aRecordingThatFailedIsAFailure() throws {
    let program = ExecutableFolder.path(of: "augtop")
    let shell = try TerminalProgram(
      "/bin/sh",
      [
        "-c",
        "cd '\(folder.path)' && ulimit -f 40 && exec \(program) run --duration 1s --trace precious"
          + " --force",
      ])
    #expect(shell.waitForEnd() == .exited(1))
    #expect(text("precious") == "precious")
    // The recorded part is kept in a file next to it.
    let part = try #require(folder.names.first { $0.hasSuffix(".part") })
    #expect(try Recorded(folder.path(part)).leftOver == 0)
  }

  @Test func inputsThatAScenarioNamesAreInputs() throws {
    try folder.write("steps.csv", text: "14\n15\n")
    try folder.write("s.toml", text: "name = \"mine\"\n[gpu]\ncompute = \"file:steps.csv\"\n")
    let run = try Command(
      "run", "--scenario", "s.toml", "--trace", "steps.csv", "--force", in: folder)
    #expect(run.status == 2, "\(run.complaints)")
    #expect(run.complaints.contains("input itself"), "\(run.complaints)")
    #expect(text("steps.csv") == "14\n15\n")
  }

  @Test func filesOfADatasetsFolderAreInputs() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("cifar"), withIntermediateDirectories: true)
    let batch = [UInt8](repeating: 1, count: 3073)
    try folder.write("cifar/data_batch_1.bin", batch)
    for arguments in [
      ["run", "--dataset", "cifar10:cifar", "--trace", "cifar/data_batch_1.bin", "--force"],
      ["augment", "cifar10:cifar", "cifar/data_batch_1.bin", "--force"],
    ] {
      let command = try Command(arguments, in: folder)
      #expect(command.status == 2, "\(command.complaints)")
      #expect(command.complaints.contains("input itself"), "\(command.complaints)")
    }
    #expect(
      try Data(contentsOf: URL(filePath: folder.path("cifar/data_batch_1.bin"))) == Data(batch))
  }

  @Test func calibrationLeavesForeignPartsAlone() throws {
    try folder.write("mine.json.part", text: "precious")
    let calibrate = try Command(
      "calibrate", "--python", "/no/such/python", "--output", "mine.json", in: folder)
    #expect(calibrate.status == 1)
    #expect(text("mine.json.part") == "precious")
    #expect(folder.names == ["mine.json.part", "precious"])
  }
}
