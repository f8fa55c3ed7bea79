import Foundation
import TerminalHarness
import Testing

/// `augtop verify --real` at the command line.
@Suite(.serialized) struct VerifyRealTests {
  @Test(arguments: [
    ["--real", "pytorch"], ["--make", "4ms"], ["--python", "python3"],
    ["--real", "torch", "--only", "grid"], ["--real", "torch", "--make", "4"],
    ["--real", "torch", "--make", "2min"], ["--real", "torch", "--step", ""],
    ["--real", "torch", "--workers", "-1"], ["--real", "torch", "--workers", "1,65"],
    ["--real", "torch", "--prefetch", "x"], ["--real", "torch", "--work", "play"],
    ["--real", "torch", "--work", "no-warp"], ["--real", "torch", "--processes"],
    ["--real", "keras"], ["--real", "keras", "--keras", "/nowhere"], ["--processes"],
    ["--real", "torch", "--keras", "/nowhere"], ["--real", "keras3", "--workers", "0"],
    ["--real", "torch", "--batch-size", "0"], ["--real", "torch", "--size", "32x32"],
    ["--real", "torch", "--size", "4x32x3"], ["--real", "torch", "--epoch-batches", "1"],
    ["--real", "torch", "--persistent", "yes"], ["--epoch-batches", "20"],
    ["--real", "torch", "--epoch-batches", "20", "--persistent", "maybe"],
    ["--real", "tf-data", "--epoch-batches", "20", "--persistent", "yes"],
    ["--real", "keras", "--keras", "/", "--epoch-batches", "20"],
  ])
  func whatMakesNoSenseIsRefused(arguments: [String]) throws {
    let command = try Command(["verify"] + arguments)
    #expect(command.status == 2 && command.output.isEmpty, "\(arguments): \(command.complaints)")
  }

  /// Costs of another loader are none of this one.
  @Test func aLoadersCostsAreItsOwn() throws {
    let folder = try ScratchFolder()
    try folder.write("torch.json", text: "{\"loader\": {\"torch\": {\"hop_us\": 60}}}")
    try folder.write("pool.json", text: "{\"loader\": {\"keras3\": {\"pool_send_us\": 60}}}")
    for (loader, file) in [("keras3", "torch.json"), ("torch", "pool.json")] {
      let command = try Command(
        ["verify", "--real", loader, "--loader-costs", file], in: folder)
      #expect(command.status == 2 && command.complaints.contains("has no costs of \(loader)"))
    }
    let threads = try Command(
      ["verify", "--real", "keras3", "--make", "8ms", "--loader-costs", "pool.json"], in: folder)
    #expect(threads.status == 2 && threads.complaints.contains("tf-data's epochs alone"))
  }

  @Test func aPythonThatIsMissingEndsIt() throws {
    let command = try Command(["verify", "--real", "torch", "--python", "/nowhere/python"])
    #expect(command.status == 1)
    #expect(command.complaints.contains("can't run /nowhere/python"), "\(command.complaints)")
  }

  /// Batches that don't fit into shared memory would kill the workers.
  @Test func batchesBeyondSharedMemoryAreSaidBeforehand() throws {
    let command = try Command([
      "verify", "--real", "torch", "--batch-size", "4096", "--size", "2048x2048x4", "--workers",
      "64",
      "--prefetch", "1000", "--make", "1ms",
    ])
    #expect(command.status == 1)
    #expect(command.complaints.contains("/dev/shm has"), "\(command.complaints)")
  }
}

/// The whole command, with a replacement of Python that says what a loader's script would.
@Suite(.serialized) struct VerifyRealTableTests {
  private func folder(_ script: String) throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write("python", script: script)
    try folder.write("loader.json", text: "{\"loader\": {\"torch\": {\"hop_us\": 60}}}")
    return folder
  }

  private static let row = [
    "verify", "--real", "torch", "--python", "./python", "--make", "4ms", "--step", "10ms",
    "--workers", "1", "--window", "2s", "--json", "--loader-costs", "loader.json",
  ]

  @Test func aTableIsPrinted() throws {
    let folder = try folder(
      """
      echo ready torch=9.9 python=3.99
      while read row; do
        case $row in quit*) exit;; esac
        for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo window 25 0.250000; done
        echo end
      done
      """)
    let verify = try Command(Self.row, in: folder)
    #expect(verify.complaints.contains("torch 9.9, python 3.99: 1 rows of torch"))
    for piece in [
      "\"schema\" : \"augtop-verify-real/1\"", "\"measured\" : 100", "\"torch\" : \"9.9\"",
      "\"make_ms\" : 4", "\"difference\" : 0", "\"blocks\" : ",
    ] {
      #expect(verify.output.contains(piece), "\(piece) in\n\(verify.output)")
    }
  }

  @Test(arguments: [
    ("echo missing torch torch", "-m pip install torch"),
    ("echo hello", "printed 'hello'"),
    ("echo 'No module' >&2; exit 3", "ended with status 3 before it was done: No module"),
    (
      "echo ready torch=1; read row; echo failed RuntimeError: worker '(pid 7)' is killed",
      "loader failed: RuntimeError: worker (pid 7) is killed"
    ),
    ("echo ready torch=1; read row; echo end", "printed 'end'"),
    ("echo ready torch=1; read row; echo window 1 2; kill -9 $$", "was killed by signal 9"),
  ])
  func whatGoesWrongIsSaid(script: String, message: String) throws {
    let verify = try Command(Self.row, in: try folder(script))
    #expect(verify.status == 1)
    #expect(verify.complaints.contains(message), "\(verify.complaints)")
    #expect(verify.output.isEmpty)
  }
}
