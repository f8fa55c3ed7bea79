package import Pipeline
import Quantities
package import Recordings
package import Tracing

/// Converts a recorded session into another format; its memory doesn't grow with the session.
///
/// The command and the screen's menu both use it.
package struct Export {
  /// The format to write.
  package var format: ExportFormat
  /// The part of the session to export.
  package var cut: Selection
  /// The only table to write as `csv`; nil writes a folder of all.
  package var table: ExportTable?
  /// The form of the tables of `csv`.
  package var tableStyle: TableStyle
  /// The exporting program and its version, for the formats that name it.
  package var exporter: String

  /// An export of a session, or of a part of it.
  package init(
    _ format: ExportFormat, cut: Selection = .everything, table: ExportTable? = nil,
    tableStyle: TableStyle = .standard, exporter: String
  ) {
    self.tableStyle = tableStyle
    self.format = format
    self.cut = cut
    self.table = table
    self.exporter = exporter
  }

  /// The result of an export.
  package struct Outcome: Sendable, Equatable {
    /// The sums over the exported part.
    package var totals: SessionTotals
    /// The parts of the recording that couldn't be read.
    package var trouble: RecordingTrouble
    /// Bytes written.
    package var bytes: Int
  }

  /// Writes the export to a temporary file next to its target and renames it; after a fault the
  /// target is unchanged.
  ///
  /// - Parameters:
  ///   - path: `-` is standard output.
  ///   - replacing: Whether an existing target is replaced instead of being a fault.
  ///   - keepsGoing: Called every few thousand records; false ends the export.
  /// - Throws: `ExportFault` where the target can't be written, the recording can't be read, nothing
  ///   of it is selected, or `keepsGoing` returns false; the target is then unchanged.
  package func write(
    _ session: RecordedSession, to path: String, replacing: Bool,
    keepsGoing: @escaping () -> Bool = { true }
  ) throws(ExportFault) -> Outcome {
    if format == .csv, table == nil {
      guard path != "-" else { throw .severalTables }
      return try TableFolder(path: path, style: tableStyle, replacing: replacing).write(
        session, cut, keepsGoing: keepsGoing)
    }
    let sink = try ExportSink(path: path, replacing: replacing)
    var walk = ExportWalk(session, cut, sink, keepsGoing: keepsGoing)
    try write(&walk)
    try walk.checkSelection()
    try sink.finish()
    return Outcome(totals: walk.totals, trouble: walk.trouble, bytes: sink.written)
  }

  /// The same into memory.
  ///
  /// - Throws: `ExportFault` where the recording can't be read.
  package func bytes(_ session: RecordedSession) throws(ExportFault) -> [UInt8] {
    let sink = ExportSink()
    var walk = ExportWalk(session, cut, sink, keepsGoing: { true })
    try write(&walk)
    return sink.bytes
  }

  private func write(_ walk: inout ExportWalk) throws(ExportFault) {
    switch format {
    case .chrome: try ChromeExport(exporter: exporter).write(&walk)
    case .speedscope: try SpeedscopeExport(exporter: exporter).write(&walk)
    case .collapsed: try CollapsedExport().write(&walk)
    case .csv: try TableExport(table: table ?? .batches, style: tableStyle).write(&walk)
    case .openmetrics: try OpenMetricsExport(exporter: exporter).write(&walk)
    case .prometheus:
      try OpenMetricsExport(exporter: exporter, isPrometheus: true).write(&walk)
    case .otlp: try OTLPExport(exporter: exporter).write(&walk)
    case .html: try HTMLExport(exporter: exporter).write(&walk)
    case .markdown: try MarkdownExport(exporter: exporter).write(&walk)
    }
  }
}

/// A walk through the selected part of a session's records, which computes its totals.
struct ExportWalk {
  let session: RecordedSession
  let cut: Selection
  let sink: ExportSink
  let names: SessionNames
  private(set) var totals = SessionTotals()
  private(set) var trouble = RecordingTrouble()
  /// Whether the last walk met a selected record.
  private var hasSelected = false
  /// The moment of the session's last record.
  private var last = Nanoseconds.zero
  private let keepsGoing: () -> Bool

  init(
    _ session: RecordedSession, _ cut: Selection, _ sink: ExportSink,
    keepsGoing: @escaping () -> Bool
  ) {
    self.session = session
    names = SessionNames(session)
    self.cut = cut
    self.sink = sink
    self.keepsGoing = keepsGoing
  }

  /// Records between two calls of `keepsGoing`.
  private static let recordsBetweenChecks = 4_096

  /// - Throws: `ExportFault.nothingSelected` where a part of the session was asked for that has no
  ///   record.
  func checkSelection() throws(ExportFault) {
    guard hasSelected || cut == .everything else { throw .nothingSelected(last: last) }
  }

  /// Passes on every record and every slice of the selected part; a record comes before its slices.
  ///
  /// - Parameter beforeSelection: Receives the other records that ended before the part's end, such
  ///   as changes that hold within it.
  /// - Throws: The sink's fault; `ExportFault.interrupted` where `keepsGoing` returned false.
  mutating func each(
    _ record: (borrowing SessionRecord) -> Void,
    beforeSelection: (borrowing SessionRecord) -> Void = { _ in },
    slice: (Slice) -> Void
  ) throws(ExportFault) {
    totals = SessionTotals()
    var slices = EventSlices()
    var sums = SessionTotals()
    var records = session.records
    records.rewind()
    var count = 0
    hasSelected = false
    func show(_ part: Slice) {
      // A stage without time has a slice in session files, for its CPU time.
      guard cut.shows(part.track), part.length > .zero || part.name == .batch || part.name == .step
      else { return }
      sums.add(part)
      slice(part)
    }
    while let next = records.next() {
      count += 1
      if count % Self.recordsBetweenChecks == 0 {
        if let fault = sink.fault { throw fault }
        guard keepsGoing() else { throw .interrupted }
      }
      last = max(last, next.at)
      guard cut.contains(next) else {
        if case .event(let event) = next { slices.skip(event) }
        if next.at < cut.to { beforeSelection(next) }
        continue
      }
      hasSelected = true
      sums.add(next, in: cut)
      record(next)
      switch next {
      case .event(let event): slices.split(event, show)
      case .ownWork(let work): show(EventSlices.slice(of: work))
      default: break
      }
    }
    slices.finish(show)
    totals = sums
    trouble = records.trouble
    if let fault = sink.fault { throw fault }
  }
}
