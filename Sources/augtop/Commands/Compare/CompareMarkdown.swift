import Exports
import Pipeline
import Quantities
import Recordings

/// The same comparison as GitHub's Markdown.
struct CompareMarkdown {
  /// The recordings' names, the baseline's first.
  let names: [String]
  /// One for each recording but the baseline.
  let comparisons: [Comparison]

  /// The page.
  var text: String {
    guard let baseline = comparisons.first?.baseline else { return "" }
    var lines = ["# augtop: sessions compared", ""]
    lines += ["| | session | scenario | measured | verdict |", "|---|---|---|---|---|"]
    for (index, session) in ([baseline] + comparisons.map(\.other)).enumerated() {
      lines.append(
        "| \(sessionLetter(index)) | \(escaped(names[index]))"
          + " | \(escaped("\(session.scenario.name): \(session.scenarioLine)"))"
          + " | \(session.windowText), \(session.blocks.steps) steps"
          + " | \(session.verdict.kind.rawValue) |")
    }
    for (index, comparison) in comparisons.enumerated() {
      lines += section(comparison, sessionLetter(index + 1))
    }
    return lines.printableText
  }

  private func section(_ comparison: Comparison, _ other: String) -> [String] {
    var lines = ["", "## A → \(other)", ""]
    let facts = comparison.scenario + comparison.surroundings
    if facts.isEmpty {
      lines += ["Run alike.", ""]
    } else {
      lines += ["| how they were run | A | \(other) |", "|---|---|---|"]
      lines += facts.map {
        "| \(escaped($0.key)) | \(escaped($0.baseline ?? "–")) | \(escaped($0.other ?? "–")) |"
      }
      lines.append("")
    }
    lines += ["| what | A | \(other) | \(other) − A (90 %) | |", "|---|---:|---:|---:|---|"]
    lines += comparison.rows.map { row in
      let group = row.quantity.group.title.map { ", \($0)" } ?? ""
      return "| \(row.quantity.title)\(group)"
        + " | \(row.side(row.baseline, of: comparison.baseline))"
        + " | \(row.side(row.other, of: comparison.other))"
        + " | \(row.difference.map(row.text.difference) ?? "–") | \(row.note) |"
    }
    let obstacles = comparison.obstacles
    if !obstacles.isEmpty { lines += [""] + obstacles.map { "- not compared: \($0.sentence)" } }
    return lines
  }

  private func escaped(_ text: String) -> String { MarkdownExport.escaped(text) }
}
