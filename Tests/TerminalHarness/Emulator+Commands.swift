extension Emulator {
  mutating func apply(_ command: TerminalCommand) {
    switch command {
    case .glyph(let scalar): write(scalar)
    case .control(let byte): applyControl(byte)
    case .escape(let letter): applyEscape(letter)
    case .sequence(let mark, let numbers, let final):
      applySequence(mark, numbers, Character(Unicode.Scalar(final)))
    }
  }

  private mutating func write(_ scalar: Unicode.Scalar) {
    let width = Emulator.width(of: scalar)
    if width == 0 {
      cells[lastGlyph.y][lastGlyph.x].text.unicodeScalars.append(scalar)
      return
    }
    if wraps || (isWrapping && x + width > columns) {
      x = 0
      feedLine()
    }
    wraps = false
    pen.text = String(scalar)
    cells[y][x] = pen
    lastGlyph = (x, y)
    if width == 2, x + 1 < columns {
      pen.text = ""
      cells[y][x + 1] = pen
    }
    x += width
    if x >= columns {
      x = columns - 1
      wraps = isWrapping
    }
  }

  private mutating func feedLine() {
    if y + 1 < rows {
      y += 1
    } else {
      cells.removeFirst()
      cells.append([EmulatedCell](repeating: EmulatedCell(), count: columns))
    }
  }

  private mutating func applyControl(_ byte: UInt8) {
    wraps = false
    switch byte {
    case 8: x = max(0, x - 1)
    case 9: x = min(columns - 1, (x / 8 + 1) * 8)
    case 10: feedLine()
    case 13: x = 0
    case 7, 14, 15: break
    default: unknownSequences.append("control \(byte)")
    }
  }

  private mutating func applyEscape(_ letter: UInt8) {
    switch Character(Unicode.Scalar(letter)) {
    case "7": savedCursor = (x, y)
    case "8": (x, y) = savedCursor
    case "=", ">", "\\": break
    default: unknownSequences.append("ESC \(Character(Unicode.Scalar(letter)))")
    }
  }

  private mutating func applySequence(_ mark: UInt8?, _ numbers: [Int], _ final: Character) {
    let first = numbers.first ?? 0
    let count = max(1, first)
    if mark == UInt8(ascii: "?"), final == "h" || final == "l" {
      for number in numbers { setMode(number, isOn: final == "h") }
      return
    }
    if final != "m" { wraps = false }
    switch final {
    case "H", "f":
      move(to: (numbers.count > 1 ? numbers[1] : 1) - 1, count - 1)
    case "A": move(to: x, y - count)
    case "B": move(to: x, y + count)
    case "C": move(to: x + count, y)
    case "D": move(to: x - count, y)
    case "G": move(to: count - 1, y)
    case "d": move(to: x, count - 1)
    case "J": eraseScreen(first)
    case "K": eraseLine(first)
    case "X":
      for column in x..<min(columns, x + count) { cells[y][column] = erased }
    case "P":
      for _ in 0..<min(count, columns - x) {
        cells[y].remove(at: x)
        cells[y].append(erased)
      }
    case "@":
      for _ in 0..<min(count, columns - x) {
        cells[y].insert(erased, at: x)
        cells[y].removeLast()
      }
    case "m" where mark == nil: setGraphics(numbers)
    // A question about the terminal, which this one leaves unanswered.
    case "h", "l", "r", "t", "m", "c": break
    default: unknownSequences.append("CSI \(numbers) \(final)")
    }
  }

  private mutating func move(to column: Int, _ row: Int) {
    x = min(columns - 1, max(0, column))
    y = min(rows - 1, max(0, row))
  }

  /// A blank in the pen's background, as terminals erase.
  private var erased: EmulatedCell {
    var cell = EmulatedCell()
    cell.background = pen.background
    return cell
  }

  private mutating func eraseLine(_ part: Int) {
    let range = part == 0 ? x..<columns : part == 1 ? 0..<(x + 1) : 0..<columns
    for column in range { cells[y][column] = erased }
  }

  private mutating func eraseScreen(_ part: Int) {
    if part < 2 { eraseLine(part) }
    let range = part == 0 ? (y + 1)..<max(y + 1, rows) : part == 1 ? 0..<y : 0..<rows
    for row in range { cells[row] = [EmulatedCell](repeating: erased, count: columns) }
  }

  private mutating func setMode(_ number: Int, isOn: Bool) {
    switch number {
    case 1: hasApplicationKeys = isOn
    case 7: isWrapping = isOn
    case 25: isCursorVisible = isOn
    case 1049, 47, 1047:
      guard isOn != isAlternate else { return }
      isAlternate = isOn
      if isOn {
        mainScreen = cells
        savedCursor = (x, y)
        cells = Emulator.blank(columns: columns, rows: rows)
      } else {
        cells = mainScreen ?? Emulator.blank(columns: columns, rows: rows)
        mainScreen = nil
        move(to: savedCursor.x, savedCursor.y)
      }
    case 2004: marksPastes = isOn
    case 12, 1000, 1002, 1006: break
    default: unknownSequences.append("mode \(number)")
    }
  }

  private mutating func setGraphics(_ numbers: [Int]) {
    var rest = (numbers.isEmpty ? [0] : numbers)[...]
    while let number = rest.popFirst() {
      switch number {
      case 0: pen = EmulatedCell()
      case 1: pen.isBold = true
      case 2: pen.isDim = true
      case 4: pen.isUnderlined = true
      case 7: pen.isReversed = true
      case 22: (pen.isBold, pen.isDim) = (false, false)
      case 24: pen.isUnderlined = false
      case 27: pen.isReversed = false
      case 30...37: pen.foreground = .indexed(number - 30)
      case 39: pen.foreground = .standard
      case 40...47: pen.background = .indexed(number - 40)
      case 49: pen.background = .standard
      case 90...97: pen.foreground = .indexed(number - 82)
      case 100...107: pen.background = .indexed(number - 92)
      case 38: pen.foreground = Emulator.color(&rest)
      case 48: pen.background = Emulator.color(&rest)
      default: unknownSequences.append("SGR \(number)")
      }
    }
  }

  private static func color(_ rest: inout ArraySlice<Int>) -> EmulatedColor {
    switch rest.popFirst() {
    case 5: return .indexed(rest.popFirst() ?? 0)
    case 2:
      let channels = (0..<3).map { _ in rest.popFirst() ?? 0 }
      return .rgb(red: channels[0], green: channels[1], blue: channels[2])
    default: return .standard
    }
  }

  private static func width(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x300...0x36F, 0x200B...0x200D, 0xFE00...0xFE0F: 0
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFF01...0xFF60,
      0x1F300...0x1F64F, 0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}
