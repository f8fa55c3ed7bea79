import Foundation
import TerminalHarness
import Testing

/// Faults of a command line: exit status 2, the fault, its place, a remedy, and no output.
@Suite struct WrongCommandTests {
  private func expectRefused(
    _ arguments: [String], _ pieces: [String], in folder: ScratchFolder? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let command = try Command(arguments, in: folder)
    let label = "\(arguments.joined(separator: " ")): \(command.complaints)"
    #expect(command.status == 2, "\(label)", sourceLocation: sourceLocation)
    #expect(command.output == "", "\(label)", sourceLocation: sourceLocation)
    for piece in pieces {
      #expect(command.complaints.contains(piece), "\(label)", sourceLocation: sourceLocation)
    }
  }

  @Test func withoutATerminalItNamesRun() throws {
    try expectRefused([], ["is not a terminal", "augtop run"])
    try expectRefused(["live", "--off", "warp"], ["standard output", "augtop run"])
  }

  @Test(arguments: [
    ("rnu", ["'rnu'", "Did you mean run?"]),
    ("help rnu", ["'rnu'", "Did you mean run?"]),
    ("run --nonsense", ["--nonsense", "augtop run --help"]),
    ("run --workesr 2", ["--workesr", "--workers"]),
    ("run extra", ["extra"]),
    ("simulate --sweep workers=-1..9223372036854775807", ["no range", "1..8"]),
    ("run --off wrap", ["--off wrap", "Did you mean warp?"]),
    ("run --off warp,", ["--off :", "There are:"]),
    ("run --only zom", ["--only zom", "zoom"]),
    ("run --off load", ["load", "always on"]),
    ("run --off collate", ["collate", "always on"]),
    ("run --off warp --only zoom", ["--off", "--only", "exclude"]),
    ("run --preset fastgpu", ["fastgpu", "did you mean 'fast-gpu'?"]),
    ("run --loader block", ["block", "Did you mean blocking?"]),
    ("run --costs keras", ["keras", "did you mean 'keras-1.1'?"]),
    ("run --costs ./nowhere.json", ["./nowhere.json", "No such file"]),
    ("run --ablation no-wrap", ["no-wrap", "no-warp"]),
    ("run --fill-mode mirror", ["mirror", "nearest, constant, reflect, wrap"]),
    ("run --dataset folder", ["folder", "cifar10:PATH", "folder:PATH"]),
    ("run --costs native --gil", ["--gil", "keras-1.1"]),
    ("run --preset native --scenario x.toml", ["--preset", "--scenario", "exclude"]),
    ("run --epochs 1 --duration 1s", ["--epochs", "--duration", "exclude"]),
    ("live --theme drak", ["drak", "did you mean 'dark'?"]),
    ("themes check nowhere.toml", ["nowhere.toml", "No such file"]),
  ])
  func words(line: String, pieces: [String]) throws {
    try expectRefused(line.split(separator: " ").map(String.init), pieces)
  }

  @Test(arguments: [
    ("batch-size", ["0", "-5", "65537", "1.5", "nan", "99999999999999999999"]),
    ("samples-per-epoch", ["0", "-1", "1000000001"]),
    ("seed", ["-1", "4294967296", "x"]),
    ("workers", ["0", "-1", "65"]),
    ("queue", ["0", "-1", "10001"]),
    ("cores", ["0", "-1", "1025"]),
    (
      "gpu",
      ["14", "0ms", "-3ms", "nan", "nanms", "infms", "1e300ms", "2h", "14ms±-2ms", "1ms±2ms"]
    ),
    ("gpu-host", ["2", "-1ms", "nanms", "2h", "1y"]),
    ("gpu-transfer", ["2", "-1ms", "nanms", "2h"]),
    ("duration", ["5", "-1s", "0s", "nans", "1e300h", "1y"]),
    ("epochs", ["0", "-1", "1000001"]),
    ("rotation-range", ["-5", "361", "nan", "inf"]),
    ("width-shift-range", ["-0.1", "20", "nan"]),
    ("height-shift-range", ["-0.1", "20", "nan"]),
    ("shear-range", ["-0.1", "4", "inf"]),
    ("zoom-range", ["-1", "5", "nan", "1.1,0.9", "-1,2", "0,101", "1,2,3", "a"]),
    ("channel-shift-range", ["-1", "1e9", "nan"]),
    ("cval", ["nan", "1e9", "inf"]),
    ("rescale", ["nan", "1e9", "inf"]),
  ])
  func numbers(option: String, values: [String]) throws {
    for value in values {
      let command = try Command("run", "--\(option)", value)
      #expect(command.status == 2, "--\(option) \(value)")
      #expect(command.output == "", "--\(option) \(value)")
      #expect(
        command.complaints.contains("--\(option)"), "--\(option) \(value): \(command.complaints)")
      // As it was typed, where it is a number at all.
      if value.hasPrefix("-"), value.hasSuffix("s") {
        #expect(command.complaints.contains(value), "\(command.complaints)")
      }
    }
  }

  @Test func aQueueBeyondMemoryIsRefused() throws {
    try expectRefused(["run", "--batch-size", "65536"], ["--queue 10", "4 GB"])
  }

  @Test func tracesThatCannotBeWritten() throws {
    let folder = try ScratchFolder()
    try folder.write("there", text: "precious")
    try expectRefused(["run", "--trace", "there"], ["there", "exists already"], in: folder)
    try expectRefused(["run", "--trace", "."], ["--trace ."], in: folder)
    try expectRefused(
      ["run", "--trace", "no/where"], ["no/where", "can't be written"], in: folder)
    try expectRefused(["run", "--force"], ["--force", "--trace"], in: folder)
    #expect(folder.names == ["there"])
    #expect(try String(contentsOfFile: folder.path("there"), encoding: .utf8) == "precious")
    let forced = try Command(
      "run", "--duration", "200ms", "--trace", "there", "--force", in: folder)
    #expect(forced.status == 0, "\(forced.complaints)")
    #expect(try Data(contentsOf: URL(filePath: folder.path("there"))).count > 1_000)
  }

  @Test func aFullOutputIsNoSuccess() throws {
    for arguments in ["run --duration 100ms --json", "themes list", "run --print-scenario"] {
      let path = ExecutableFolder.path(of: "augtop")
      let shell = try TerminalProgram("/bin/sh", ["-c", "\(path) \(arguments) > /dev/full"])
      #expect(shell.waitForEnd() == .exited(1), "\(arguments)")
      #expect(shell.screen.contains("No space left"), "\(shell.screen)")
    }
  }
}
