import Pipeline
import Quantities

extension Event {
  /// Every number of it, for comparing.
  var text: String {
    switch self {
    case .made(let made):
      "made \(made.batch) \(made.worker) \(made.pictures) \(made.generation) \(made.start.count)"
        + " \(made.stages.map { "\($0.end.count) \($0.wait.count) \($0.cpu.count)" })"
        + " \(made.finished.count) \(made.put.count) \(made.depth)"
        + " \(made.cpu?.count ?? -1) \(made.hasStageCPU)"
        + " \(made.lockWait.count) \(made.overrun.count) \(made.serialization.count)"
    case .taken(let taken): "\(taken)"
    case .stepped(let step): "\(step)"
    case .waited(let wait): "\(wait)"
    case .applied(let applied): "\(applied)"
    case .phase(let phase): "\(phase)"
    }
  }
}
