import Pipeline
import Quantities

extension PublishedGPU {
  /// The origin of a step time from the table, for the report.
  var sentence: String {
    "\(name): published for batches of \(batch) pictures of \(side)×\(side), not measured here"
      + " (\(source))"
  }

  /// A warning about a batch that is far from the published one; nil where it isn't far.
  func warning(batch: Int) -> String? {
    guard isFar(batch: batch) else { return nil }
    let step = NumberText.span(Nanoseconds(step(batch: batch)))
    let limit =
      batch < self.batch
      ? "a small batch uses the GPU less well, so that its step is longer than that"
      : "a batch so large may not fit into the GPU's memory"
    return "\(name) was published for batches of \(self.batch); a step of \(batch) is taken in"
      + " proportion, \(step): \(limit)"
  }
}
