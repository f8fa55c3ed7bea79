import Pipeline

/// One batch's work on a worker, as a course over time at full speed: picture by picture, as Python makes
/// them, and in each picture stretches that hold the interpreter lock and stretches that don't.
///
/// All pictures are alike, so where the lock is free is computed from a position, never walked through.
struct BatchProgram {
  /// Positions are sums and products of many terms: what is nearer than this (a millionth of a
  /// nanosecond) is the same.
  private static let rounding = 1e-6

  /// The lock-free stretches of one picture, by where they begin and end in it; some have no length.
  private var starts: [Double] = []
  private var ends: [Double] = []
  /// Where each stage of a picture ends.
  private var stagesOfPicture: [Double] = []
  private let pictures: Double
  /// The time of a picture.
  private var period = 0.0
  /// The sum of each stage and those before it in the whole batch, in nanoseconds of work.
  private(set) var stageEnds: [Double] = []
  /// Serialization included.
  private(set) var total = 0.0
  private(set) var serialization = 0.0

  /// - Parameter serialization: Nanoseconds after the last picture.
  init(costs: StageCosts, pictures: Int, serialization: Double) {
    self.pictures = Double(pictures)
    stageEnds.reserveCapacity(costs.perPicture.count)
    for index in costs.perPicture.indices {
      let (all, free) = (costs.perPicture[index], costs.lockFree[index])
      append(held: all - free, free: free, all > 0 ? costs.stretches[index] : [])
      stagesOfPicture.append(period)
      stageEnds.append(period * self.pictures)
    }
    self.serialization = serialization
    total = period * self.pictures + serialization
  }

  private mutating func append(held: Double, free: Double, _ stretches: [LockStretch]) {
    guard !stretches.isEmpty else {
      period += held
      if free > 0 { appendFree(free) }
      return
    }
    for stretch in stretches {
      period += held * stretch.held
      appendFree(free * stretch.free)
    }
  }

  private mutating func appendFree(_ length: Double) {
    starts.append(period)
    period += length
    ends.append(period)
  }

  /// The time after a position at which its picture is finished; 0 after the last one.
  func rest(at offset: Double) -> Double {
    let picture = picture(at: offset)
    return picture < pictures ? (picture + 1) * period - offset : 0
  }

  private func picture(at offset: Double) -> Double {
    period > 0 ? ((offset + Self.rounding) / period).rounded(.down) : pictures
  }

  /// The first lock-free stretch of a picture that ends after `offset`; nil where none does.
  private func stretch(endingAfter offset: Double) -> Int? {
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > offset + Self.rounding { high = middle } else { low = middle + 1 }
    }
    return low < ends.count ? low : nil
  }

  /// The end of the lock-free stretch that holds `offset`, its start included; nil where the lock is held.
  func freeEnd(at offset: Double) -> Double? {
    let picture = picture(at: offset)
    guard picture < pictures else { return nil }
    let base = picture * period
    guard let stretch = stretch(endingAfter: offset - base),
      starts[stretch] <= offset - base + Self.rounding
    else { return nil }
    return base + ends[stretch]
  }

  /// Where the lock is let go next, from a held `offset` on; nil where nothing before the end lets go.
  func nextRelease(from offset: Double) -> Double? {
    let picture = picture(at: offset)
    guard picture < pictures, let first = starts.first else { return nil }
    let base = picture * period
    if let stretch = stretch(endingAfter: offset - base) {
      return max(offset, base + starts[stretch])
    }
    return picture + 1 < pictures ? base + period + first : nil
  }

  /// The stage in whose work `offset` lies; the last one for what comes after it.
  func stage(at offset: Double) -> Int {
    let picture = picture(at: offset)
    let last = max(0, stagesOfPicture.count - 1)
    guard picture < pictures else { return last }
    return stagesOfPicture.firstIndex { offset - picture * period < $0 } ?? last
  }
}
