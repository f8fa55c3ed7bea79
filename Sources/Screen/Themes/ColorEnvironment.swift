/// The terminal's colours, by the environment's variables.
package struct ColorEnvironment: Hashable, Sendable {
  private let noColor: String
  private let colorTerm: String
  private let colors: String
  /// The variable `TERM`.
  private let term: String
  private let isTmux: Bool
  private let isGnuScreen: Bool

  /// Reads the variables by a function that answers with the value of a name.
  package init(variable: (String) -> String?) {
    noColor = variable("NO_COLOR") ?? ""
    colorTerm = variable("COLORTERM") ?? ""
    colors = variable("COLORFGBG") ?? ""
    term = variable("TERM") ?? ""
    isTmux = variable("TMUX") != nil
    isGnuScreen = variable("STY") != nil
  }

  /// False where `NO_COLOR` has any value but an empty one (no-color.org).
  package var allowsColor: Bool { noColor.isEmpty }

  /// Whether `COLORTERM` promises 24-bit colour and can be believed.
  ///
  /// It is inherited: within a multiplexer or another program that is a terminal itself it speaks of the
  /// terminal around. GNU screen before 5 has no 24-bit colour; tmux turns it into what there is, also
  /// where its terminal is called `screen`.
  package var promisesTrueColor: Bool {
    guard allowsColor, colorTerm == "truecolor" || colorTerm == "24bit" else { return false }
    if term == "screen" || term.hasPrefix("screen-") || term.hasPrefix("screen.") {
      return isTmux && !isGnuScreen
    }
    return !isOfFewColors
  }

  /// Consoles, terminals within other programs, and the terminals of old: none has 24-bit colour,
  /// whatever was inherited.
  private var isOfFewColors: Bool {
    let families = [
      "linux", "eterm", "dvtm", "fbterm", "vt", "ansi", "cons", "dumb", "hurd", "sun",
    ]
    let family = term.prefix { $0.isLetter }
    return families.contains { family == $0 } || term.hasSuffix("-mono") || term.hasSuffix("-m")
  }

  /// The most colours that the terminal's name promises, as of `xterm-16color`: where its entry isn't known, it
  /// is drawn on by another one's. `xterm-88color` has sixteen that can be relied on.
  package var namedDepth: ColorDepth {
    if term.hasSuffix("-16color") || term.hasSuffix("-88color") { return .ansi16 }
    if term.hasSuffix("-8color") { return .ansi8 }
    return term.hasSuffix("-mono") || term.hasSuffix("-m") ? .none : .trueColor
  }

  /// Whether the background is a light one, by `COLORFGBG` (rxvt, Konsole and others): `0;15`, or
  /// `0;default;15`; nil where it doesn't say.
  package var isBackgroundLight: Bool? {
    guard let last = colors.split(separator: ";").last, colors.contains(";"),
      let index = Int(last), (0...15).contains(index)
    else { return nil }
    return index == 7 || index > 8
  }

  /// Whether a terminal of this name may be asked for its background: not those that would show the
  /// question.
  package var mayBeAsked: Bool { !term.isEmpty && !isOfFewColors }
}
