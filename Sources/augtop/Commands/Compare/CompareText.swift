import Pipeline
import Quantities
import Recordings

/// A comparison for people: sessions, what differs in them, a table for each against the baseline.
struct CompareText {
  /// The recordings' names, the baseline's first.
  let names: [String]
  /// One for each recording but the baseline.
  let comparisons: [Comparison]

  /// The tables, one below the other.
  var text: String {
    guard let baseline = comparisons.first?.baseline else { return "" }
    var lines = describe(0, baseline)
    for (index, comparison) in comparisons.enumerated() {
      lines += describe(index + 1, comparison.other)
    }
    for (index, comparison) in comparisons.enumerated() {
      lines += table(comparison, sessionLetter(index + 1))
    }
    return lines.printableText
  }

  private func describe(_ index: Int, _ session: MeasuredSession) -> [String] {
    var lines = [
      "\(sessionLetter(index))  \(names[index]): \(session.scenario.name)",
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
    let facts = comparison.scenario + comparison.surroundings
    var lines = [
      "",
      facts.isEmpty
        ? "A and \(other) were run alike." : "A → \(other), what differs in how they were run:",
    ]
    lines += facts.map { "  \($0.key)  \($0.baseline ?? "–") → \($0.other ?? "–")" } + [""]
    var table = TextTable([
      .left("", 17), .right("A", 11), .right(other, 11), .right("\(other) − A (90 %)", 21),
    ])
    var group: ComparedQuantity.Group?
    for row in comparison.rows {
      if row.quantity.group != group, let title = row.quantity.group.title { table.add([title]) }
      group = row.quantity.group
      let cells = [
        (row.quantity.stage == nil ? "" : "  ") + row.quantity.title,
        row.side(row.baseline, of: comparison.baseline), row.side(row.other, of: comparison.other),
        row.difference.map(row.text.difference) ?? "–",
      ]
      table.add(cells, note: row.note.isEmpty ? "" : row.note.leftPadded(to: 20))
    }
    return lines + table.lines + comparison.obstacles.map { "not compared: \($0.sentence)" }
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
