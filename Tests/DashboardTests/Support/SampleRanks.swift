import Pipeline
import Quantities

extension Sample {
  /// One of three processes that train together, the slowest of which waits for its batches.
  static var rankedJob: Reading {
    var reading = job(hasKeys: false)
    var job = JobReading()
    var parts = StepParts()
    parts.before = .microseconds(210)
    parts.forward = .microseconds(1_120)
    parts.backward = .microseconds(2_480)
    parts.optimizer = .microseconds(390)
    parts.rest = .microseconds(100)
    job.parts = parts
    job.ranks = [(420, 14_880), (11_000, 4_300), (380, 14_920)].enumerated().map { number, times in
      RankReading(
        number: number, process: Int32(4_100 + number), batchesPerSecond: 65.4,
        wait: .microseconds(times.0), step: .microseconds(times.1), parts: parts)
    }
    job.residentBytes = 1_240_000_000
    job.creep = 31_000_000
    reading.job = job
    return reading
  }
}
