import Foundation
import TerminalHarness
import Testing

/// Frames and tours without a terminal, and the manual page.
///
/// Steps are so long that there are too few for predictions, which take seconds in a debug build.
@Suite struct FrameTests {
  /// A live session's frame has what it has measured.
  @Test func oneFrameOfALiveSession() throws {
    let frame = try Command(
      "live", "--once", "--format", "text", "--after", "1s", "--size", "120x36", "--gpu", "500ms")
    #expect(frame.status == 0, "\(frame.complaints)")
    let lines = frame.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 37 && lines[0].hasPrefix(" augtop  fast-gpu"))
    #expect(!lines[0].contains("VIRTUAL") && frame.output.contains("warp "))
    #expect(frame.output.contains("worker 1"))
  }

  /// On simulated time the same request gives the same bytes, in every format.
  @Test(arguments: ["svg", "ansi", "text"]) func framesAreReproducible(format: String) throws {
    let request = [
      "live", "--virtual", "--once", "--keys", "7", "--after", "3s", "--size", "160x45", "--gpu",
      "500ms",
      "--format", format,
    ]
    let first = try Command(request)
    #expect(first.status == 0 && first.output.contains("warp"), "\(first.complaints)")
    #expect(first.output.contains("VIRTUAL"))
    // Colours are a terminal's own sequences.
    #expect(first.output.contains("\u{1B}[0;38;2;") == (format == "ansi"))
    #expect(!first.output.contains("u001b"))
    #expect(try Command(request).output == first.output)
  }

  /// Keys without a character have names.
  @Test func keysOfAFrameAreNamed() throws {
    func frame(_ keys: String) throws -> Command {
      try Command(
        "live", "--virtual", "--once", "--after", "100ms", "--format", "text", "--gpu", "500ms",
        "--keys", keys)
    }
    // Without its room a panel is shown while it has the focus; zoomed, the stages go.
    let times = try frame("<a-7><ENTER>")
    #expect(times.status == 0 && times.output.contains("⁷Times"), "\(times.complaints)")
    #expect(!times.output.contains("²Stages"))
    #expect(try frame("<A-7><Enter><Esc>").output.contains("²Stages"))
    #expect(try frame("<F1>").output.contains("Keys and words"))
    let unknown = try frame("7<Entr>")
    #expect(unknown.status == 2 && unknown.complaints.contains("no key is called <Entr>"))
    #expect(unknown.complaints.contains("<Enter>") && unknown.complaints.contains("<S-Tab>"))
    for wrong in ["<F13>", "<F01>", "<>", "<A->", "<A-55>"] {
      #expect(try frame(wrong).complaints.contains("no key is called \(wrong)"), "\(wrong)")
    }
    #expect(try frame("7<").complaints.contains("write <lt> for <"))
    #expect(try frame("<lt>").output.contains("this key does nothing here"))
    // What a frame doesn't do is said.
    #expect(try frame("O<Down><Enter>").output.contains("a single frame begins no session anew"))
    #expect(try frame("S").output.contains("a single frame writes no file"))
  }

  /// An asciicast whose frames, played in a terminal, end as the screen does.
  @Test func aTourIsAnAsciicast() throws {
    struct Header: Decodable {
      var version: Int
      var width: Int
      var height: Int
    }
    let folder = try ScratchFolder()
    let command = try Command(
      ["live", "--virtual", "--demo", "tour.cast", "--size", "80x24", "--gpu", "2s"], in: folder)
    #expect(command.status == 0, "\(command.complaints)")
    let text = String(
      decoding: try Data(contentsOf: URL(filePath: folder.path("tour.cast"))), as: UTF8.self)
    let lines = text.split(separator: "\n")
    let header = try JSONDecoder().decode(Header.self, from: Data(lines[0].utf8))
    #expect(header.version == 2 && header.width == 80 && header.height == 24)
    var emulator = Emulator(columns: 80, rows: 24)
    var last = 0.0
    var seen: Set<String> = []
    for line in lines.dropFirst() {
      let event = try #require(
        JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
      let time = try #require(event[0] as? Double)
      #expect(time >= last && event[1] as? String == "o")
      last = time
      emulator.feed(Array(try #require(event[2] as? String).utf8))
      for piece in [
        "warp off", "blocking", "Baseline", "Themes", "Keys and words", "as trained on",
      ]
      where emulator.contains(piece) {
        seen.insert(piece)
      }
    }
    #expect(seen.count == 5, "\(seen)")
    #expect(last > 30 && emulator.text.first?.hasPrefix(" augtop") == true)
    #expect(emulator.unknownSequences == [])
    // A file that is there already stays.
    let again = try Command(["live", "--virtual", "--demo", "tour.cast"], in: folder)
    #expect(again.status == 2 && again.complaints.contains("tour.cast"), "\(again.complaints)")
  }

  @Test func theManualNamesEveryCommand() throws {
    let manual = try Command("manual")
    #expect(manual.status == 0 && manual.output.hasPrefix(".TH AUGTOP 1"))
    for piece in [
      ".SS augtop live", ".SS augtop augment", ".SS augtop themes check",
      "\\fB\\-\\-rotation\\-range",
      ".SH EXIT STATUS",
    ] {
      #expect(manual.output.contains(piece), "\(piece)")
    }
  }
}
