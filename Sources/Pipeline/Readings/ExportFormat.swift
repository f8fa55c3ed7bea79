/// The formats that a session can be exported to; the raw value is the name at the command line.
package enum ExportFormat: String, CaseIterable, Sendable {
  /// Trace viewers: Chrome's trace events, and speedscope's profiles.
  case chrome, speedscope
  /// Collapsed stacks, for flame graphs.
  case collapsed
  /// Tables, a file each.
  case csv
  /// Metrics in OpenMetrics' and in Prometheus's text format, and spans for OpenTelemetry.
  case openmetrics, prometheus, otlp
  /// One page with plots, and a summary.
  case html, markdown
}
