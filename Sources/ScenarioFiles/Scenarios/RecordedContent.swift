package import Pipeline
package import Quantities

/// The content of the files that a recorded scenario names, as the recording holds it.
///
/// A file of that name may hold something else by now, may be gone, or may be a pipe that nobody
/// writes to; so a recording's scenario is never completed from today's files.
package struct RecordedContent: Sendable {
  /// The costs of the stages, scaled; nil where the recording doesn't hold them.
  package var costs: CostSource?
  /// The sampled step times; nil where the recording doesn't hold them.
  package var stepTimes: [Nanoseconds]?

  /// The contents of a recording's header.
  package init(costs: CostSource?, stepTimes: [Nanoseconds]?) {
    self.costs = costs
    self.stepTimes = stepTimes
  }
}
