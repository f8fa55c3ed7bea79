import Glibc
import Host
import Pipeline
import Recordings

/// A folder with one file for each table of a session, written together.
///
/// All files are written before the first is renamed, so that a full disk leaves the old tables.
/// Each is renamed by itself: a fault between two renames leaves new and old tables, each of them
/// complete.
struct TableFolder {
  let path: String
  let style: TableStyle
  let replacing: Bool

  func write(
    _ session: RecordedSession, _ cut: Selection, keepsGoing: @escaping () -> Bool
  ) throws(ExportFault) -> Export.Outcome {
    let isNew = try make()
    do {
      return try fill(session, cut, keepsGoing: keepsGoing)
    } catch {
      // This removes the folder only where it is empty.
      if isNew { rmdir(path) }
      throw error
    }
  }

  /// Creates the folder; false where it existed.
  private func make() throws(ExportFault) -> Bool {
    if mkdir(path, 0o755) == 0 { return true }
    let error = SystemError.last
    guard error.code == EEXIST else { throw .notWritable(path: path, error) }
    guard replacing else { throw .exists(path: path) }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .notWritable(path: path, SystemError(code: ENOTDIR))
    }
    return false
  }

  private func fill(
    _ session: RecordedSession, _ cut: Selection, keepsGoing: @escaping () -> Bool
  ) throws(ExportFault) -> Export.Outcome {
    var sinks: [(table: ExportTable, sink: ExportSink)] = []
    for table in ExportTable.allCases {
      let sink = try ExportSink(path: "\(path)/\(table.rawValue).csv", replacing: replacing)
      TableExport.begin(table, TableSink(sink, style))
      sinks.append((table, sink))
    }
    let waits = sinks.first { $0.table == .waits }?.sink
    var walk = ExportWalk(session, cut, ExportSink()) {
      keepsGoing() && sinks.allSatisfy { $0.sink.fault == nil }
    }
    let names = walk.names
    do {
      try walk.each { record in
        for (table, sink) in sinks {
          TableExport.tell(record, in: cut, table, names, TableSink(sink, style))
        }
      } slice: { slice in
        if let waits { TableExport.wait(slice, names, TableSink(waits, style)) }
      }
    } catch {
      throw sinks.compactMap(\.sink.fault).first ?? error
    }
    try walk.checkSelection()
    for (_, sink) in sinks { sink.flush() }
    if let fault = sinks.compactMap(\.sink.fault).first { throw fault }
    for (_, sink) in sinks { try sink.finish() }
    return Export.Outcome(
      totals: walk.totals, trouble: walk.trouble, bytes: sinks.reduce(0) { $0 + $1.sink.written })
  }
}
