extension InputParser {
  private static let escape: UInt32 = 27
  private static let cancel: UInt32 = 24
  private static let substitute: UInt32 = 26

  /// Takes a scalar, a control character of seven or eight bits, or `ScalarDecoder.broken`.
  mutating func accept(_ value: UInt32, _ inputs: inout [TerminalInput]) {
    switch state {
    case .string(let isOSC): return acceptString(value, isOSC, &inputs)
    case .stringEscape(let isOSC):
      if value == UInt32(UInt8(ascii: "\\")) { return endString(isOSC, &inputs) }
      // Any other sequence ends the string.
      inputs.append(.unknown)
      reset()
      state = .escape
    case .dollar where value != UInt32(UInt8(ascii: "y")):
      endModified(&inputs)
    default: break
    }
    if value == InputParser.escape {
      if state != .ground, state != .escape { inputs.append(.unknown) }
      let isDouble = state == .escape
      reset()
      isAlt = isDouble
      state = .escape
      return
    }
    if (0x80...0x9F).contains(value) {
      if state != .ground { inputs.append(.unknown) }
      reset()
      return begin(UInt8(value - 0x40), orKey: nil, &inputs)
    }
    if state != .ground, value == InputParser.cancel || value == InputParser.substitute {
      return endUnknown(&inputs)
    }
    switch state {
    case .ground: acceptGround(value, &inputs)
    case .escape: acceptEscape(value, &inputs)
    case .sequence: acceptSequence(value, &inputs)
    case .dollar: endSequence(value, &inputs)
    case .consoleKey: endConsoleKey(value, &inputs)
    case .single: acceptSingle(value, &inputs)
    case .mouse: acceptMouse(value, &inputs)
    case .string, .stringEscape, .paste: break
    }
  }

  private mutating func acceptGround(_ value: UInt32, _ inputs: inout [TerminalInput]) {
    guard value != ScalarDecoder.broken, let key = Key(scalar: value) else {
      return inputs.append(.unknown)
    }
    inputs.append(.key(key))
  }

  private mutating func acceptEscape(_ value: UInt32, _ inputs: inout [TerminalInput]) {
    guard value < 0x80, value != 0x7F, value >= 0x20 else {
      let key = value == ScalarDecoder.broken ? nil : Key(scalar: value)
      return end(key.map { .modifiedKey($0, .alt) } ?? .unknown, &inputs)
    }
    begin(UInt8(value), orKey: Key(scalar: value), &inputs)
  }

  /// Begins what ESC and this character begin; any other is a key with alt.
  private mutating func begin(_ byte: UInt8, orKey key: Key?, _ inputs: inout [TerminalInput]) {
    switch Character(Unicode.Scalar(byte)) {
    case "[": state = .sequence
    case "O": state = .single
    case "]": state = .string(isOSC: true)
    case "P", "X", "^", "_": state = .string(isOSC: false)
    default: end(key.map { .modifiedKey($0, .alt) } ?? .unknown, &inputs)
    }
  }

  private mutating func acceptSequence(_ value: UInt32, _ inputs: inout [TerminalInput]) {
    switch value {
    case 0x20...0x3F:
      let isRxvtKey = value == UInt32(UInt8(ascii: "$")) && isNumber
      collect(value)
      if isRxvtKey { state = .dollar }
    case 0x40...0x7E: endSequence(value, &inputs)
    case 0x7F: break
    default: endUnknown(&inputs)
    }
  }

  /// Whether what was collected is a number, or several.
  private var isNumber: Bool {
    !collected.isEmpty && collected.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x3B }
  }

  private mutating func endConsoleKey(_ value: UInt32, _ inputs: inout [TerminalInput]) {
    let number = Int(value) - Int(UInt8(ascii: "A")) + 1
    end((1...5).contains(number) ? .key(.function(number)) : .unknown, &inputs)
  }

  /// SS3 and a letter; some terminals put the modifiers' number between.
  private mutating func acceptSingle(_ value: UInt32, _ inputs: inout [TerminalInput]) {
    switch value {
    case 0x30...0x39, 0x3B: collect(value)
    case 0x20...0x7E: endSingle(UInt8(value), &inputs)
    default: endUnknown(&inputs)
    }
  }

  private mutating func acceptMouse(_ value: UInt32, _ inputs: inout [TerminalInput]) {
    collect(value)
    guard collected.count == 3 else { return }
    let values = collected.map { max(0, Int($0) - 32) }
    end(
      .mouse(
        MouseReport(code: values[0], column: values[1], row: values[2], isReleased: false)),
      &inputs)
  }

  private mutating func acceptString(
    _ value: UInt32, _ isOSC: Bool, _ inputs: inout [TerminalInput]
  ) {
    switch value {
    case InputParser.escape: state = .stringEscape(isOSC: isOSC)
    case InputParser.cancel, InputParser.substitute: endUnknown(&inputs)
    case 0x9C: endString(isOSC, &inputs)
    case 7 where isOSC: endString(isOSC, &inputs)
    default: if isOSC { collect(value) }
    }
  }

  private mutating func endString(_ isOSC: Bool, _ inputs: inout [TerminalInput]) {
    let color = isOSC && !isTooLong ? ColorAnswer.read(text) : nil
    end(color.map { .color($0.of, $0.color) } ?? .report(.string), &inputs)
  }

  /// The collected scalars as text.
  var text: String {
    var scalars = String.UnicodeScalarView()
    for value in collected { if let scalar = Unicode.Scalar(value) { scalars.append(scalar) } }
    return String(scalars)
  }

  mutating func end(_ input: TerminalInput, _ inputs: inout [TerminalInput]) {
    inputs.append(input)
    reset()
  }

  mutating func endUnknown(_ inputs: inout [TerminalInput]) { end(.unknown, &inputs) }

  /// One of rxvt's keys with shift, which end with `$`.
  mutating func endModified(_ inputs: inout [TerminalInput]) {
    let number = Int(text.prefix { $0.isNumber }) ?? 0
    end(Key(tilde: number).map { .modifiedKey($0, .shift) } ?? .unnamedKey, &inputs)
  }
}
