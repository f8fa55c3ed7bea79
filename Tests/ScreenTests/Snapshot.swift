import Screen
import TestSupport
import Testing

/// Compares a grid's text with a file under `Snapshots`.
func expectSnapshot(
  _ grid: CellGrid, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  expectSnapshot(
    grid.text.joined(separator: "\n") + "\n", name, file: #filePath, sourceLocation: sourceLocation)
}
