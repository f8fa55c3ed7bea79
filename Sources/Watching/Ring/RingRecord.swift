package import Quantities

/// A record of a watched process, checked: times are moments of CLOCK_MONOTONIC, and in order.
package enum RingRecord: Sendable, Hashable {
  /// A batch was made.
  case made(Made)
  /// The training loop took a batch.
  case taken(Taken)
  /// Times of up to three stages of a batch, by the process's own stage numbers.
  case stages(batch: Int, resume: Int, times: [StageShare])
  /// A loader's epoch ended; `wanted` is when the loop asked for a batch that didn't come, `ended` when it was told
  /// so, after workers that don't stay have ended.
  case epochEnded(loader: Int, epoch: Int, batches: Int, wanted: Nanoseconds, ended: Nanoseconds)
  /// A worker looked at the control page and did as it says from this batch on.
  case applied(Applied)
  /// A worker's batch has left it through the pipe, with its number of bytes.
  case piped(batch: Int, resume: Int, at: Nanoseconds, bytes: Int)
  /// The parts of a step, in the host's time; of one step in eight.
  case parts(StepParts)
  /// Processes that work for a loader from one of its epochs on, as it has started them.
  case workers(Workers)
  /// A part of a tf.data pipeline, with its sums since its iterator was made.
  case node(PipelineNode)

  /// A batch as its worker made it.
  package struct Made: Sendable, Hashable {
    /// The loader's number; 0 where the worker doesn't have it.
    package var loader: Int
    /// The batch's number in its epoch.
    package var batch: Int
    /// Epochs that the worker has begun anew.
    package var resume: Int
    /// The worker's number; nil where the training loop makes batches itself.
    package var worker: Int?
    /// The pictures in it.
    package var pictures: Int
    /// When the worker asked for an index.
    package var asked: Nanoseconds
    /// When it got one.
    package var got: Nanoseconds
    /// When it began the first picture.
    package var start: Nanoseconds
    /// When the pictures were done and collating began.
    package var collate: Nanoseconds
    /// When the batch was whole.
    package var end: Nanoseconds
    /// CPU time of the worker's thread from start to end; nil where it wasn't taken.
    package var cpu: Nanoseconds?
    /// Whether its stages were measured.
    package var isMeasured: Bool
    /// The stages that were bypassed in it.
    package var bypassed: Int
    /// The part of `cpu` before collating began; nil where it wasn't taken.
    package var picturesCPU: Nanoseconds?
  }

  /// A batch as the training loop took it.
  package struct Taken: Sendable, Hashable {
    /// The loader's number.
    package var loader: Int
    /// The batch's number in its epoch.
    package var batch: Int
    /// The loader's epoch, from 1 on.
    package var epoch: Int
    /// When the loop asked for it.
    package var wanted: Nanoseconds
    /// When it came.
    package var at: Nanoseconds
    /// Whether gradients were enabled.
    package var isTraining: Bool
    /// Optimizer steps of the process so far.
    package var steps: Int
    /// Whether the loop makes batches itself.
    package var isInline: Bool
  }

  /// A stage's number in its process, and its times in one batch.
  package struct StageShare: Sendable, Hashable {
    /// The number.
    package var stage: Int
    /// The time over all pictures of the batch.
    package var time: Nanoseconds
    /// Of that, CPU time of the worker's thread.
    package var cpu: Nanoseconds
  }

  /// A change of the control page that a worker has seen.
  package struct Applied: Sendable, Hashable {
    /// The page's generation.
    package var generation: Int
    /// The first batch, by its number in the epoch.
    package var batch: Int
    /// Epochs that the worker has begun anew.
    package var resume: Int
    /// When the worker looked.
    package var at: Nanoseconds
    /// The number of stages that are bypassed from there on.
    package var bypassed: Int
    /// Whether the lease held.
    package var isLive: Bool
  }

  /// The parts of a step; a moment is nil where the job has no such part.
  package struct StepParts: Sendable, Hashable {
    /// The loader's number.
    package var loader: Int
    /// When the batch was taken.
    package var taken: Nanoseconds
    /// When a model was called first.
    package var forward: Nanoseconds?
    /// When the backward pass began.
    package var backward: Nanoseconds?
    /// When it ended.
    package var backwardEnd: Nanoseconds?
    /// When the optimizer began.
    package var optimizer: Nanoseconds?
    /// When it ended.
    package var optimizerEnd: Nanoseconds?
    /// When the loop asked for the next batch.
    package var end: Nanoseconds
    /// CPU time of the loop's thread in it.
    package var cpu: Nanoseconds
  }

  /// Up to ten processes of a loader.
  package struct Workers: Sendable, Hashable {
    /// The loader's number.
    package var loader: Int
    /// Its epoch, from 1 on.
    package var epoch: Int
    /// When their start began.
    package var from: Nanoseconds
    /// When they had started.
    package var to: Nanoseconds
    /// Their process ids.
    package var processes: [Int32]
  }

  /// A part of a tf.data pipeline, as the model has it that tf.data keeps for its own tuning.
  package struct PipelineNode: Sendable, Hashable {
    /// The loader's number.
    package var loader: Int
    /// The part's number in the pipeline.
    package var number: Int
    /// The loader's epoch, from 1 on.
    package var epoch: Int
    /// Elements that it has given.
    package var elements: Int
    /// The time that it has worked, on all its threads.
    package var time: Nanoseconds
    /// Elements that lie ready in it.
    package var buffered: Int
    /// Calls that it makes at the same time; 0 where it has no such number.
    package var parallelism: Int
    /// Elements that it has room for; 0 where it has no such number.
    package var capacity: Int
  }
}

extension RingRecord {
  /// The words of a slot.
  package static let words = 16
  /// Later than any clock shows: 292 years.
  private static let times = 0...Int64.max / 2
  private static let counts = 0...Int64(1) << 40
  private static let mostStages: Int64 = 4096

  /// What a slot has between its kind and its number at the end, by place.
  private struct Words {
    let slot: ArraySlice<Int64>

    subscript(place: Int) -> Int64 { slot[slot.startIndex + 2 + place] }

    func areTimes(_ places: ClosedRange<Int>) -> Bool {
      places.allSatisfy { times.contains(self[$0]) }
    }

    func areCounts(_ places: ClosedRange<Int>) -> Bool {
      places.allSatisfy { counts.contains(self[$0]) }
    }

    func areAscending(_ places: ClosedRange<Int>) -> Bool {
      places.dropFirst().allSatisfy { self[$0 - 1] <= self[$0] }
    }
  }

  /// Reads the words of a whole slot; nil for values that no probe writes.
  ///
  /// - Parameter slot: `words` of them; a slice, since a thousand slots come a second.
  package init?(_ slot: ArraySlice<Int64>) {
    guard slot.count == Self.words else { return nil }
    let head = slot[slot.startIndex + 1]
    guard head >= 0, head >> 8 <= 1 << 20 else { return nil }
    let loader = Int(head >> 8)
    let w = Words(slot: slot)
    switch head & 255 {
    case 1: self.init(made: w, loader)
    case 2: self.init(taken: w, loader)
    case 3: self.init(stages: w)
    case 4:
      guard w.areCounts(0...1), w.areTimes(2...3) else { return nil }
      self = .epochEnded(
        loader: loader, epoch: Int(w[0]), batches: Int(w[1]), wanted: Nanoseconds(w[2]),
        ended: Nanoseconds(max(w[2], w[3])))
    case 5:
      guard w.areCounts(0...0), w[1] >= -1, w[1] <= Self.counts.upperBound, w.areCounts(2...2),
        w.areTimes(3...3), w.areCounts(4...4)
      else { return nil }
      self = .applied(
        Applied(
          generation: Int(w[0]), batch: Int(w[1]), resume: Int(w[2]), at: Nanoseconds(w[3]),
          bypassed: Int(w[4]), isLive: w[5] == 1))
    case 6:
      guard w.areCounts(0...1), w.areTimes(3...3), w.areCounts(4...4) else { return nil }
      self = .piped(
        batch: Int(w[0]), resume: Int(w[1]), at: Nanoseconds(w[3]), bytes: Int(w[4]))
    case 8: self.init(parts: w, loader)
    case 9: self.init(workers: w, loader)
    case 10:
      guard (0..<4096).contains(w[0]), w.areCounts(1...2), w.areTimes(3...3), w.areCounts(4...6)
      else { return nil }
      self = .node(
        PipelineNode(
          loader: loader, number: Int(w[0]), epoch: Int(w[1]), elements: Int(w[2]),
          time: Nanoseconds(w[3]), buffered: Int(w[4]), parallelism: Int(w[5]), capacity: Int(w[6]))
      )
    default: return nil
    }
  }

  private init?(made w: Words, _ loader: Int) {
    guard w.areCounts(0...1), w[2] >= -1, w[2] < 4096, (0...1 << 20).contains(w[3]),
      w.areTimes(4...9), w.areAscending(5...8), w.areCounts(11...11), w.areTimes(12...12),
      w[12] <= w[9]
    else { return nil }
    self = .made(
      Made(
        loader: loader, batch: Int(w[0]), resume: Int(w[1]), worker: w[2] < 0 ? nil : Int(w[2]),
        pictures: Int(w[3]), asked: Nanoseconds(min(w[4], w[5])), got: Nanoseconds(w[5]),
        start: Nanoseconds(w[6]), collate: Nanoseconds(w[7]), end: Nanoseconds(w[8]),
        cpu: w[9] > 0 ? Nanoseconds(w[9]) : nil, isMeasured: w[10] == 1, bypassed: Int(w[11]),
        picturesCPU: w[12] > 0 ? Nanoseconds(w[12]) : nil))
  }

  private init?(taken w: Words, _ loader: Int) {
    guard w.areCounts(0...1), w.areTimes(2...3), w[2] <= w[3], w.areCounts(5...5) else {
      return nil
    }
    self = .taken(
      Taken(
        loader: loader, batch: Int(w[0]), epoch: Int(w[1]), wanted: Nanoseconds(w[2]),
        at: Nanoseconds(w[3]), isTraining: w[4] == 1, steps: Int(w[5]), isInline: w[8] == 1))
  }

  private init?(stages w: Words) {
    guard w.areCounts(0...1), w[2] >= 0, w[2] <= Self.mostStages else { return nil }
    var times: [StageShare] = []
    for place in stride(from: 3, to: 12, by: 3) where w[place + 1] != 0 {
      guard w[place] >= 0, w[place] < Self.mostStages, w.areTimes(place + 1...place + 2) else {
        return nil
      }
      times.append(
        StageShare(
          stage: Int(w[place]), time: Nanoseconds(w[place + 1]), cpu: Nanoseconds(w[place + 2])))
    }
    self = .stages(batch: Int(w[0]), resume: Int(w[1]), times: times)
  }

  private init?(parts w: Words, _ loader: Int) {
    guard w.areTimes(2...9), w[2] <= w[8] else { return nil }
    func moment(_ place: Int) -> Nanoseconds? {
      w[2]...w[8] ~= w[place] ? Nanoseconds(w[place]) : nil
    }
    self = .parts(
      StepParts(
        loader: loader, taken: Nanoseconds(w[2]), forward: moment(3), backward: moment(4),
        backwardEnd: moment(5), optimizer: moment(6), optimizerEnd: moment(7),
        end: Nanoseconds(w[8]), cpu: Nanoseconds(w[9])))
  }

  private init?(workers w: Words, _ loader: Int) {
    guard w.areCounts(0...0), w.areTimes(1...2), w[1] <= w[2] else { return nil }
    let processes = (3..<13).map { w[$0] }.filter { $0 != 0 }
    guard processes.allSatisfy({ (1...Int64(Int32.max)).contains($0) }) else { return nil }
    self = .workers(
      Workers(
        loader: loader, epoch: Int(w[0]), from: Nanoseconds(w[1]), to: Nanoseconds(w[2]),
        processes: processes.map { Int32($0) }))
  }
}
