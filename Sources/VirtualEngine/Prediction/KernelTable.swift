package import Augmentation
package import Pipeline

/// The time of one picture in each stage of the Swift kernels, for every set of stages that was
/// measured.
///
/// The times of stages don't simply add up: the first stage that changes a picture also copies it to
/// its place in the batch, so that without the warp the flip takes three times as long. The epoch
/// without a stage can therefore be predicted only where batches have been made without it.
package struct KernelTable: Sendable {
  private let stages: StageList
  private var times: [StageSet: [Double]] = [:]
  /// How much longer a batch takes after its worker has rested, in nanoseconds; 0 where that wasn't measured.
  package var afterRest = 0.0
  /// The factor by which a batch takes longer when this many workers make batches at once; 1 where it
  /// hasn't been measured.
  package var slowdowns: [Int: Double] = [:]

  /// A table without measurements, for the stages of one session.
  package init(stages: StageList) { self.stages = stages }

  /// Nanoseconds of a picture in each stage; nil where that set was never measured.
  package subscript(stages: StageSet) -> [Double]? {
    get { times[busy(stages)] }
    set { times[busy(stages)] = newValue }
  }

  /// The stages that are on and not idle; sets that differ in idle stages alone share an entry.
  package func busy(_ stages: StageSet) -> StageSet { stages.subtracting(self.stages.idle) }

  /// The factor by which a batch takes longer with this many workers on this many cores.
  func slowdown(workers: Int, cores: Int) -> Double { slowdowns[min(workers, cores)] ?? 1 }

  /// The cost of making a batch. For a set that wasn't measured, the costs with all stages on, less
  /// those of the stages that are off.
  func costs(of stages: StageSet) -> StageCosts? {
    var costs =
      self[stages].map { StageCosts(perPicture: $0) }
      ?? self[self.stages.all].map { StageCosts(perPicture: $0).limited(to: stages) }
    costs?.afterRest = afterRest
    return costs
  }
}

extension [Double] {
  /// The sum of the elements; 0 where there are none.
  ///
  /// - Complexity: O(elements).
  package var sum: Double { reduce(0, +) }
}
