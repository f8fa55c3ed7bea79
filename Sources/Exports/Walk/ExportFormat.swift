package import Pipeline

extension ExportFormat {
  /// The ending of the file's name.
  package var ending: String {
    switch self {
    case .chrome: ".trace.json"
    case .speedscope: ".speedscope.json"
    case .collapsed: ".folded"
    case .csv: ".csv"
    case .openmetrics: ".metrics.txt"
    case .prometheus: ".prom"
    case .otlp: ".otlp.json"
    case .html: ".html"
    case .markdown: ".md"
    }
  }

  /// The path of an export next to its session file: the same name with the format's ending.
  ///
  /// - Parameters:
  ///   - table: The table, whose name follows the session's; nil means all.
  ///   - number: From 2 on, it is added before the ending, to find a free name.
  package func target(
    nextTo file: String, _ table: ExportTable? = nil, number: Int = 1
  ) -> String {
    let suffix = ".pftrace"
    let stem = file.hasSuffix(suffix) ? String(file.dropLast(suffix.count)) : file
    let name = stem + (table.map { "-\($0.rawValue)" } ?? "")
    return name + (number > 1 ? "-\(number)" : "") + ending
  }
}

/// The tables of the `csv` format.
package enum ExportTable: String, CaseIterable, Sendable {
  /// The names that the command line takes; each is also the name of the table's file.
  case batches, stages, steps, phases, waits, counters, switches
}
