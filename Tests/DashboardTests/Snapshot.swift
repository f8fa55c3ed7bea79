import Glibc
import Screen
import Testing

/// Compares a text with a file under `Snapshots`.
///
/// A missing file is recorded, and the test fails all the same: a snapshot counts only once
/// somebody has looked at it. `AUGTOP_RECORD=1 swift test --filter DashboardTests` records all of
/// them anew.
func expectSnapshot(
  _ found: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let path = snapshotFolder + "/" + name + ".txt"
  if getenv("AUGTOP_RECORD") != nil {
    writeText(found, to: path)
    return
  }
  guard let kept = readText(path) else {
    writeText(found, to: path)
    Issue.record(
      "snapshot \(name) was missing; recorded, look at it", sourceLocation: sourceLocation)
    return
  }
  guard kept != found else { return }
  let lines = zip(kept.split(separator: "\n"), found.split(separator: "\n")).filter(!=)
  Issue.record(
    """
    snapshot \(name) differs; AUGTOP_RECORD=1 records it anew
    \(lines.prefix(12).map { "-\($0)\n+\($1)" }.joined(separator: "\n"))
    """, sourceLocation: sourceLocation)
}

private let snapshotFolder =
  String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))
  + "/Snapshots"

private func readText(_ path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
    bytes += chunk[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func writeText(_ text: String, to path: String) {
  mkdir(snapshotFolder, 0o755)
  guard let file = fopen(path, "w") else { return }
  fputs(text, file)
  fclose(file)
}
