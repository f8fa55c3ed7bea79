import Foundation
import Screen
import TerminalHarness
import Testing
import screen_demo

/// A terminal entry is a user's file: its strings may be as long as they like.
@Suite struct LongCapabilityTests {
  /// An entry whose strings for a cell's look have about that many bytes each: a cell that needs all of
  /// them takes eight times as many.
  private func entry(in folder: URL, length: Int) throws {
    func padded(_ number: Int) -> String {
      let start = "\\E[\(number)"
      return start + String(repeating: ";\(number)", count: (length - 4) / 2) + "m"
    }
    // After the default colour, again and again.
    func color(_ number: Int) -> String {
      let start = String(repeating: "\(number + 1);", count: max(0, length - 12) / 3)
      return "\\E[\(start)\(number);5;%p1%dm"
    }
    let source = folder.appendingPathComponent("long.ti")
    let text = """
      long|long attributes,
        sgr0=\(padded(0)), op=\\E[39;49\(String(repeating: ";49", count: (length - 8) / 3))m,
        setaf=\(color(38)), setab=\(color(48)),
        bold=\(padded(1)), smul=\(padded(4)), rev=\(padded(7)), dim=\(padded(2)),
        use=xterm-256color,

      """
    try text.write(to: source, atomically: true, encoding: .utf8)
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/tic")
    compiler.arguments = ["-x", "-o", folder.path, source.path]
    try compiler.run()
    compiler.waitUntilExit()
    #expect(compiler.terminationStatus == 0)
  }

  @Test(arguments: [20, 60, 64, 90]) func longAttributesKeepTheScreenWhole(length: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "augtop-terminfo-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try entry(in: folder, length: length)
    let size = Size(width: 31, height: 9)
    let demo = try TerminalProgram(
      "screen-demo", environment: ["TERM": "long", "TERMINFO": folder.path],
      columns: size.width, rows: size.height)
    for frame in UInt64(1)...20 {
      demo.send("r")
      var grid = CellGrid(size: size)
      scramble(frame / 2, on: &grid)
      if frame % 2 == 1 { scramble(frame, on: &grid) }
      grid.put("frame \(frame) ", at: Point(x: 0, y: size.height - 1))
      let isSame = demo.waitFor(.seconds(5)) { $0.text == grid.text }
      #expect(isSame, "frame \(frame)\n\(demo.screen)")
      if !isSame { break }
    }
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
  }
}
