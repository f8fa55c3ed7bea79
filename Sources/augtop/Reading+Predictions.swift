import Pipeline
import VirtualEngine

extension Reading {
  /// The reading with each stage's effect on the epoch as the rules predict it; where they can't, the
  /// measured one stays.
  func withPredictions() -> Reading {
    guard let predictions = try? Predictor(self).predictions() else { return self }
    var reading = self
    for index in reading.stages.indices {
      guard let delta = predictions.delta(flipping: reading.stages[index].stage) else { continue }
      reading.stages[index].epochDelta = delta
    }
    return reading
  }
}
