/// What a session can be turned into.
package enum ExportFormat: String, CaseIterable, Sendable {
  case chrome, speedscope, collapsed, csv, openmetrics, otlp, html, markdown

  /// What a file's name ends with.
  package var ending: String {
    switch self {
    case .chrome: ".trace.json"
    case .speedscope: ".speedscope.json"
    case .collapsed: ".folded"
    case .csv: ".csv"
    case .openmetrics: ".metrics.txt"
    case .otlp: ".otlp.json"
    case .html: ".html"
    case .markdown: ".md"
    }
  }

  /// Where an export goes beside its session file: the same name with the format's ending.
  ///
  /// - Parameter number: From 2 on it stands before the ending.
  package func target(
    beside file: String, _ table: ExportTable? = nil, number: Int = 1
  ) -> String {
    let suffix = ".pftrace"
    let stem = file.hasSuffix(suffix) ? String(file.dropLast(suffix.count)) : file
    let name = stem + (table.map { "-\($0.rawValue)" } ?? "")
    return name + (number > 1 ? "-\(number)" : "") + ending
  }
}

/// The tables of the `csv` format.
package enum ExportTable: String, CaseIterable, Sendable {
  case batches, stages, steps, waits, counters, switches
}
