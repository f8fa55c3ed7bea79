import Pipeline
import Quantities
import Recordings

/// Schema `augtop-compare/1`; keys may be added, never renamed. The first session is the baseline.
///
/// Times are seconds, shares fractions; a value that isn't known, or whose key isn't there, is null.
func comparisonJSON(
  _ names: [String], _ sessions: [MeasuredSession], _ comparisons: [Comparison]
) -> JSONObject {
  [
    "schema": "augtop-compare/1", "sessions": zip(names, sessions).map(sessionJSON),
    "comparisons": zip(names.dropFirst(), comparisons).map { name, comparison in
      [
        "file": name, "scenario": comparison.scenario.map(differenceJSON),
        "surroundings": comparison.surroundings.map(differenceJSON),
        "measures": comparison.rows.map(rowJSON),
      ] as JSONObject
    },
  ]
}

private func sessionJSON(_ name: String, _ session: MeasuredSession) -> JSONObject {
  [
    "file": name, "from_s": session.blocks.start.seconds, "to_s": session.blocks.end.seconds,
    "steps": session.blocks.steps, "verdict": session.verdict.kind.rawValue,
    "because": session.verdict.because, "dropped_events": session.droppedEvents,
    "scenario": scenarioJSON(session.scenario, session.stages),
  ]
}

private func differenceJSON(_ difference: Comparison.Difference) -> JSONObject {
  ["key": difference.key, "baseline": difference.baseline, "other": difference.other]
}

private func rowJSON(_ row: Comparison.Row) -> JSONObject {
  [
    "id": row.quantity.id, "unit": row.quantity.unit.rawValue,
    "baseline": row.baseline?.value, "baseline_half": row.baseline?.half,
    "other": row.other?.value, "other_half": row.other?.half,
    "difference": row.difference?.value, "low": row.difference?.low,
    "high": row.difference?.high, "change": row.change?.value,
    "distinguishable": row.isDistinguishable, "not_compared": row.incomparability?.sentence,
  ]
}
