import Foundation
package import Testing

/// Compares a text with `Snapshots/NAME.txt` in the folder of the calling test file.
///
/// A missing file is recorded, but the test still fails, so that a person reviews each new snapshot.
/// `AUGTOP_RECORD=1 swift test --filter DashboardTests` records a target's
/// snapshots anew.
package func expectSnapshot(
  _ found: String, _ name: String, file: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    .appendingPathComponent("Snapshots")
  let snapshot = folder.appendingPathComponent(name + ".txt")
  func record() {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(found.utf8).write(to: snapshot)
    } catch {
      Issue.record("snapshot \(name) can't be written: \(error)", sourceLocation: sourceLocation)
    }
  }
  guard ProcessInfo.processInfo.environment["AUGTOP_RECORD"] == nil else { return record() }
  guard let kept = try? String(contentsOf: snapshot, encoding: .utf8) else {
    record()
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
