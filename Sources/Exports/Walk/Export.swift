import Pipeline
import Quantities
package import Recordings
package import Tracing

/// Turns a recorded session into another format, in flat memory, whatever its length.
///
/// For whoever has a session file: the command, and the screen's menu.
package struct Export {
  package var format: ExportFormat
  package var cut: Selection
  /// The one table wanted of `csv`; nil makes a folder of all.
  package var table: ExportTable?
  /// The program that exports, with its version.
  package var exporter: String

  package init(
    _ format: ExportFormat, cut: Selection = .everything, table: ExportTable? = nil,
    exporter: String
  ) {
    self.format = format
    self.cut = cut
    self.table = table
    self.exporter = exporter
  }

  /// What came of it.
  package struct Outcome: Sendable, Equatable {
    package var totals: SessionTotals
    /// What of the recording couldn't be used.
    package var trouble: RecordingTrouble
    package var bytes: Int
  }

  /// Writes the export beside its target and renames it; where anything fails, the target is left as
  /// it was.
  ///
  /// - Parameters:
  ///   - path: `-` is standard output.
  ///   - replacing: Puts it in the place of what is there, instead of refusing.
  ///   - keepsGoing: Asked now and then.
  /// - Throws: `ExportFault` where the target can't be written, the recording can't be read, or
  ///   `keepsGoing` answers no; what was at the target is then as it was.
  package func write(
    _ session: RecordedSession, to path: String, replacing: Bool,
    keepsGoing: @escaping () -> Bool = { true }
  ) throws(ExportFault) -> Outcome {
    if format == .csv, table == nil {
      guard path != "-" else { throw .severalTables }
      return try TableFolder(path: path, replacing: replacing).write(
        session, cut, keepsGoing: keepsGoing)
    }
    let sink = try ExportSink(path: path, replacing: replacing)
    var walk = ExportWalk(session, cut, sink, keepsGoing: keepsGoing)
    try write(&walk)
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
    case .csv: try TableExport(table: table ?? .batches).write(&walk)
    case .openmetrics: try OpenMetricsExport(exporter: exporter).write(&walk)
    case .otlp: try OTLPExport(exporter: exporter).write(&walk)
    case .html: try HTMLExport(exporter: exporter).write(&walk)
    case .markdown: try MarkdownExport(exporter: exporter).write(&walk)
    }
  }
}

/// One way through a session's records, cut to what is wanted, with its totals.
struct ExportWalk {
  let session: RecordedSession
  let cut: Selection
  let sink: ExportSink
  let names: SessionNames
  private(set) var totals = SessionTotals()
  private(set) var trouble = RecordingTrouble()
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

  /// Looks at somebody's wish to stop every so many records.
  private static let patience = 4_096

  /// Shows every record and every slice of the cut; a record comes before its slices.
  ///
  /// - Parameter aside: Shown what isn't of the cut but was until its end: switches that hold in it.
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
    func show(_ part: Slice) {
      // A stage without time has a slice in session files, for its CPU time.
      guard cut.shows(part.track), part.length > .zero || part.name == .batch || part.name == .step
      else { return }
      sums.add(part)
      slice(part)
    }
    while let next = records.next() {
      count += 1
      if count % Self.patience == 0 {
        if let fault = sink.fault { throw fault }
        guard keepsGoing() else { throw .interrupted }
      }
      guard cut.contains(next) else {
        if case .event(let event) = next { slices.skip(event) }
        if next.at < cut.to { beforeSelection(next) }
        continue
      }
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
