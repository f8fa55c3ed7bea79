extension InputParser {
  /// Ends a control sequence: CSI, what was collected, and this letter.
  mutating func endSequence(_ final: UInt32, _ inputs: inout [TerminalInput]) {
    guard !isTooLong else { return endUnknown(&inputs) }
    let inside = ControlSequence(collected, final: UInt8(truncatingIfNeeded: final))
    switch (inside.mark, inside.middle, inside.final) {
    case (nil, "", "["):
      guard inside.numbers.isEmpty else { return endUnknown(&inputs) }
      state = .consoleKey
    case (nil, "", "M") where inside.numbers.isEmpty:
      collected.removeAll(keepingCapacity: true)
      state = .mouse
    case (nil, "", "~") where inside.first == 200: beginPaste()
    default: end(inside.input(isAlt: isAlt), &inputs)
    }
  }

  /// Ends SS3 and a letter.
  mutating func endSingle(_ final: UInt8, _ inputs: inout [TerminalInput]) {
    let inside = ControlSequence(collected, final: final)
    var modifiers = KeyModifiers(code: inside.numbers.last?.first)
    if isAlt { modifiers.insert(.alt) }
    let key: Key? =
      switch inside.final {
      case "M": .enter
      // Keys of the keypad, and rxvt's arrows with control.
      case "a"..."z", "E", "X", " ": nil
      default: Key(letter: inside.final)
      }
    end(key.map { .of($0, modifiers) } ?? .unnamedKey, &inputs)
  }
}

extension TerminalInput {
  /// A key with what is held.
  static func of(_ key: Key, _ modifiers: KeyModifiers) -> TerminalInput {
    switch (key, modifiers) {
    case (_, []): .key(key)
    case (.tab, .shift): .key(.backtab)
    case (.character(let letter), .shift) where letter.isLetter:
      .key(.character(letter.uppercased().first ?? letter))
    case (.character(let letter), .control) where letter.isASCII && letter.isLetter:
      .key(.control(Character(letter.lowercased())))
    default: .modifiedKey(key, modifiers)
    }
  }
}

extension KeyModifiers {
  /// The modifiers of a sequence's number: 1 and a bit for each; nil and 0 mean none.
  ///
  /// The locks of kitty's protocol don't count.
  init(code: Int?) {
    let bits = max(0, (code ?? 1) - 1)
    var held = KeyModifiers(rawValue: UInt8(bits & 7))
    if bits & 0x38 != 0 { held.insert(.other) }
    self = held
  }
}

extension Key {
  /// The key of CSI, a number and `~`; nil for a number without a key here.
  init?(tilde number: Int) {
    switch number {
    case 1, 7: self = .home
    case 2: self = .insert
    case 3: self = .delete
    case 4, 8: self = .end
    case 5: self = .pageUp
    case 6: self = .pageDown
    case 11...15: self = .function(number - 10)
    case 17...21: self = .function(number - 11)
    case 23...26: self = .function(number - 12)
    case 28, 29: self = .function(number - 13)
    case 31...34: self = .function(number - 14)
    default: return nil
    }
  }

  /// The key of CSI or SS3 and a letter; nil for a letter without a key here.
  init?(letter: Character) {
    switch letter {
    case "A": self = .up
    case "B": self = .down
    case "C": self = .right
    case "D": self = .left
    case "H": self = .home
    case "F": self = .end
    case "P": self = .function(1)
    case "Q": self = .function(2)
    case "R": self = .function(3)
    case "S": self = .function(4)
    case "Z": self = .backtab
    default: return nil
    }
  }
}
