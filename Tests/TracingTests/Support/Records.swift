import Pipeline
import Quantities
import Tracing

/// All records of a file, grouped by kind.
struct Records {
  var events: [Event] = []
  var notes: [(note: Note, at: Nanoseconds)] = []
  var counters: [String: [Double]] = [:]
  var verdicts: [RecordedVerdict] = []
  var predictions: [RecordedPrediction] = []
  var ownWork: [OwnWork] = []
  var failure: String?
  var unrecorded: [UnrecordedTotals] = []
  var trouble = RecordingTrouble()

  init(_ file: SessionFileReader) {
    var records = SessionRecords(
      file, scenario: ScriptedSession.scenario,
      stages: ScriptedSession.scenario.generatorStages)
    let names = Dictionary(
      uniqueKeysWithValues: CounterTrack.readings(ScriptedSession.scenario.generatorStages).map {
        ($0.id, $0.name)
      })
    while let record = records.next() {
      switch record {
      case .event(let event): events.append(event)
      case .unrecorded(let sums): unrecorded.append(sums)
      case .note(let note, let at): notes.append((note, at))
      case .counter(let id, let value, _): counters[names[id] ?? "?", default: []].append(value)
      case .verdict(let verdict): verdicts.append(verdict)
      case .prediction(let prediction): predictions.append(prediction)
      case .ownWork(let work): ownWork.append(work)
      case .ended(_, let failure): self.failure = failure
      }
    }
    trouble = records.trouble
  }
}
