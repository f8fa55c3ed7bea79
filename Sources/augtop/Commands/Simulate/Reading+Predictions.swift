import Pipeline
import VirtualEngine

extension Reading {
  /// The reading with each stage's effect on the epoch as the rules predict it; where they can't, the
  /// measured one stays.
  ///
  /// - Parameter kernels: Measured costs of native stages under other switches; nil without any.
  func withPredictions(kernels: KernelTable? = nil) -> Reading {
    guard
      let predictions = try? Predictor(self, kernels: kernels).predictions(
        while: { !Interruption.isAsked })
    else {
      return self
    }
    var reading = self
    for index in reading.stages.indices {
      guard let delta = predictions.delta(flipping: reading.stages[index].stage.id) else {
        continue
      }
      reading.stages[index].epochDelta = delta
    }
    return reading
  }
}
