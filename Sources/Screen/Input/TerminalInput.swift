/// One thing that the terminal sent: a key, or something that must not be taken for one.
package enum TerminalInput: Hashable, Sendable {
  case key(Key)
  /// A key with modifiers for which `Key` has no case, such as Shift and an arrow.
  case modifiedKey(Key, KeyModifiers)
  /// A key without a name here: a media key, a modifier alone, a key let go.
  case unnamedKey
  case mouse(MouseReport)
  /// The window got the focus, or lost it.
  case focus(isGained: Bool)
  /// Pasted text, by its number of bytes.
  case paste(bytes: Int)
  case color(TerminalColor, Color)
  case report(TerminalReport)
  /// A sequence that is damaged, cut off or unknown.
  case unknown
}

/// The modifiers held with a key.
package struct KeyModifiers: OptionSet, Hashable, Sendable {
  /// A bit for each modifier.
  package let rawValue: UInt8
  /// A set of these bits.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The shift key.
  package static let shift = KeyModifiers(rawValue: 1)
  /// The alt key, or Escape sent before the key.
  package static let alt = KeyModifiers(rawValue: 2)
  /// The control key.
  package static let control = KeyModifiers(rawValue: 4)
  /// Super, hyper or meta.
  package static let other = KeyModifiers(rawValue: 8)
}

/// A colour that a terminal was asked for.
package enum TerminalColor: Hashable, Sendable {
  case foreground
  case background
  /// One of the palette.
  case indexed(Int)
}

/// An answer or a message of the terminal itself.
package enum TerminalReport: Hashable, Sendable {
  /// The cursor's row and column, from 1.
  case cursor(row: Int, column: Int)
  /// The terminal's kind: every terminal since the VT100 answers this question.
  case attributes
  /// The state of a mode: 0 unknown, 1 on, 2 off, 3 always on, 4 always off.
  case mode(Int, state: Int)
  /// The flags of the keyboard protocol of kitty.
  case keyboard
  /// The window's size or title.
  case window
  /// A status, such as the colour scheme.
  case status
  /// A string for devices, applications or operating systems: DCS, APC, PM, SOS, OSC.
  case string
}

/// An action of the mouse at a cell of the window.
package struct MouseReport: Hashable, Sendable {
  /// Kinds of actions.
  package enum Action: Hashable, Sendable {
    case press, release, move
    case wheelUp, wheelDown, wheelLeft, wheelRight
  }

  /// The action.
  package var action: Action
  /// 1 left, 2 middle, 3 right; 0 where no button is held or known.
  package var button: Int
  /// Column and row from 0; pixels where the terminal counts in these.
  package var place: Point
  /// Shift, alt and control.
  package var modifiers: KeyModifiers

  /// A report of a button's number as terminals code it.
  ///
  /// - Parameters:
  ///   - code: The two low bits and those from 64 on name the button, 4, 8 and 16 modifiers; 32 is
  ///     movement.
  ///   - isReleased: Whether the encoding itself says that the button was let go.
  /// - Source: xterm's `ctlseqs`, *Mouse Tracking*.
  init(code: Int, column: Int, row: Int, isReleased: Bool) {
    let low = code & 3
    switch code & 0xC0 {
    case 64:
      action = [.wheelUp, .wheelDown, .wheelLeft, .wheelRight][low]
      button = 0
    case 128:
      action = isReleased ? .release : .press
      button = 8 + low
    default:
      // Older encodings don't say which button was let go.
      button = low == 3 ? 0 : low + 1
      action = isReleased || low == 3 ? .release : .press
    }
    if code & 32 != 0 { action = .move }
    var held: KeyModifiers = []
    if code & 4 != 0 { held.insert(.shift) }
    if code & 8 != 0 { held.insert(.alt) }
    if code & 16 != 0 { held.insert(.control) }
    modifiers = held
    place = Point(x: max(0, column - 1), y: max(0, row - 1))
  }
}
