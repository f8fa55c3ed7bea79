import Quantities

/// The form of tables in `csv`.
package enum TableStyle: Sendable {
  /// Commas, points in numbers, UTF-8: RFC 4180.
  case standard
  /// Semicolons, commas in numbers, and a byte order mark, by which Excel recognizes UTF-8: for an Excel in
  /// a country that writes its numbers so.
  case excel
}

/// Writes the cells of a table in a style.
struct TableSink {
  private let sink: ExportSink
  private let style: TableStyle

  init(_ sink: ExportSink, _ style: TableStyle) {
    self.sink = sink
    self.style = style
  }

  private var separator: UInt8 {
    switch style {
    case .standard: UInt8(ascii: ",")
    case .excel: UInt8(ascii: ";")
    }
  }

  /// Begins the file.
  func begin() {
    if style == .excel { sink.add("\u{FEFF}") }
  }

  /// Adds what separates two cells.
  func separate() { sink.add(byte: separator) }

  /// Adds constant cells, which are separated by commas in `text`.
  func add(heading text: StaticString) {
    guard style == .excel else { return sink.add(text) }
    text.withUTF8Buffer { bytes in
      for byte in bytes { sink.add(byte: byte == UInt8(ascii: ",") ? separator : byte) }
    }
  }

  func add(_ text: StaticString) { sink.add(text) }

  func add(_ number: Int) { sink.add(number) }

  func add(_ number: Int64) { sink.add(number) }

  /// Adds a number with decimals; 0 for infinities and NaN.
  func add(real: Double) {
    guard style == .excel, real.isFinite else { return sink.add(real: real) }
    sink.add(text: String("\(real)".map { $0 == "." ? "," : $0 }))
  }

  /// Adds a text, in quotes where RFC 4180 needs them.
  func add(cell text: String) {
    let text = text.printableLines
    let special: [UInt8] = [0x22, 0x2C, 0x0A, separator]
    guard text.utf8.contains(where: { special.contains($0) }) else { return sink.add(text: text) }
    sink.add("\"")
    for byte in text.utf8 {
      if byte == 0x22 { sink.add(byte: byte) }
      sink.add(byte: byte)
    }
    sink.add("\"")
  }
}
