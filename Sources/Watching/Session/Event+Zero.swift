import Pipeline
import Quantities

extension Event {
  /// The same event with its moments counted from `zero`; those before it are zero.
  func counted(from zero: Nanoseconds) -> Event {
    func at(_ moment: Nanoseconds) -> Nanoseconds { max(.zero, moment - zero) }
    switch self {
    case .made(var made):
      made.start = at(made.start)
      for index in made.stages.indices { made.stages[index].end = at(made.stages[index].end) }
      made.finished = at(made.finished)
      made.put = at(made.put)
      return .made(made)
    case .taken(var taken):
      taken.wanted = at(taken.wanted)
      taken.at = at(taken.at)
      return .taken(taken)
    case .stepped(var step):
      step.wanted = at(step.wanted)
      step.taken = at(step.taken)
      step.hostEnd = at(step.hostEnd)
      step.transferEnd = at(step.transferEnd)
      step.end = at(step.end)
      return .stepped(step)
    case .waited(var wait):
      wait.start = at(wait.start)
      wait.end = at(wait.end)
      return .waited(wait)
    case .applied(var applied):
      applied.at = at(applied.at)
      return .applied(applied)
    case .phase(var phase):
      phase.start = at(phase.start)
      phase.end = at(phase.end)
      return .phase(phase)
    }
  }
}
