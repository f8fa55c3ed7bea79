import Dashboard
import Pipeline
import Quantities
import Recordings

/// A comparison for people: sessions, what differs in them, a table for each against the baseline.
struct CompareText {
  /// The recordings' names, the baseline's first.
  let names: [String]
  /// One for each recording but the baseline.
  let comparisons: [Comparison]

  /// Columns: a name, two sides, the difference and a word about it; 80 together.
  private static let (name, side, difference, note) = (17, 11, 21, 20)

  /// The tables, one below the other.
  var text: String {
    guard let baseline = comparisons.first?.baseline else { return "" }
    var lines = describe(0, baseline)
    for (index, comparison) in comparisons.enumerated() {
      lines += describe(index + 1, comparison.other)
    }
    for (index, comparison) in comparisons.enumerated() {
      lines += table(comparison, letter(index + 1))
    }
    return lines.joined(separator: "\n")
  }

  private func letter(_ index: Int) -> String { sessionLetter(index) }

  private func describe(_ index: Int, _ session: MeasuredSession) -> [String] {
    var lines = [
      "\(letter(index))  \(names[index]): \(session.scenario.name)",
      "   \(session.scenarioLine)",
      "   measured \(session.windowText), \(session.blocks.steps) steps;"
        + " \(session.verdict.kind.rawValue)",
    ]
    if session.droppedEvents > 0 {
      lines.append("   \(session.droppedEvents) events were dropped: the counts are too low")
    }
    return lines
  }

  private func table(_ comparison: Comparison, _ other: String) -> [String] {
    var lines = [""]
    let facts = comparison.scenario + comparison.surroundings
    lines.append(
      facts.isEmpty
        ? "A and \(other) were run alike." : "A → \(other), what differs in how they were run:")
    lines += facts.map { "  \($0.key)  \($0.baseline ?? "–") → \($0.other ?? "–")" }
    lines += ["", header(other)]
    var group: ComparedQuantity.Group?
    for row in comparison.rows {
      if row.quantity.group != group, let title = row.quantity.group.title { lines.append(title) }
      group = row.quantity.group
      lines.append(line(row, comparison))
    }
    lines += comparison.obstacles.map { "not compared: \($0.sentence)" }
    return lines
  }

  private func header(_ other: String) -> String {
    "".padded(to: Self.name) + "A".leftPadded(to: Self.side) + other.leftPadded(to: Self.side)
      + "\(other) − A (90 %)".leftPadded(to: Self.difference)
  }

  private func line(_ row: Comparison.Row, _ comparison: Comparison) -> String {
    let title = (row.quantity.stage == nil ? "" : "  ") + row.quantity.title
    let line =
      title.padded(to: Self.name)
      + row.side(row.baseline, of: comparison.baseline).leftPadded(to: Self.side)
      + row.side(row.other, of: comparison.other).leftPadded(to: Self.side)
      + (row.difference.map(row.text.difference) ?? "–").leftPadded(to: Self.difference)
    return row.note.isEmpty ? line : line + row.note.leftPadded(to: Self.note)
  }
}

/// A, B, … Z, then numbers.
func sessionLetter(_ index: Int) -> String {
  guard index < 26, let scalar = Unicode.Scalar(65 + index) else { return "\(index + 1)" }
  return "\(Character(scalar))"
}

extension ComparedQuantity {
  /// The sections of the table.
  enum Group {
    /// The whole session; CPU time by stage; wall time by stage.
    case session, cpu, wall

    /// Above its rows.
    var title: String? {
      switch self {
      case .session: nil
      case .cpu: "CPU a picture"
      case .wall: "wall a picture"
      }
    }
  }

  /// The section that the quantity's row belongs to.
  var group: Group {
    switch self {
    case .stageCPU: .cpu
    case .stageWall: .wall
    case .epoch, .measured: .session
    }
  }
}
