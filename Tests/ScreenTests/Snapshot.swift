import Glibc
import Screen
import Testing

/// Compares a grid's text with a file under `Snapshots`.
///
/// A missing file is recorded, and the test fails all the same: a snapshot counts only once
/// somebody has looked at it.
func expectSnapshot(
  _ grid: CellGrid, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let path = snapshotFolder + "/" + name + ".txt"
  let found = grid.text.joined(separator: "\n") + "\n"
  guard let kept = readText(path) else {
    mkdir(snapshotFolder, 0o755)
    writeText(found, to: path)
    Issue.record(
      "snapshot \(name) was missing; recorded, look at it", sourceLocation: sourceLocation)
    return
  }
  if kept != found {
    Issue.record(
      "snapshot \(name) differs; expected\n\(kept)found\n\(found)", sourceLocation: sourceLocation)
  }
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
  guard let file = fopen(path, "w") else { return }
  fputs(text, file)
  fclose(file)
}
