package import Pipeline
import Quantities
package import Toml

/// Measured step times: one a line, a plain number of milliseconds or a time with its unit, as
/// `3.4ms`; or CSV, of which the first column counts. Columns are separated by commas, semicolons or
/// tabs; decimal commas are read where they can't be anything else (`StepTimesColumns`).
///
/// Empty lines and comments after a `#` don't count. The first line may be a heading: a word that
/// isn't a time. Where it ends in a unit, as `step_us` or `time (s)`, plain numbers are in it.
package enum StepTimesFile {
  private static let largest = 64 << 20
  /// The byte order mark that spreadsheets write before UTF-8 text.
  private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  /// Reads a file of step times.
  ///
  /// - Throws: A `ConfigurationFault` of kind `unreadable` where the file can't be read or is
  ///   larger than 64 MiB; otherwise as `parse`.
  /// - Complexity: O(lines).
  package static func read(path: String) throws(ConfigurationFault) -> StepRecording {
    try parse(try TextFile.read(path, longest: largest), file: path)
  }

  /// Parses the text of a file of step times.
  ///
  /// - Parameters:
  ///   - file: The file's name in messages, kept as the recording's path.
  ///   - most: The greatest number of times.
  /// - Throws: A `ConfigurationFault` of kind `badValue`: with its line for text that isn't a time
  ///   or could be two, for a time outside 1 µs to 1 h, for the first time after the `most`th, and for the
  ///   first of several columns where it counts the lines; without a line where there is no time at all.
  /// - Complexity: O(bytes).
  package static func parse(
    _ text: String, file: String, most: Int = StepRecording.most
  ) throws(ConfigurationFault) -> StepRecording {
    var lines = lines(of: text, most: most)
    let heading = lines.first.flatMap { isHeading(cells(of: $0.text)) ? $0.text : nil }
    if heading != nil { lines.removeFirst() }
    let units = heading.map { cells(of: $0).map { PlainUnit(endOf: $0) } } ?? []
    // The first column whose heading has a unit, or else the first.
    let named = units.firstIndex { $0 != nil }
    let count = lines.first.map { cells(of: $0.text).count } ?? 0
    let place = named.map { $0 < count ? $0 : 0 } ?? 0
    let unit = (units.isEmpty ? nil : units[place]) ?? .milliseconds
    if named == nil, let first = lines.first, isCounted(lines.lazy.map(\.text)) {
      throw fault(
        file, first.number, StepTimesColumns.trimmed(first.text),
        "begins with the line's number, as all do; leave that column out, or name the other in a"
          + " heading as step_ms")
    }
    let columns = StepTimesColumns(lines: lines.lazy.map(\.text), heading: heading, place: place)
    var times: [Nanoseconds] = []
    for (number, line) in lines {
      let column: Substring
      do {
        column = try columns.time(of: line)
      } catch {
        throw fault(file, number, StepTimesColumns.trimmed(line), why(error))
      }
      guard let time = time(column, unit) else {
        throw fault(
          file, number, column, "isn't a time; write milliseconds as 3.4, or with a unit as 3.4ms")
      }
      guard Scenario.computeTimes.contains(time) else {
        throw fault(file, number, column, "is out of bounds; a step takes 1us to 1h")
      }
      guard times.count < most else {
        throw fault(file, number, column, "is one too many; \(most) steps are enough")
      }
      times.append(Nanoseconds(time))
    }
    guard !times.isEmpty else {
      throw ConfigurationFault(
        file: file,
        problem: .badValue(
          found: "there is no step time", why: "in it; write one a line, as 3.4 or 3.4ms"))
    }
    return StepRecording(path: file, times: times)
  }

  /// The lines with something on them besides a comment, with their numbers from 1 on; as many as can be
  /// times, and one more, which is a fault.
  private static func lines(of text: String, most: Int) -> [(number: Int, text: Substring)] {
    var lines: [(number: Int, text: Substring)] = []
    var rest = text.utf8.dropFirst(text.utf8.starts(with: byteOrderMark) ? 3 : 0)
    var number = 0
    while !rest.isEmpty, lines.count < most + 2 {
      number += 1
      let end = rest.firstIndex { $0 == lineFeed || $0 == carriageReturn } ?? rest.endIndex
      let line = Substring(rest[..<end].prefix { $0 != UInt8(ascii: "#") })
      if !StepTimesColumns.trimmed(line).isEmpty { lines.append((number, line)) }
      rest = rest[end...].dropFirst(rest[end...].starts(with: [carriageReturn, lineFeed]) ? 2 : 1)
    }
    return lines
  }

  private static let lineFeed = UInt8(ascii: "\n")
  /// Ends a line alone, too, in the text files of some spreadsheets on macOS.
  private static let carriageReturn = UInt8(ascii: "\r")

  private static func cells(of line: Substring) -> [Substring] {
    StepTimesColumns.columns(of: line, at: StepTimesColumns.separator(of: line))
  }

  /// Whether there are several lines of several columns, the first of which counts them from 0 or 1 on.
  private static func isCounted(_ lines: some Collection<Substring>) -> Bool {
    guard lines.count > 1, let start = lines.first.flatMap({ Int(cells(of: $0)[0]) }),
      start == 0 || start == 1
    else { return false }
    return lines.enumerated().allSatisfy { index, line in
      let values = cells(of: line)
      return values.count > 1 && Int(values[0]) == start + index
    }
  }

  private static func why(_ fault: StepTimesColumns.Fault) -> String {
    switch fault {
    case .ambiguous:
      "is one number with a decimal comma, or columns; write 3.4, or columns with ; between them"
    case .thousands:
      "may have a mark between thousands; write the number without it, and decimals as 3.4"
    }
  }

  /// Plain numbers, of which there can be a million, don't take the way of those with a unit.
  private static func time(_ column: Substring, _ unit: PlainUnit) -> Duration? {
    guard column.utf8.allSatisfy({ plain.contains($0) }) else {
      return DurationText.parse(String(column))
    }
    guard let number = Double(column), abs(number) <= unit.most else { return nil }
    return .nanoseconds(Int64(nearest: number * unit.nanoseconds))
  }

  /// What plain numbers are made of.
  private static let plain = Set("0123456789.+-eE".utf8)

  /// Whether the first column that isn't empty is a name.
  private static func isHeading(_ columns: [Substring]) -> Bool {
    guard let column = columns.first(where: { !$0.isEmpty }), let first = column.first,
      first.isLetter || first == "_"
    else { return false }
    return !placeholders.contains(column.lowercased())
  }

  /// The marks that other programs write for a missing number.
  private static let placeholders: Set = ["nan", "inf", "infinity", "none", "null", "na", "n/a"]

  private static func fault(
    _ file: String, _ line: Int, _ column: Substring, _ why: String
  ) -> ConfigurationFault {
    let shown = column.count > 40 ? column.prefix(40) + "…" : column
    return ConfigurationFault(
      file: file, line: line, problem: .badValue(found: "'\(shown)'", why: why))
  }
}

/// The unit of plain numbers in a file of times.
private struct PlainUnit {
  static let milliseconds = PlainUnit(nanoseconds: 1e6)

  let nanoseconds: Double
  /// More than a year of it isn't read.
  var most: Double { 366 * 86_400e9 / nanoseconds }

  private init(nanoseconds: Double) { self.nanoseconds = nanoseconds }

  /// The unit that stands at a heading's end, as in `step_us` or `time (s)`; nil where none does.
  init?(endOf heading: Substring) {
    switch heading.split(whereSeparator: { !$0.isLetter }).last?.lowercased() {
    case "ns": nanoseconds = 1
    case "us", "µs", "μs": nanoseconds = 1e3
    case "ms": nanoseconds = 1e6
    case "s", "sec", "seconds": nanoseconds = 1e9
    default: return nil
    }
  }
}
