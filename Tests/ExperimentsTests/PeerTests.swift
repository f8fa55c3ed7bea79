import Experiments
import Foundation
import TestSupport
import Testing

/// Output of the Python script, and of scripts that print something else.
@Suite struct PeerTests {
  @Test func linesAreRead() {
    typealias Version = PeerLine.Version
    #expect(
      PeerLine("missing cv2 opencv-python-headless") == .missing(package: "opencv-python-headless"))
    #expect(PeerLine("unknown seed33") == .unknown)
    #expect(
      PeerLine("ready Python=3.11.7 OpenCV=5.0.0")
        == .ready(versions: [
          Version(name: "Python", version: "3.11.7"), Version(name: "OpenCV", version: "5.0.0"),
        ]))
    #expect(PeerLine("rate opencv 230273.69") == .rate(.opencv, 230273.69))
    #expect(PeerLine("rate scipy 1e3") == .rate(.scipy, 1000))
    #expect(PeerLine("done") == .done)
  }

  @Test(arguments: [
    "", " ", "Done", "done ", " done", "done done", "rate", "rate opencv", "rate opencv x",
    "rate opencv nan", "rate opencv inf", "rate opencv 0", "rate opencv -5", "rate cv2 5",
    "rate opencv 5 6", "rate  opencv 5", "ready", "ready Python", "ready Python=", "ready =3",
    "ready a=b=c", "ready Python=3 ", "missing cv2", "missing cv2 ", "unknown",
    "Traceback (most recent call last):", "\u{0}", "räte opencv 5", "rate opencv 5\r",
  ])
  func brokenLinesAreNone(line: String) {
    #expect(PeerLine(line) == nil)
  }

  /// Any change of a byte of a line gives another line or none, and never the end of the program.
  @Test func mutatedLinesDoNoHarm() {
    let seed = UInt64.random(in: 0 ... .max)
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let lines = ["rate opencv 230273.69", "ready Python=3.11.7 NumPy=2.4", "missing cv2 opencv"]
    for _ in 0..<3000 {
      var bytes = Array(lines[next(lines.count)].utf8)
      for _ in 0...next(3) { bytes[next(bytes.count)] = UInt8(next(256)) }
      let text = String(decoding: bytes, as: UTF8.self)
      let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      var rate: PeerLine?
      if words.count == 3, words[0] == "rate", let peer = Peer(rawValue: words[1]),
        let number = Double(words[2]), number > 0, number.isFinite
      {
        rate = .rate(peer, number)
      }
      let line = PeerLine(text)
      if case .rate = line { #expect(line == rate, "seed \(seed): \(text)") }
      if let rate { #expect(line == rate, "seed \(seed): \(text)") }
    }
  }

  /// Runs rows with a shell script in Python's place.
  private func bench(
    _ script: String, timeout: Duration = .seconds(60), runs: Int = 2,
    keepsGoing: () -> Bool = { true }
  ) throws -> PeerBench {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "augtop-peer-\(UUID().uuidString)")
    try writeProgram("#!/bin/sh\n\(script)\n", to: path.path())
    defer { try? FileManager.default.removeItem(at: path) }
    let bench = try PeerBench(
      python: path.path(), workload: "seed32", timeout: timeout, keepsGoing: keepsGoing)
    for run in 0..<runs { try bench.run(isCounted: run > 0, keepsGoing: keepsGoing) }
    return bench
  }

  private func fault(
    _ script: String, timeout: Duration = .seconds(60), keepsGoing: () -> Bool = { true }
  ) -> PythonFault? {
    do {
      _ = try bench(script, timeout: timeout, keepsGoing: keepsGoing)
      return nil
    } catch let fault as PythonFault {
      return fault
    } catch {
      Issue.record(error)
      return nil
    }
  }

  private static let ready = "echo ready Python=3 OpenCV=5"

  @Test func countedRunsAreKept() throws {
    let bench = try bench(
      """
      [ "$1" = -c ] && [ "$3" = seed32 ] && [ "$OPENBLAS_NUM_THREADS" = 1 ] || exit 9
      \(Self.ready)
      n=0
      while read line; do
        n=$((n + 1)); echo rate opencv $((n * 100)); echo rate scipy $n; echo done
      done
      """, runs: 4)
    #expect(bench.rates == [.opencv: [200, 300, 400], .scipy: [2, 3, 4]])
    #expect(bench.versions.map(\.name) == ["Python", "OpenCV"])
  }

  @Test func anUnknownRowHasNoRates() throws {
    let bench = try bench("echo unknown seed32")
    #expect(!bench.isKnown && bench.rates.isEmpty)
  }

  @Test func whatIsMissingIsNamed() {
    #expect(
      fault("echo missing numpy numpy; echo missing cv2 opencv-python-headless")
        == .missing(packages: ["numpy", "opencv-python-headless"]))
  }

  @Test func endsAreTold() {
    #expect(fault("exit 3") == .ended(.exited(3), lastLine: ""))
    #expect(
      fault("\(Self.ready); echo first >&2; echo 'MemoryError: no room' >&2; echo >&2; exit 1")
        == .ended(.exited(1), lastLine: "MemoryError: no room"))
    #expect(
      fault("\(Self.ready); read line; echo rate opencv 5; kill -SEGV $$")
        == .ended(.killed(signal: SIGSEGV), lastLine: ""))
    #expect(fault("exec >&- <&-; sleep 100") == .ended(.hungUp, lastLine: ""))
  }

  @Test func rubbishIsTold() {
    #expect(fault("echo hello") == .unexpected("hello"))
    #expect(fault("\(Self.ready); read line; echo done") == .unexpected("done"))
    #expect(
      fault("\(Self.ready); read line; echo rate opencv 5; echo rate opencv 6")
        == .unexpected("rate opencv 6"))
    #expect(
      fault("\(Self.ready); read line; \(Self.ready)") == .unexpected("ready Python=3 OpenCV=5"))
    #expect(fault("yes x | tr -d '\\n'") == .unexpected(String(repeating: "x", count: 60)))
    #expect(fault("echo missing a a; \(Self.ready)") == .unexpected("ready Python=3 OpenCV=5"))
  }

  @Test func silenceHasALimit() {
    let brief = Duration.milliseconds(200)
    #expect(fault("sleep 100", timeout: brief) == .timedOut(after: brief))
    #expect(
      fault("\(Self.ready); sleep 100", timeout: .seconds(2)) == .timedOut(after: .seconds(2)))
    #expect(fault("sleep 100", keepsGoing: { false }) == .interrupted)
  }

  @Test func aMissingPythonIsTold() {
    #expect(throws: PythonFault.notStarted(errno: ENOENT)) {
      try PeerBench(python: "/no/where/python3", workload: "seed32", timeout: .seconds(1))
    }
  }
}
