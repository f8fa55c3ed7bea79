package import Quantities

/// How long the queue stood at each depth; depths are put into a fixed number of places.
package struct DepthTimes: Sendable, BitwiseCopyable {
  /// Place 0 is the empty queue, each other one `step` depths.
  package static let places = 24

  /// The depths of a place other than 0.
  package var step: Int
  /// Seconds at the depths of each place; deeper ones count in the last.
  package var seconds = InlineArray<24, Float>(repeating: 0)
  /// Seconds at the queue's limit or beyond.
  package var full: Float = 0

  /// No time at any depth.
  ///
  /// - Parameter deepest: The deepest that the queue gets under the loader's rules.
  package init(deepest: Int = 1) {
    step = max(1, (deepest + Self.places - 2) / (Self.places - 1))
  }

  /// All of the time.
  package var total: Double {
    var sum: Float = 0
    for place in seconds.indices { sum += seconds[place] }
    return Double(sum)
  }

  /// The mean depth, each place counted by its middle; nil without any time.
  package var mean: Double? {
    let total = total
    guard total > 0 else { return nil }
    var sum = 0.0
    for place in seconds.indices where seconds[place] > 0 {
      let bounds = depths(of: place)
      sum += Double(seconds[place]) * Double(bounds.lowerBound + bounds.upperBound) / 2
    }
    return sum / total
  }

  /// The place of a depth.
  package func place(of depth: Int) -> Int {
    depth <= 0 ? 0 : min(Self.places - 1, (depth - 1) / step + 1)
  }

  /// The depths of a place.
  package func depths(of place: Int) -> ClosedRange<Int> {
    place == 0 ? 0...0 : (place - 1) * step + 1...place * step
  }

  mutating func add(_ time: Double, at depth: Int, isFull: Bool) {
    seconds[place(of: depth)] += Float(time)
    if isFull { full += Float(time) }
  }

  /// Adds times that may be in other places.
  package mutating func add(_ other: DepthTimes) {
    full += other.full
    guard other.step != step else {
      for place in seconds.indices { seconds[place] += other.seconds[place] }
      return
    }
    if other.step > step { self = DepthTimes(self, step: other.step) }
    for place in other.seconds.indices {
      seconds[self.place(of: other.depths(of: place).upperBound)] += other.seconds[place]
    }
  }

  private init(_ finer: DepthTimes, step: Int) {
    self.step = step
    full = finer.full
    for place in finer.seconds.indices {
      seconds[self.place(of: finer.depths(of: place).upperBound)] += finer.seconds[place]
    }
  }
}

/// Sums over a tenth of a second, or over several: frames can be added.
package struct FrameReading: Sendable, BitwiseCopyable {
  /// Counted from 1, without gaps.
  package var number: Int
  /// Its end, on the session's clock.
  package var end: Nanoseconds
  /// Its length; a pause before it doesn't count.
  package var length: Nanoseconds
  /// The queue's depths.
  package var depths = DepthTimes()
  /// Seconds of the GPU's time, of steps that ended here; where none did, in the parts of the frame
  /// before.
  package var busy = 0.0
  /// Seconds of host work.
  package var host = 0.0
  /// Seconds without a batch, or without the lock.
  package var starved = 0.0
  /// Pictures trained.
  package var pictures = 0
  /// Seconds of processor time that workers took for the batches made here.
  package var workerCPU = 0.0

  /// A frame in which nothing happened.
  package init(number: Int, end: Nanoseconds, length: Nanoseconds) {
    self.number = number
    self.end = end
    self.length = length
  }

  /// Its beginning, on the session's clock.
  package var start: Nanoseconds { end - length }

  /// Takes in the next frame.
  package mutating func append(_ next: FrameReading) {
    number = next.number
    end = next.end
    length += next.length
    depths.add(next.depths)
    busy += next.busy
    host += next.host
    starved += next.starved
    pictures += next.pictures
    workerCPU += next.workerCPU
  }

  /// The GPU's shares, which add up to 1; nil without any time.
  package var shares: (busy: Double, host: Double, starved: Double)? {
    let total = busy + host + starved
    return total > 0 ? (busy / total, host / total, starved / total) : nil
  }

  /// Pictures trained a second; 0 for an empty frame.
  package var picturesPerSecond: Double {
    length > .zero ? Double(pictures) / length.seconds : 0
  }

  /// Cores that the workers kept busy; 0 for an empty frame.
  package var workerCores: Double { length > .zero ? workerCPU / length.seconds : 0 }
}
