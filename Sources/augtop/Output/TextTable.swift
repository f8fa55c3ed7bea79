import Quantities

/// A table for a terminal: cells of fixed width, one line a row.
struct TextTable {
  /// A column's heading, width in characters, and side.
  struct Column {
    fileprivate let heading: String
    fileprivate let width: Int
    fileprivate let isLeft: Bool

    /// A column of words.
    static func left(_ heading: String, _ width: Int) -> Column {
      Column(heading: heading, width: width, isLeft: true)
    }

    /// A column of numbers.
    static func right(_ heading: String, _ width: Int) -> Column {
      Column(heading: heading, width: width, isLeft: false)
    }
  }

  private let columns: [Column]
  /// The headings, then the rows added so far.
  private(set) var lines: [String] = []

  /// A table without rows.
  init(_ columns: [Column]) {
    self.columns = columns
    add(columns.map(\.heading))
  }

  /// Adds a row; cells that are missing at its end are left out.
  ///
  /// - Parameter note: Follows the last cell.
  mutating func add(_ cells: [String], note: String = "") {
    let padded = zip(columns, cells).map { column, cell in
      column.isLeft ? cell.padded(to: column.width) : cell.leftPadded(to: column.width)
    }
    lines.append(padded.joined() + note)
  }
}
