package import Augmentation

extension KernelProbe {
  private static let turns = 3
  private static let turn = Duration.milliseconds(150)

  /// The factor by which a batch takes longer when this many workers make batches at once, compared
  /// with one worker alone: they share memory bandwidth and the last-level cache. Runs for a second on
  /// as many threads.
  ///
  /// - Parameter make: A probe for each worker.
  /// - Throws: What the dataset throws.
  package static func slowdown(
    of workers: Int, _ stages: StageSet, _ make: @escaping @Sendable () -> KernelProbe
  ) throws -> Double {
    var (alone, together) = (0.0, 0.0)
    for _ in 0..<turns {
      alone += try mean(of: 1, stages, make)
      together += try mean(of: workers, stages, make)
    }
    return together / alone
  }

  private static func mean(
    of workers: Int, _ stages: StageSet, _ make: @escaping @Sendable () -> KernelProbe
  ) throws -> Double {
    let times = ParallelMap(threads: workers).map(Array(0..<workers)) { _ in
      Result {
        var probe = make()
        return try probe.mean(stages, for: turn)
      }
    }
    let known = try times.compactMap { try $0?.get() }
    return known.reduce(0, +) / Double(known.count)
  }
}
