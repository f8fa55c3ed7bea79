import Pipeline
import Quantities

extension Event {
  /// Every number of it, for comparing.
  var text: String {
    switch self {
    case .made(let made):
      "made \(made.batch) \(made.worker) \(made.pictures) \(made.generation) \(made.start.count)"
        + " \(made.hasStages) \(counts(made.stageEnds)) \(counts(made.stageWaits))"
        + " \(made.finished.count) \(made.put.count) \(made.depth)"
        + " \(made.cpu?.count ?? -1) \(made.stageCPU.map(counts) ?? "-")"
        + " \(made.lockWait.count) \(made.overrun.count) \(made.serialization.count)"
    case .taken(let taken): "\(taken)"
    case .stepped(let step): "\(step)"
    case .waited(let wait): "\(wait)"
    case .applied(let applied): "\(applied)"
    }
  }
}

private func counts(_ times: InlineArray<14, Nanoseconds>) -> String {
  times.indices.map { "\(times[$0].count)" }.joined(separator: ",")
}
