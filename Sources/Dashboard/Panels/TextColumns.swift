import Screen

/// A text, and its rows at each width that was asked for: a panel tries several places for each of its texts.
final class WrappedText {
  private let spans: [Span]
  private var rowsByWidth: [Int: [[Span]]] = [:]

  init(_ spans: [Span]) {
    self.spans = spans
  }

  /// The text broken into rows of at most so many columns.
  func rows(width: Int) -> [[Span]] {
    if let rows = rowsByWidth[width] { return rows }
    let rows = spans.wrapped(to: width)
    rowsByWidth[width] = rows
    return rows
  }
}

/// A text with its place: rows of one column, one below the other.
struct PlacedText {
  var rows: [[Span]]
  var column: Int
  var row: Int
}

/// Texts in columns, one below the other and each in one column; nil where there is no room for all.
func placed(_ texts: [WrappedText], widths: [Int], height: Int) -> [PlacedText]? {
  var places: [PlacedText] = []
  var (column, row) = (0, 0)
  for text in texts {
    var rows = text.rows(width: widths[column])
    if row + rows.count > height {
      (column, row) = (column + 1, 0)
      guard column < widths.count else { return nil }
      rows = text.rows(width: widths[column])
    }
    guard rows.count <= height else { return nil }
    places.append(PlacedText(rows: rows, column: column, row: row))
    row += rows.count
  }
  return places
}

/// Lines that are left out are worse than shortened ones, and those than more rows.
func loss(_ texts: [PlacedText]) -> (Int, Int, Int) {
  let words = texts.reduce(0) { $0 + $1.rows.reduce(0) { $0 + $1.width } }
  return (-texts.count, -words, texts.reduce(0) { $0 + $1.rows.count })
}
