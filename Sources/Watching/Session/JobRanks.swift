package import Pipeline
import Quantities

extension RankReading {
  /// The processes of a job that train together, by their numbers; empty for a job of one process.
  ///
  /// Launchers and workers have a rank's variables, too, but no loader that trains.
  ///
  /// - Parameters:
  ///   - ranks: The numbers of processes, as their launcher gave them.
  ///   - isRecent: Whether rates and waits are those of the last seconds, and not of all batches so far.
  package static func ranks(
    of loaders: [JobLoader.Key: JobLoader], _ ranks: [Int32: Int], isRecent: Bool
  ) -> [RankReading] {
    var found: [Int: RankReading] = [:]
    for (key, loader) in loaders where loader.trains {
      guard let number = ranks[key.process],
        let (rate, wait) = isRecent ? loader.recent : loader.whole
      else { continue }
      if let other = found[number], other.batchesPerSecond >= rate { continue }
      found[number] = RankReading(
        number: number, process: key.process, batchesPerSecond: rate, wait: wait,
        step: max(.zero, Nanoseconds(seconds: 1 / rate) - wait), parts: loader.parts.mean)
    }
    return found.count > 1 ? found.values.sorted { $0.number < $1.number } : []
  }
}
