/// A colour as a program asked for it.
package enum EmulatedColor: Hashable, Sendable {
  case standard
  case indexed(Int)
  case rgb(red: Int, green: Int, blue: Int)
}

/// One cell of the emulated screen.
package struct EmulatedCell: Hashable, Sendable {
  /// The glyph with its combining marks; empty right of a wide one.
  package var text = " "
  package var foreground = EmulatedColor.standard
  package var background = EmulatedColor.standard
  package var isBold = false
  package var isDim = false
  package var isReversed = false
  package var isUnderlined = false
}

/// A small terminal emulator, which renders a program's output.
///
/// It implements the sequences of `TinyEntry`, of the 24-bit entry, and most of xterm's that curses
/// uses, and counts all others.
package struct Emulator: Sendable, CustomStringConvertible {
  package private(set) var columns: Int
  package private(set) var rows: Int
  package internal(set) var cells: [[EmulatedCell]]
  package internal(set) var isAlternate = false
  package internal(set) var isCursorVisible = true
  /// Whether arrow keys are sent as ESC O, which `HarnessKey` relies on.
  package internal(set) var hasApplicationKeys = false
  /// Whether pastes are marked.
  package internal(set) var marksPastes = false
  /// Sequences that were not understood.
  package internal(set) var unknownSequences: [String] = []

  var x = 0
  var y = 0
  /// Where combining marks go.
  var lastGlyph = (x: 0, y: 0)
  var pen = EmulatedCell()
  /// The last column was written: the next glyph goes to the next line.
  var wraps = false
  /// Whether a glyph after the last column goes to the next line, or overwrites the last one.
  var isWrapping = true
  var mainScreen: [[EmulatedCell]]?
  var savedCursor = (x: 0, y: 0)
  var parser = EscapeParser()

  package init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Emulator.blank(columns: columns, rows: rows)
  }

  /// The rows as text, trailing blanks dropped.
  package var text: [String] {
    cells.map { row in
      var line = row.map(\.text).joined()
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// All of it in one string, for `contains`.
  package var joined: String { text.joined(separator: "\n") }

  package var description: String { joined }

  package func contains(_ piece: String) -> Bool { joined.contains(piece) }

  /// Whether any cell has a colour.
  package var hasColor: Bool {
    cells.contains { row in
      row.contains { $0.foreground != .standard || $0.background != .standard }
    }
  }

  package mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if let command = parser.take(byte) { apply(command) }
    }
  }

  /// A window of another size; what is cut off is lost.
  package mutating func resize(columns: Int, rows: Int) {
    func fit(_ grid: [[EmulatedCell]]) -> [[EmulatedCell]] {
      var fitted = Emulator.blank(columns: columns, rows: rows)
      for (row, cells) in grid.prefix(rows).enumerated() {
        for (column, cell) in cells.prefix(columns).enumerated() { fitted[row][column] = cell }
      }
      return fitted
    }
    cells = fit(cells)
    mainScreen = mainScreen.map(fit)
    self.columns = columns
    self.rows = rows
    x = min(x, columns - 1)
    y = min(y, rows - 1)
    lastGlyph = (x, y)
  }

  static func blank(columns: Int, rows: Int) -> [[EmulatedCell]] {
    [[EmulatedCell]](
      repeating: [EmulatedCell](repeating: EmulatedCell(), count: columns), count: rows)
  }
}
