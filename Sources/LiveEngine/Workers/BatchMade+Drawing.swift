import Augmentation
import Pipeline
import Quantities

extension BatchMade {
  /// Books the time that drawing the batch took, before its first stage, on the stages that drew; on
  /// `load` where none did.
  mutating func spread(_ drawing: Nanoseconds, over stages: [Stage]) {
    guard !self.stages.isEmpty, !stages.isEmpty else { return }
    let share = Nanoseconds(drawing.count / Int64(stages.count))
    // An end comes earlier by what the stages after it drew.
    var later = Nanoseconds.zero
    for index in self.stages.indices.reversed() {
      self.stages[index].end -= later
      guard stages.contains(where: { $0.index == index }) else { continue }
      later += share
      if hasStageCPU { self.stages[index].cpu += share }
    }
  }
}
