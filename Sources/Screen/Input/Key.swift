/// A key the user pressed.
package enum Key: Hashable, Sendable {
  case character(Character)
  /// A letter with the control key, in lower case; Ctrl-C and Ctrl-Z come as signals instead.
  case control(Character)
  /// A digit or a letter with the alt key, or after Escape.
  case alt(Character)
  case up, down, left, right
  case home, end, pageUp, pageDown
  case enter, escape, tab, backtab, backspace, delete, insert
  /// F1 is 1.
  case function(Int)
}

extension Key {
  /// The key that a scalar read from a terminal stands for; nil for what is no scalar.
  init?(scalar: UInt32) {
    switch scalar {
    case 9: self = .tab
    case 10, 13: self = .enter
    case 27: self = .escape
    case 8, 127: self = .backspace
    case 0: self = .control(" ")
    case 1...26:
      self = .control(Character(Unicode.Scalar(UInt8(scalar) + 96)))
    case 28...31: return nil
    default:
      guard let known = Unicode.Scalar(scalar) else { return nil }
      self = .character(Character(known))
    }
  }
}
