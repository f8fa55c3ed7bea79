import Augmentation
import Pipeline
import Quantities
import VirtualEngine

/// Finds how much longer a thread works after it took the interpreter lock over from another one: the time
/// with which two simulated threads make as many pictures as two real ones did.
struct LockFit {
  /// The longest that is looked for; measured on one machine were 15 to 30 µs.
  private static let most = Duration.microseconds(100)
  private static let halvings = 8
  /// Batches simulated, of 32 pictures each.
  private static let batches = 60

  private let profile: CostProfile
  private let shape: PictureShape

  /// - Parameter profile: With measured stages and the time to wake up.
  init(_ profile: CostProfile, shape: PictureShape) {
    self.profile = profile
    self.shape = shape
  }

  /// - Parameter gain: Pictures of two threads over those of one.
  /// - Complexity: Some ten simulations of a hundred batches.
  func cold(gain: Double) -> Duration {
    guard let alone = pace(workers: 1, cold: .zero) else { return .zero }
    var (low, high) = (Duration.zero, Self.most)
    for _ in 0..<Self.halvings {
      let middle = (low + high) / 2
      // The longer, the fewer pictures.
      if let pace = pace(workers: 2, cold: middle), pace / alone > gain {
        low = middle
      } else {
        high = middle
      }
    }
    return .microseconds(Int64(((low + high) / 2).seconds * 1e6 + 0.5))
  }

  /// Batches a second by threads whose batches are taken at once.
  private func pace(workers: Int, cold: Duration) -> Double? {
    var profile = profile
    profile.lockCold = cold
    var scenario = Scenario(name: "threads")
    scenario.settings.widthShiftRange = 0.1
    scenario.settings.heightShiftRange = 0.1
    scenario.settings.horizontalFlip = true
    scenario.loader = .blocking
    scenario.workers = workers
    scenario.cores = 2
    scenario.consumer = Consumer()
    scenario.consumer.compute = .constant(.microseconds(1))
    scenario.consumer.host = .zero
    scenario.consumer.transfer = .zero
    scenario.apply(.costs(.profile(profile)))
    return EpochSimulation(
      scenario, dataset: DatasetFacts(count: 50_000, shape: shape),
      costs: StageCosts(scenario, profile: profile, shape: shape), machineCores: 2,
      batches: Self.batches)?.batchesPerSecond
  }
}
