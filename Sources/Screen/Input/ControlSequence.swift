/// The inside of a control sequence.
struct ControlSequence {
  /// A private mark before the numbers: `<`, `=`, `>` or `?`.
  let mark: Character?
  /// The numbers, each with its parts; a missing one is 0.
  let numbers: [[Int]]
  /// Characters between the numbers and the letter.
  let middle: String
  /// The letter.
  let final: Character

  /// Beyond this a number isn't a number that a terminal sends.
  private static let largest = 1_000_000

  /// Reads what stood between CSI and the letter.
  init(_ inside: [UInt32], final: UInt8) {
    var rest = inside[...]
    if let first = rest.first, (0x3C...0x3F).contains(first) {
      mark = Character(Unicode.Scalar(UInt8(first)))
      rest.removeFirst()
    } else {
      mark = nil
    }
    var numbers: [[Int]] = []
    var middle = ""
    for value in rest {
      switch value {
      case 0x30...0x39:
        if numbers.isEmpty { numbers = [[0]] }
        let last = numbers.count - 1
        let part = numbers[last].count - 1
        numbers[last][part] = min(
          ControlSequence.largest, numbers[last][part] * 10 + Int(value - 0x30))
      case 0x3A:
        if numbers.isEmpty { numbers = [[0]] }
        numbers[numbers.count - 1].append(0)
      case 0x3B:
        if numbers.isEmpty { numbers = [[0]] }
        numbers.append([0])
      default: middle.append(Character(Unicode.Scalar(UInt8(truncatingIfNeeded: value))))
      }
    }
    self.numbers = numbers
    self.middle = middle
    self.final = Character(Unicode.Scalar(final))
  }

  /// The first number; 0 where there is none.
  var first: Int { number(0) }

  private func number(_ index: Int) -> Int {
    numbers.indices.contains(index) ? numbers[index].first ?? 0 : 0
  }

  /// The sequence's meaning.
  func input(isAlt: Bool) -> TerminalInput {
    switch (mark, middle) {
    case (nil, ""): unmarked(isAlt: isAlt)
    case ("<", "") where final == "M" || final == "m":
      .mouse(
        MouseReport(
          code: first, column: number(1), row: number(2), isReleased: final == "m"))
    case ("?", "$") where final == "y", (nil, "$") where final == "y":
      .report(.mode(first, state: number(1)))
    case ("?", ""):
      switch final {
      case "c": .report(.attributes)
      case "u": .report(.keyboard)
      case "R": .report(.cursor(row: first, column: number(1)))
      case "n": .report(.status)
      default: .unknown
      }
    case (">", "") where final == "c", ("=", "") where final == "c": .report(.attributes)
    default: .unknown
    }
  }

  private func unmarked(isAlt: Bool) -> TerminalInput {
    switch final {
    case "I" where numbers.isEmpty: return .focus(isGained: true)
    case "O" where numbers.isEmpty: return .focus(isGained: false)
    case "M":
      return .mouse(
        MouseReport(
          code: max(0, first - 32), column: number(1), row: number(2), isReleased: false))
    // F3 with modifiers looks the same where the row is 1; neither is a key here.
    case "R" where numbers.count > 1: return .report(.cursor(row: first, column: number(1)))
    case "n", "x": return .report(.status)
    case "t", "T": return .report(.window)
    case "c": return .report(.attributes)
    case "u": return kittyKey(isAlt: isAlt)
    case "~" where first == 27: return modifiedCharacter(isAlt: isAlt)
    case "~": return key(Key(tilde: first), isAlt: isAlt)
    case "^", "@":
      let held: KeyModifiers = final == "^" ? .control : [.control, .shift]
      return Key(tilde: first).map { .modifiedKey($0, held) } ?? .unnamedKey
    case "a"..."d": return .unnamedKey
    case "A"..."D", "F", "H", "P"..."S", "Z":
      // A number that isn't 1 is no key's: a report that isn't known.
      guard numbers.isEmpty || first <= 1 else { return .unknown }
      return key(Key(letter: final), isAlt: isAlt)
    case "E": return .unnamedKey
    default: return .unknown
    }
  }

  /// The key with the modifiers in the second number; one let go is none.
  private func key(_ key: Key?, isAlt: Bool) -> TerminalInput {
    let held = numbers.count > 1 ? numbers[1] : []
    guard let key, held.count < 2 || held[1] != 3 else { return .unnamedKey }
    var modifiers = KeyModifiers(code: held.first)
    if isAlt { modifiers.insert(.alt) }
    return .of(key, modifiers)
  }

  /// CSI code:shifted:base ; modifiers:event ; text u.
  private func kittyKey(isAlt: Bool) -> TerminalInput {
    guard !numbers.isEmpty else { return .unknown }
    let isShifted = numbers.count > 1 && KeyModifiers(code: numbers[1].first) == .shift
    let codes = numbers[0]
    guard isShifted, codes.count > 1, codes[1] > 32 else {
      return key(ControlSequence.character(codes[0]), isAlt: isAlt)
    }
    let shifted = ControlSequence(withoutModifiers: self)
    return shifted.key(ControlSequence.character(codes[1]), isAlt: isAlt)
  }

  /// CSI 27 ; modifiers ; code ~, as xterm's `modifyOtherKeys` has it.
  ///
  /// The code is that of the character that shift makes.
  private func modifiedCharacter(isAlt: Bool) -> TerminalInput {
    let character = ControlSequence.character(number(2))
    guard KeyModifiers(code: number(1)) == .shift, case .character = character else {
      return key(character, isAlt: isAlt)
    }
    return ControlSequence(withoutModifiers: self).key(character, isAlt: isAlt)
  }

  /// The same without the modifiers' own number; whether the key was let go stays.
  private init(withoutModifiers other: ControlSequence) {
    var numbers = other.numbers
    numbers[1][0] = 1
    self.mark = other.mark
    self.numbers = numbers
    self.middle = other.middle
    self.final = other.final
  }

  /// The key of a character's number; nil for keys that aren't characters, in the private area.
  private static func character(_ code: Int) -> Key? {
    guard code > 0, code < 0xE000 || code > 0xF8FF else { return nil }
    return Key(scalar: UInt32(code))
  }
}
