import Pipeline

/// One batch's work on a worker, as a course over time at full speed: stretches that hold the
/// interpreter lock, and between them the lock-free ends of each picture.
///
/// Where the lock is free is computed from a position, never walked through.
struct BatchProgram {
  /// Repeats of "held, then free": one for each picture of a stage with a lock-free part.
  private struct Run {
    var start: Double
    var held: Double
    var free: Double
    var count: Double

    var period: Double { held + free }
    var end: Double { start + period * count }

    /// Whether a position lies before the run's end, and not just rounded below it.
    func isAhead(of offset: Double) -> Bool { offset < end - BatchProgram.rounding }

    /// Where the free stretch begins of the picture that `offset` lies in.
    func freeStart(of offset: Double) -> Double {
      let picture = ((offset - start) / period + 1e-9).rounded(.down)
      return start + picture * period + held
    }
  }

  /// Positions are sums and products of many terms: what is nearer than this (a millionth of a
  /// nanosecond) is the same.
  private static let rounding = 1e-6

  private var runs: [Run] = []
  /// Where each stage ends, in nanoseconds of work.
  private(set) var stageEnds: [Double] = []
  /// Serialization included.
  private(set) var total = 0.0
  private(set) var serialization = 0.0

  /// - Parameter serialization: Nanoseconds after the last stage.
  init(costs: StageCosts, pictures: Int, serialization: Double) {
    let count = Double(pictures)
    stageEnds.reserveCapacity(costs.perPicture.count)
    for index in costs.perPicture.indices {
      let (all, free) = (costs.perPicture[index], costs.lockFree[index])
      if free > 0 {
        runs.append(Run(start: total, held: all - free, free: free, count: count))
      }
      total += all * count
      stageEnds.append(total)
    }
    self.serialization = serialization
    total += serialization
  }

  /// The lock-free stretch that holds `offset`, its start included; nil where the lock is held.
  func freeStretch(at offset: Double) -> Range<Double>? {
    for run in runs where run.isAhead(of: offset) {
      guard offset >= run.start else { return nil }
      let start = run.freeStart(of: offset)
      return offset >= start - Self.rounding ? start..<(start + run.free) : nil
    }
    return nil
  }

  /// Where the lock is let go next, from a held `offset` on; nil where only the end lets go.
  func nextRelease(from offset: Double) -> Double? {
    for run in runs where run.isAhead(of: offset) {
      return offset >= run.start ? run.freeStart(of: offset) : run.start + run.held
    }
    return nil
  }

  /// The stage in whose work `offset` lies; the last one for what comes after it.
  func stage(at offset: Double) -> Int {
    stageEnds.firstIndex { offset < $0 } ?? max(0, stageEnds.count - 1)
  }
}
