import Foundation
import Testing

/// Where the locale has no UTF-8, every text for people is ASCII; what programs read stays UTF-8.
@Suite(.serialized) struct LocaleTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func ascii(_ arguments: [String]) throws -> Command {
    try Command(arguments, in: folder, environment: ["LC_ALL": "C"])
  }

  @Test func everyTextHasItsTwins() throws {
    let recorded = try ascii(["run", "--duration", "1500ms", "--trace", "a.pftrace"])
    #expect(recorded.status == 0)
    #expect(recorded.output.contains("50000x32x32x3"), "\(recorded.output)")
    for arguments in [
      ["simulate", "--duration", "2s"], ["predict"], ["doctor"],
      ["compare", "a.pftrace", "a.pftrace"],
      ["compare", "a.pftrace", "a.pftrace", "--markdown"],
      ["check", "a.pftrace", "--starved", "50"],
      ["replay", "a.pftrace", "--report"], ["simulate", "--sweep", "workers=1..2,gpu=1ms/2ms"],
      ["export", "a.pftrace", "--format", "html"], ["run", "--gpu", "14ms±"], ["run", "é"],
      ["--help"], ["run", "--help"], ["export", "--help"], ["augment", "--help"],
      ["calibrate", "--size", "1×1×1"],
    ] {
      let command = try ascii(arguments)
      #expect(!(command.output + command.complaints).isEmpty)
      for text in [recorded.output, command.output, command.complaints] {
        #expect(text.utf8.allSatisfy { $0 < 0x80 }, "\(arguments): \(text)")
      }
    }
  }

  /// A frame for the terminal is ASCII with the locale or when asked; a picture only when asked.
  @Test func framesFollowLocaleAndOption() throws {
    let frame = ["live", "--virtual", "--once", "--after", "1s", "--size", "80x24"]
    let text = try ascii(frame + ["--format", "text"]).output
    #expect(text.utf8.allSatisfy { $0 < 0x80 } && text.contains("50000x32x32x3"), "\(text)")
    let asked = try Command(frame + ["--format", "text", "--ascii"], in: folder).output
    #expect(asked == text)
    #expect(try ascii(frame).output.contains("×"))
  }

  @Test func documentsStayUTF8() throws {
    let printed = try ascii(["run", "--gpu", "14ms±2ms", "--print-scenario"])
    #expect(printed.output.contains("14ms±2ms"), "\(printed.output)")
  }
}
