import Glibc
import TerminalHarness
import TestSupport
import Testing

/// Random keys, reports of the mouse and bytes to the whole program: it goes on, answers, and its memory stays
/// as it is.
///
/// `AUGTOP_FUZZ_ROUNDS` times as long as usually; 10⁵ bytes to each session with 200.
@Suite(.serialized) struct FuzzedTerminalTests {
  private static let bytesARound = 500
  private static let bytesAPiece = 50
  /// Memory that sessions of other sizes may leave behind.
  private static let mostGrowth = 24 << 20

  @Test(arguments: [[], ["--virtual"]]) func randomBytesLeaveItAsItIs(arguments: [String]) throws {
    let live = try LiveProgram(arguments, columns: 100, rows: 30)
    live.waitUntilRunning()
    var random = SeededNumbers(seed: 16)
    let rounds = Int(Fuzzing.rounds)
    var resident: [Int] = []
    for round in 0..<rounds {
      for _ in 0..<Self.bytesARound / Self.bytesAPiece {
        live.terminal.send(bytes: Self.piece(&random))
        live.terminal.waitFor(.milliseconds(30)) { _ in false }
      }
      // Once everything has been met, and at the end.
      guard round == rounds / 4 || round == rounds - 1 else { continue }
      beginAnew(live)
      resident.append(live.terminal.residentBytes)
    }
    #expect(live.terminal.end == nil, "\(live.terminal.screen)")
    let first = try #require(resident.first)
    let last = try #require(resident.last)
    #expect(last - first < Self.mostGrowth, "from \(first) to \(last) bytes")
    live.quit()
  }

  /// Closes what is open, and begins with the first preset.
  private func beginAnew(_ live: LiveProgram) {
    for _ in 0..<3 {
      live.terminal.send(.escape)
      live.terminal.waitFor(.milliseconds(200)) { _ in false }
    }
    live.press("O", "begins, ")
    live.terminal.send(HarnessKey.home.rawValue + "\r")
    // Whatever the layout is, the first line has the clock of the new session.
    let hasBegun = live.terminal.waitFor { screen in
      !screen.contains("begins, ") && screen.text.first?.contains(" 00:0") == true
    }
    #expect(hasBegun, "\(live.terminal.screen)")
  }

  /// Keys, sequences and noise, without those that end, suspend or stop a program.
  private static func piece(_ random: inout SeededNumbers) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < bytesAPiece {
      switch Int.random(in: 0..<10, using: &random) {
      case 0:
        let code = [0, 0, 32, 64, 65].randomElement(using: &random) ?? 0
        let column = Int.random(in: 1...110, using: &random)
        let row = Int.random(in: 1...32, using: &random)
        let end = Bool.random(using: &random) ? "M" : "m"
        bytes += Array("\u{1B}[<\(code);\(column);\(row)\(end)".utf8)
      case 1:
        let key = ["\u{1B}", "\u{1B}[A", "\u{1B}[B", "\r", "\t"].randomElement(using: &random)
        bytes += Array((key ?? "").utf8)
      case 2: bytes.append(UInt8.random(in: 0x80...0xFF, using: &random))
      default: bytes.append(UInt8.random(in: 0x20...0x7E, using: &random))
      }
    }
    // Alone it quits.
    return bytes.filter { $0 != UInt8(ascii: "q") }
  }
}
