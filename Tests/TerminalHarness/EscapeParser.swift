/// A command that output bytes encode for a terminal.
enum TerminalCommand {
  case glyph(Unicode.Scalar)
  case control(UInt8)
  /// ESC and one letter.
  case escape(UInt8)
  /// CSI: a private mark (`?`) or nil, numbers, the final letter.
  case sequence(mark: UInt8?, numbers: [Int], final: UInt8)
}

/// Cuts output into commands, byte by byte.
struct EscapeParser {
  private enum State {
    case ground
    case escape
    case skipOne
    case sequence
    /// An operating system command, until BEL or ST.
    case text
  }

  private var state = State.ground
  private var collected: [UInt8] = []
  private var glyph: [UInt8] = []

  mutating func take(_ byte: UInt8) -> TerminalCommand? {
    switch state {
    case .ground: return takeGround(byte)
    case .escape:
      state = .ground
      switch byte {
      case 27: state = .escape
      case UInt8(ascii: "["):
        state = .sequence
        collected = []
      case UInt8(ascii: "]"), UInt8(ascii: "P"): state = .text
      case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "#"): state = .skipOne
      default: return .escape(byte)
      }
    case .skipOne: state = .ground
    case .sequence:
      // A sequence that was cut off ends where the next one begins.
      if byte == 27 {
        state = .escape
        return nil
      }
      guard (0x40...0x7E).contains(byte) else {
        collected.append(byte)
        return nil
      }
      state = .ground
      return sequence(ending: byte)
    case .text:
      if byte == 7 { state = .ground }
      if byte == 27 { state = .skipOne }
    }
    return nil
  }

  private mutating func takeGround(_ byte: UInt8) -> TerminalCommand? {
    if byte == 27 {
      state = .escape
      return nil
    }
    if byte < 32 || byte == 127 { return .control(byte) }
    if byte < 128 { return .glyph(Unicode.Scalar(byte)) }
    if byte >= 0xC0 { glyph = [] }
    glyph.append(byte)
    guard let first = glyph.first else { return nil }
    guard first >= 0xC0 else {
      glyph = []
      return .glyph("\u{FFFD}")
    }
    guard glyph.count == (first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2) else { return nil }
    defer { glyph = [] }
    return .glyph(String(decoding: glyph, as: UTF8.self).unicodeScalars.first ?? "\u{FFFD}")
  }

  private func sequence(ending final: UInt8) -> TerminalCommand {
    var body = collected[...]
    var mark: UInt8?
    if let first = body.first, (0x3C...0x3F).contains(first) {
      mark = first
      body = body.dropFirst()
    }
    let numbers = String(decoding: body, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0 == ";" || $0 == ":" }
      .map { Int($0) ?? 0 }
    return .sequence(mark: mark, numbers: numbers, final: final)
  }
}
