struct HTMLExport {
  let exporter: String
  func write(_ walk: inout ExportWalk) throws(ExportFault) {}
}
struct MarkdownExport {
  let exporter: String
  func write(_ walk: inout ExportWalk) throws(ExportFault) {}
}
