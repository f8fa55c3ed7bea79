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
}

/// The tables of the `csv` format.
package enum ExportTable: String, CaseIterable, Sendable {
  case batches, stages, steps, waits, counters, switches
}
