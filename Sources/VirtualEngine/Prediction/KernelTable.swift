package import Augmentation
package import Pipeline

/// What one picture takes in each stage of the Swift kernels, for every set of stages that was
/// measured.
///
/// Stages don't add up: the first that changes a picture also brings it to its place in the batch, so
/// that without the warp the flip takes three times as long. What an epoch would take without a stage
/// is known only where batches have been made without it.
package struct KernelTable: Sendable {
  private let stages: StageList
  private var times: [StageSet: [Double]] = [:]
  /// How many times as long a batch takes where so many workers make batches at once; 1 where nobody
  /// tried.
  package var slowdowns: [Int: Double] = [:]

  /// A table without measurements, for the stages of one session.
  package init(stages: StageList) { self.stages = stages }

  /// Nanoseconds of a picture in each stage; nil where that set was never measured.
  package subscript(stages: StageSet) -> [Double]? {
    get { times[busy(stages)] }
    set { times[busy(stages)] = newValue }
  }

  /// Of those that are on, the stages with something to do: what sets are told apart by.
  package func busy(_ stages: StageSet) -> StageSet { stages.subtracting(self.stages.idle) }

  /// What becomes of a batch's time with so many workers on so many cores.
  func slowdown(workers: Int, cores: Int) -> Double { slowdowns[min(workers, cores)] ?? 1 }

  /// What making a batch costs; for a set that wasn't measured, what it does with all stages on,
  /// without those that are off.
  func costs(of stages: StageSet) -> StageCosts? {
    if let known = self[stages] { return StageCosts(perPicture: known) }
    return self[self.stages.all].map { StageCosts(perPicture: $0).limited(to: stages) }
  }
}

extension [Double] {
  /// The sum of the elements; 0 where there are none.
  ///
  /// - Complexity: O(elements).
  package var sum: Double { reduce(0, +) }
}
