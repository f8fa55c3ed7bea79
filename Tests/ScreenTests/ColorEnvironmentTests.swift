import Screen
import Testing

/// The colours that a terminal's environment promises, and to whom.
@Suite struct ColorEnvironmentTests {
  private func environment(_ variables: [String: String]) -> ColorEnvironment {
    ColorEnvironment { variables[$0] }
  }

  @Test func trueColor() {
    let cases: [([String: String], Bool)] = [
      (["TERM": "xterm-256color"], true), (["TERM": "xterm"], true), (["TERM": "foot"], true),
      (["TERM": "alacritty"], true), (["TERM": "tmux-256color", "TMUX": "x"], true),
      (["TERM": "tmux-256color", "TMUX": "x", "STY": "1"], true), ([:], true),
      // GNU screen has none, and inherits the promise of the terminal around it.
      (["TERM": "screen", "STY": "1"], false), (["TERM": "screen-256color", "STY": "1"], false),
      (["TERM": "screen.xterm-256color", "STY": "1"], false), (["TERM": "screen"], false),
      // tmux is often called so, too, and has.
      (["TERM": "screen-256color", "TMUX": "x"], true), (["TERM": "screen", "TMUX": "x"], true),
      (["TERM": "screen", "TMUX": "x", "STY": "1"], false),
      (["TERM": "linux"], false), (["TERM": "linux-16color"], false),
      (["TERM": "eterm-color"], false),
      (["TERM": "dvtm-256color"], false), (["TERM": "vt100"], false), (["TERM": "vt220"], false),
      (["TERM": "xterm-mono"], false), (["TERM": "ansi"], false), (["TERM": "dumb"], false),
      (["TERM": "vte-256color"], true), (["TERM": "xterm-256color", "NO_COLOR": "1"], false),
      (["TERM": "xterm-256color", "NO_COLOR": ""], true),
    ]
    for (variables, expected) in cases {
      for promise in ["truecolor", "24bit"] {
        let found = environment(variables.merging(["COLORTERM": promise]) { $1 })
        #expect(found.promisesTrueColor == expected, "\(variables)")
      }
      for nothing in ["", "yes", "rxvt"] {
        let found = environment(variables.merging(["COLORTERM": nothing]) { $1 })
        #expect(!found.promisesTrueColor)
      }
    }
    #expect(!environment(["NO_COLOR": "1"]).allowsColor && environment([:]).allowsColor)
  }

  /// Where a terminal's entry isn't installed, its name still says how many colours it has.
  @Test func aNamePromisesAsManyColors() {
    let cases: [(String, ColorDepth)] = [
      ("xterm-16color", .ansi16), ("rxvt-88color", .ansi16), ("putty-8color", .ansi8),
      ("screen-16color", .ansi16), ("xterm-mono", .none), ("cons25-m", .none),
      ("xterm-256color", .trueColor), ("foot", .trueColor), ("", .trueColor),
    ]
    for (name, expected) in cases {
      #expect(environment(["TERM": name]).namedDepth == expected, "\(name)")
    }
  }

  @Test func background() {
    let cases: [(String?, Bool?)] = [
      ("0;15", true), ("15;0", false), ("0;default;15", true), ("7;0", false), ("0;7", true),
      ("15;8", false), ("0;11", true), ("default;default", nil), ("15", nil), ("", nil), (nil, nil),
      ("0;16", nil), ("0;-1", nil), ("0;x", nil),
    ]
    for (value, expected) in cases {
      let found = environment(value.map { ["COLORFGBG": $0] } ?? [:])
      #expect(found.isBackgroundLight == expected, "\(value ?? "nil")")
    }
    #expect(Color(rgb: 0xFDF6E3).isLight && !Color(rgb: 0x002B36).isLight)
  }

  @Test func whoIsAsked() {
    for name in ["xterm-256color", "tmux-256color", "screen", "foot", "xterm-kitty"] {
      #expect(environment(["TERM": name]).mayBeAsked)
    }
    for name in ["", "dumb", "linux", "vt100", "eterm-color"] {
      #expect(!environment(["TERM": name]).mayBeAsked)
    }
  }
}
