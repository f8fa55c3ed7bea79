/// The column of step times in each line of a table, whatever separates its columns: commas, semicolons or
/// tabs, with decimal points or, as spreadsheets write in many countries, decimal commas.
///
/// Semicolons and tabs always separate; a comma between them is a decimal comma. On a line with commas
/// alone it is one or the other, so it needs evidence: a heading, or a line whose columns can be recognized
/// apart. Without evidence the line is refused.
///
/// A mark between thousands is refused: `1.234` next to `0,5` may be 1234, `1,234` may be 1.234.
struct StepTimesColumns {
  /// Why a line's column isn't taken.
  enum Fault: Error, Equatable {
    /// Either a decimal comma or a comma between columns.
    case ambiguous
    /// Perhaps a mark between thousands.
    case thousands
  }

  /// Columns of the heading, if it is separated by commas or has one column; nil without a heading.
  private var headingColumns: Int?
  /// The number of columns of lines that commas surely separate.
  private var columnCounts: Set<Int> = []
  private var hasSemicolons = false
  private var hasDecimalCommas = false

  /// The number of the column of times, from 0 on.
  private let place: Int

  /// Looks for evidence in all lines.
  ///
  /// - Parameters:
  ///   - heading: The first line, if it is a heading.
  ///   - place: The number of the column of times, from 0 on.
  /// - Complexity: O(bytes).
  init(lines: some Sequence<Substring>, heading: Substring?, place: Int) {
    self.place = place
    if let heading {
      let separator = Self.separator(of: heading)
      hasSemicolons = separator == Self.semicolon
      if separator == Self.comma {
        headingColumns = Self.columns(of: heading, at: Self.comma).count
      }
    }
    for line in lines where line.utf8.contains(where: { $0 == Self.comma || $0 == Self.semicolon })
    {
      look(at: line)
    }
  }

  /// The column of times, without blanks and quotes, with a decimal point where it has a decimal comma;
  /// empty where the line has none.
  ///
  /// - Throws: `ambiguous` or `thousands` for a text that could be two numbers.
  /// - Complexity: O(bytes of the line).
  func time(of line: Substring) throws(Fault) -> Substring {
    guard line.utf8.contains(where: Self.isMark) else {
      return place == 0 ? Self.trimmed(line) : ""
    }
    let separator = Self.separator(of: line)
    let columns = Self.columns(of: line, at: separator)
    guard separator == Self.comma, columns.count > 1, !isSeparated(columns) else {
      return try number(columns, hasSemicolon: separator == Self.semicolon)
    }
    guard place == 0, columns.count == 2, headingColumns == 1 || hasSemicolons || hasDecimalCommas
    else {
      throw .ambiguous
    }
    return try number([Self.trimmed(line)], hasSemicolon: hasSemicolons)
  }

  /// - Parameter hasSemicolon: Spreadsheets separate columns by it where decimals have a comma.
  private func number(
    _ columns: [Substring], hasSemicolon: Bool
  ) throws(Fault) -> Substring {
    guard place < columns.count else { return "" }
    let column = columns[place]
    guard let form = NumberForm(column) else {
      // More than one mark, as in 1.234,5.
      guard NumberForm.hasTwoMarks(column) else { return column }
      throw .thousands
    }
    let others = columns.indices.filter { $0 != place }.compactMap { NumberForm(columns[$0])?.mark }
    switch form.mark {
    case Self.comma?:
      guard !others.contains(Self.point),
        hasSemicolon || hasDecimalCommas || !form.isLikeThousands
      else { throw .thousands }
      return Substring(column.replacing(",", with: "."))
    case Self.point?:
      guard !hasDecimalCommas, !others.contains(Self.comma) else { throw .thousands }
      return column
    default: return column
    }
  }

  private mutating func look(at line: Substring) {
    let separator = Self.separator(of: line)
    let columns = Self.columns(of: line, at: separator)
    if separator == Self.semicolon { hasSemicolons = true }
    let forms = columns.map { NumberForm($0) }
    // In one column, a comma is a decimal comma.
    if forms.contains(where: { $0?.mark == Self.comma && $0?.isLikeThousands == false }) {
      hasDecimalCommas = true
    }
    guard separator == Self.comma, columns.count > 1, let first = forms[0] else { return }
    // 3.4,1 and 12ms,1 and 3,0.5 are columns; 3,4 may be one number, and so may 1,234.5 and 1.234,5.
    let isOneNumber =
      !first.hasUnit
      && (first.mark == nil || columns.count == 2 && first.isLikeThousands && forms[1]?.mark == nil)
    if !isOneNumber
      || forms.dropFirst().contains(where: { $0?.mark == Self.point && $0?.whole != 3 })
    {
      columnCounts.insert(columns.count)
    }
  }

  private func isSeparated(_ columns: [Substring]) -> Bool {
    if let headingColumns, headingColumns > 1 { return headingColumns == columns.count }
    guard let digit = columns[1].utf8.first, (0x30...0x39).contains(digit) else { return true }
    return columnCounts.contains(columns.count) || NumberForm(columns[0]) == nil
  }

  // MARK: Lines

  private static let comma = UInt8(ascii: ",")
  private static let point = UInt8(ascii: ".")
  private static let semicolon = UInt8(ascii: ";")
  private static let tab = UInt8(ascii: "\t")
  private static let quote = UInt8(ascii: "\"")

  private static func isMark(_ byte: UInt8) -> Bool {
    byte == comma || byte == point || byte == semicolon || byte == tab || byte == quote
  }

  /// The first of semicolon, tab and comma that stands outside quotes; a comma where none does.
  static func separator(of line: Substring) -> UInt8 {
    var isQuoted = false
    var hasTab = false
    for byte in trimmed(line, quotes: false).utf8 {
      if byte == quote { isQuoted.toggle() }
      guard !isQuoted else { continue }
      if byte == semicolon { return semicolon }
      if byte == tab { hasTab = true }
    }
    return hasTab ? tab : comma
  }

  static func columns(of line: Substring, at separator: UInt8) -> [Substring] {
    var isQuoted = false
    return line.utf8.split(omittingEmptySubsequences: false) { byte in
      if byte == quote { isQuoted.toggle() }
      return byte == separator && !isQuoted
    }.map { trimmed(Substring($0)) }
  }

  /// Without blanks, the carriage return of a foreign line end, and the quotes of CSV.
  static func trimmed(_ text: Substring, quotes: Bool = true) -> Substring {
    func isBlank(_ byte: UInt8) -> Bool {
      byte == 0x20 || byte == 0x09 || byte == 0x0d || (quotes && byte == quote)
    }
    var text = text.utf8.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return Substring(text)
  }
}

/// The parts of a number with at most one mark in it: `-12,50ms`.
private struct NumberForm {
  /// Digits before the mark.
  private(set) var whole = 0
  /// Digits after it.
  private(set) var decimals = 0
  /// The comma or the point; nil for a whole number.
  private(set) var mark: UInt8?
  /// Whether letters follow.
  private(set) var hasUnit = false
  private var beginsWithZero = false

  /// Nil for a text that isn't a number, or has two marks.
  init?(_ text: Substring) {
    var bytes = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    func digits() -> Int {
      let count = bytes.prefix { (0x30...0x39).contains($0) }.count
      bytes = bytes.dropFirst(count)
      return count
    }
    beginsWithZero = bytes.first == 0x30
    whole = digits()
    if let byte = bytes.first, byte == UInt8(ascii: ",") || byte == UInt8(ascii: ".") {
      mark = byte
      bytes = bytes.dropFirst()
      decimals = digits()
    }
    guard whole + decimals > 0, !bytes.contains(where: { $0 == 0x2c || $0 == 0x2e }) else {
      return nil
    }
    hasUnit = !bytes.isEmpty
  }

  /// `1,234` may be 1234; `0,234` and `12,5` can't be.
  var isLikeThousands: Bool { decimals == 3 && (1...3).contains(whole) && !beginsWithZero }

  /// Whether it is made of digits with several marks between them, as `1.234,5` and `1,234,567`.
  static func hasTwoMarks(_ text: Substring) -> Bool {
    let marks = text.utf8.count { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".") }
    return marks > 1 && text.utf8.contains { (0x30...0x39).contains($0) }
  }
}
