import Experiments
import Foundation
import Testing

/// `sh -c SCRIPT` is started as `python -c SCRIPT` is.
@Suite struct PythonScriptTests {
  private func shell(_ script: String, _ arguments: String...) throws -> PythonScript {
    try PythonScript(python: "sh", script: script, arguments: ["sh"] + arguments)
  }

  private func lines(_ script: String) throws -> ([String], PythonFault?) {
    let process = try shell(script)
    var lines: [String] = []
    while true {
      do {
        lines.append(try process.line(within: .seconds(60)))
      } catch {
        return (lines, error)
      }
    }
  }

  @Test func linesComeOneByOneAndThenTheEnd() throws {
    let (found, fault) = try lines("echo one; printf 'two\\nthree\\n'; exit 3")
    #expect(found == ["one", "two", "three"])
    #expect(fault == .ended(.exited(3), lastLine: ""))
  }

  @Test func argumentsAndOneThreadForLibraries() throws {
    let process = try shell("echo $1 $2 $OMP_NUM_THREADS $OPENBLAS_NUM_THREADS", "a", "b")
    #expect(try process.line(within: .seconds(60)) == "a b 1 1")
  }

  @Test func lastLineAreTheLastLineOfStandardError() throws {
    let (_, fault) = try lines("echo noise >&2; echo 'Error: it broke' >&2; echo ' ' >&2; exit 1")
    #expect(fault == .ended(.exited(1), lastLine: "Error: it broke"))
    let (_, killed) = try lines("kill -9 $$")
    #expect(killed == .ended(.killed(signal: SIGKILL), lastLine: ""))
  }

  /// More than a pipe holds, and more than anybody wants to keep.
  @Test func standardErrorIsReadToItsEnd() throws {
    let process = try shell("seq 200000 >&2; echo done; exit 4")
    #expect(try process.line(within: .seconds(60)) == "done")
    #expect(throws: PythonFault.ended(.exited(4), lastLine: "200000")) {
      try process.line(within: .seconds(60))
    }
  }

  @Test func childrenEndWithAScriptThatEndedByItself() throws {
    let process = try shell("sleep 1000 <&- >&- 2>&- & echo $!; exit 3")
    let child = try #require(Int32(try process.line(within: .seconds(60))))
    #expect(throws: PythonFault.ended(.exited(3), lastLine: "")) {
      try process.line(within: .seconds(60))
    }
    // Its new parent may be slow to take note of its end: then it is a zombie.
    for _ in 0..<6_000 where isRunning(child) { usleep(10_000) }
    #expect(!isRunning(child))
  }

  private func isRunning(_ id: Int32) -> Bool {
    guard let file = fopen("/proc/\(id)/stat", "r") else { return false }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = fread(&bytes, 1, bytes.count, file)
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    // The state follows the name in brackets.
    return text.split(separator: ")").last?.split(separator: " ").first != "Z"
  }

  @Test func endlessLinesAreRubbish() throws {
    let (_, fault) = try lines("while :; do printf xxxxxxxxxxxxxxxx; done")
    #expect(fault == .unexpected(String(repeating: "x", count: 60)))
  }

  @Test func aSilentOneIsGivenUp() throws {
    let process = try shell("sleep 600")
    let fault = #expect(throws: PythonFault.self) {
      try process.line(within: .milliseconds(150))
    }
    #expect(fault == .timedOut(after: .milliseconds(150)))
  }

  @Test func whoWantsToStopIsHeard() throws {
    let process = try shell("sleep 600")
    var asked = 0
    let fault = #expect(throws: PythonFault.self) {
      try process.line(within: .seconds(60)) {
        asked += 1
        return asked < 3
      }
    }
    #expect(fault == .interrupted)
  }

  /// It is gone with its owner, and so are the processes that it has started.
  @Test func nothingIsLeftRunning() throws {
    var process: PythonScript? = try shell("sleep 600 & echo $!; sleep 600")
    let child = try #require(try process.flatMap { Int32(try $0.line(within: .seconds(60))) })
    #expect(kill(child, 0) == 0)
    process = nil
    var isGone = false
    for _ in 0..<2_000 where !isGone {
      // A child without parent is reaped by the system; a zombie runs no more.
      let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
      isGone = state.map { $0.contains(") Z ") } ?? true
      usleep(5_000)
    }
    #expect(isGone)
  }

  @Test func whatIsNotThereCantBeStarted() {
    for python in ["/no/such/python", "no-such-python", "/"] {
      let fault = #expect(throws: PythonFault.self) {
        let process = try PythonScript(python: python, script: "")
        _ = try process.line(within: .seconds(60))
      }
      guard case .notStarted? = fault else {
        Issue.record("\(python): \(String(describing: fault))")
        continue
      }
    }
  }
}
