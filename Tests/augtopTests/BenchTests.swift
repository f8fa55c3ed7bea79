import Foundation
import Testing

/// `augtop bench`, alone and compared with a program that replaces Python.
@Suite struct BenchTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func bench(_ script: String, _ options: String...) throws -> Command {
    try folder.write("python", script: script)
    return try Command(
      ["bench", "--runs", "1", "--against-python", "--python", "./python"] + options, in: folder)
  }

  private static let talk = """
    echo ready Python=3.9 OpenCV=4.9
    while read line; do
      echo rate opencv 2; echo rate scipy 1; echo rate decode 4; echo done
    done
    """

  private struct Report: Decodable {
    struct Row: Decodable {
      struct Peer: Decodable {
        var name: String
        var imagesPerS: Double
        var runs: [Double]
        var ratio: Double
      }
      var name: String
      var imagesPerS: Double
      var memcpyImagesPerS: Double
      var runs: [Double]
      var peers: [Peer]
      var bestPeer: String?
      var ratioToBestPeer: Double?
      var cyclesPerPixel: Double?
    }
    var schema: String
    var kernels: String
    var workloads: [Row]
    var python: [String: String]?

    init(_ text: String) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Report.self, from: Data(text.utf8))
    }
  }

  @Test func peersStandBesideTheRows() throws {
    let command = try bench(Self.talk, "--json")
    #expect(command.status == 0, "\(command.complaints)")
    let report = try Report(command.output)
    #expect(report.schema == "augtop-bench/1")
    #expect(report.python == ["Python": "3.9", "OpenCV": "4.9"])
    #expect(report.workloads.count >= 4)
    for row in report.workloads {
      #expect(row.peers.map(\.name) == ["opencv", "scipy", "decode"])
      #expect(row.peers.map(\.imagesPerS) == [2, 1, 4])
      #expect(row.peers.allSatisfy { $0.runs.count == 1 })
      // The one that only decodes is no peer, however fast.
      #expect(row.bestPeer == "opencv")
      #expect(row.ratioToBestPeer == row.imagesPerS / 2)
      #if arch(x86_64)
        #expect((row.cyclesPerPixel ?? 0) > 0.1)
      #endif
    }
    let text = try bench(Self.talk)
    #expect(text.status == 0)
    for piece in ["OpenCV ", "NumPy/SciPy ", "best peer", "Python 3.9, OpenCV 4.9"] {
      #expect(text.output.contains(piece), "\(piece): \(text.output)")
    }
  }

  @Test func rowsThatPythonLacksStandAlone() throws {
    let command = try bench(
      "[ \"$3\" = seed32 ] || { echo unknown $3; exit; }\n" + Self.talk, "--json")
    #expect(command.status == 0, "\(command.complaints)")
    let rows = try Report(command.output).workloads
    #expect(rows.map { $0.peers.isEmpty } == rows.map { $0.name != "seed32" })
  }

  @Test(arguments: [
    (
      "echo missing numpy numpy; echo missing cv2 opencv-python-headless",
      "lacks numpy and opencv-python-headless: install with `./python -m pip install numpy opencv-"
    ),
    (
      "echo 'SyntaxError: no' >&2; exit 1",
      "ended with status 1 before it was done: SyntaxError"
    ),
    ("kill -9 $$", "killed by signal 9"),
    ("echo Python 2.7", "printed 'Python 2.7'"),
    ("sleep 100", "printed nothing for 1s"),
    ("echo ready a=1; read line; echo rate opencv 5; exit 0", "ended with status 0"),
  ])
  func whatIsWrongWithPythonIsTold(script: String, piece: String) throws {
    let command = try bench(script, "--json", "--python-limit", "1s")
    #expect(command.status == 1)
    #expect(command.complaints.contains(piece), "\(command.complaints)")
    #expect(command.complaints.contains("augtop's alone"))
    // Its own rows are there all the same.
    let report = try Report(command.output)
    #expect(report.workloads.count >= 4)
    #expect(report.workloads.allSatisfy { $0.peers.isEmpty && $0.bestPeer == nil })
    #expect(report.python == nil)
  }

  /// Peers decode the files that augtop decodes; they are gone when Python has read them.
  @Test func filesAreShared() throws {
    let command = try bench(
      """
      echo "$4" > folder; count=$(ls "$4" | wc -l); echo ready a=1
      while read line; do echo rate opencv $count; echo done; done
      """, "--json", "--rows", "jpeg224")
    #expect(command.status == 0, "\(command.complaints)")
    let row = try #require(try Report(command.output).workloads.first)
    #expect(row.peers.map(\.imagesPerS) == [64])
    let path = try String(contentsOfFile: folder.path("folder"), encoding: .utf8)
    #expect(path.contains("augtop-bench-"))
    #expect(access(path.trimmingCharacters(in: .newlines), F_OK) != 0)
  }

  @Test func wrongOptionsAreTold() throws {
    for (options, piece) in [
      (["--python", "python3"], "--against-python"),
      (["--against-python", "--recording"], "exclude"),
      (["--against-python", "--python-limit", "soon"], "--python-limit soon"),
      (["--runs", "0"], "--runs 0"),
    ] {
      let command = try Command(["bench"] + options, in: folder)
      #expect(command.status == 2, "\(options)")
      #expect(command.complaints.contains(piece), "\(command.complaints)")
    }
    let missing = try Command(
      "bench", "--runs", "1", "--against-python", "--python", "no/python", in: folder)
    #expect(missing.status == 1)
    #expect(
      missing.complaints.contains("can't run no/python: No such file"), "\(missing.complaints)")
    #expect(missing.output.contains("seed32"))
  }
}
