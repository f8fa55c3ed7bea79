import Pipeline
import Quantities
import Recordings

/// Schema `augtop-compare/1`; keys may be added, never renamed. The first session is the baseline.
struct CompareReport: Encodable {
  /// The schema's name and version.
  var schema = "augtop-compare/1"
  /// The recordings, the baseline first.
  var sessions: [Session]
  /// One for each recording but the baseline.
  var comparisons: [Against]

  /// The report of recordings, the baseline first, and of their comparisons with it.
  init(_ names: [String], _ sessions: [MeasuredSession], _ comparisons: [Comparison]) {
    self.sessions = zip(names, sessions).map(Session.init)
    self.comparisons = zip(names.dropFirst(), comparisons).map(Against.init)
  }

  /// One recording's measurements.
  struct Session: Encodable {
    var file: String
    var fromS: Double
    var toS: Double
    var steps: Int
    var verdict: String
    var because: String
    var droppedEvents: Int
    var scenario: ScenarioReport

    init(_ name: String, _ session: MeasuredSession) {
      file = name
      fromS = session.blocks.start.seconds
      toS = session.blocks.end.seconds
      steps = session.blocks.steps
      verdict = session.verdict.kind.rawValue
      because = session.verdict.because
      droppedEvents = session.droppedEvents
      scenario = ScenarioReport(session.scenario, session.stages)
    }
  }

  /// One recording compared with the baseline.
  struct Against: Encodable {
    var file: String
    var scenario: [Fact]
    var surroundings: [Fact]
    var measures: [Measure]

    init(_ name: String, _ comparison: Comparison) {
      file = name
      scenario = comparison.scenario.map(Fact.init)
      surroundings = comparison.surroundings.map(Fact.init)
      measures = comparison.rows.map(Measure.init)
    }
  }

  /// Null where a key isn't there.
  struct Fact: Encodable {
    var difference: Comparison.Difference

    private enum Key: CodingKey { case key, baseline, other }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(difference.key, forKey: .key)
      try container.encode(difference.baseline, forKey: .baseline)
      try container.encode(difference.other, forKey: .other)
    }
  }

  /// Null where it isn't known; times are seconds, shares fractions.
  struct Measure: Encodable {
    var row: Comparison.Row

    private enum Key: CodingKey {
      case id, unit, baseline, baselineHalf, other, otherHalf, difference, low, high, change
      case distinguishable, notCompared
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(row.quantity.id, forKey: .id)
      try container.encode(row.quantity.unit.rawValue, forKey: .unit)
      try container.encode(row.baseline?.value, forKey: .baseline)
      try container.encode(row.baseline?.half, forKey: .baselineHalf)
      try container.encode(row.other?.value, forKey: .other)
      try container.encode(row.other?.half, forKey: .otherHalf)
      try container.encode(row.difference?.value, forKey: .difference)
      try container.encode(row.difference?.low, forKey: .low)
      try container.encode(row.difference?.high, forKey: .high)
      try container.encode(row.change?.value, forKey: .change)
      try container.encode(row.isDistinguishable, forKey: .distinguishable)
      try container.encode(row.incomparability?.sentence, forKey: .notCompared)
    }
  }
}
