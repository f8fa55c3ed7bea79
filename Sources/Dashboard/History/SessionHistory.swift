import Pipeline
import Quantities

/// A session's past on the screen, in flat memory: frames that are merged as they get older, the
/// changes with their effects, and each stage's times.
struct SessionHistory: Sendable {
  /// Frames of a level that are kept; each level's are twice as long as those of the level below.
  private static let framesKept = 600
  private static let levels = 14
  /// A stage's times that are kept, one for each group of readings.
  private static let sparksKept = 60
  private static let readingsASpark = 5
  private static let entriesKept = 200

  /// By level; the first holds tenths of a second.
  private(set) var frames: [[FrameReading]] = [[]]
  /// Frames that wait for their second half, by the level above.
  private var halves: [FrameReading?] = Array(repeating: nil, count: Self.levels)
  /// The changes so far, oldest first.
  private(set) var entries: [HistoryEntry] = []
  /// Entries that there is no room for any more.
  private(set) var forgotten = 0
  /// Wall times a picture by the stage's place, oldest first.
  private(set) var sparks: [[Double]] = []
  /// Wall times a picture before the last change, by the stage's place; empty before the first.
  private(set) var ghosts: [Nanoseconds?] = []
  private var walls: [Nanoseconds?] = []
  private var makeNow: Nanoseconds?
  /// The time of making a batch before the last change.
  private(set) var makeBefore: Nanoseconds?
  private var readings = 0
  private var latest = Nanoseconds.zero

  /// Takes in a newer reading, or one of another moment of a replay.
  mutating func take(_ reading: Reading) {
    let last = frames[0].last
    if let first = reading.frames.first, let end = last?.end,
      (reading.frames.last?.end ?? end) < end || first.number > (last?.number ?? 0) + 1
    {
      // A seek: what lies between, or behind, isn't known.
      frames = [[]]
      halves = Array(repeating: nil, count: Self.levels)
      if reading.at < latest { entries.removeAll { ($0.at ?? .zero) > reading.at } }
    }
    let known = frames[0].last?.number ?? 0
    for frame in reading.frames where frame.number > known { append(frame, level: 0) }
    // The reading before a change holds the values before it.
    takeEffect(reading)
    takeStages(reading)
    latest = reading.at
  }

  private mutating func append(_ frame: FrameReading, level: Int) {
    while frames.count <= level { frames.append([]) }
    if frames[level].count >= Self.framesKept { frames[level].removeFirst(Self.framesKept / 6) }
    frames[level].append(frame)
    guard level + 1 < Self.levels else { return }
    if var half = halves[level] {
      halves[level] = nil
      half.append(frame)
      append(half, level: level + 1)
    } else {
      halves[level] = frame
    }
  }

  private mutating func takeStages(_ reading: Reading) {
    walls = reading.stages.map {
      $0.isOn ? $0.wallPerImage ?? $0.lastWallPerImage : Nanoseconds.zero
    }
    makeNow = reading.workers.make ?? makeNow
    readings += 1
    guard readings % Self.readingsASpark == 1, reading.state == .running else { return }
    while sparks.count < reading.stages.count { sparks.append([]) }
    for (place, stage) in reading.stages.enumerated() {
      if sparks[place].count >= Self.sparksKept { sparks[place].removeFirst() }
      sparks[place].append(stage.isOn ? stage.wallPerImage?.microseconds ?? 0 : 0)
    }
  }

  private mutating func takeEffect(_ reading: Reading) {
    guard let effect = reading.effect else { return }
    if entries.last?.effect.isSame(as: effect) == true {
      entries[entries.count - 1].effect = effect
      return
    }
    if entries.isEmpty {
      // Of a replay that begins later, the moments of earlier changes aren't known.
      for past in reading.pastEffects.reversed() {
        entries.append(HistoryEntry(at: nil, effect: past))
      }
    }
    if let last = entries.last, effect.continues(last.effect) {
      entries.removeLast()
    } else {
      beginChange()
    }
    if entries.count >= Self.entriesKept {
      entries.removeFirst()
      forgotten += 1
    }
    entries.append(HistoryEntry(at: reading.at, effect: effect))
  }

  private mutating func beginChange() {
    guard walls.contains(where: { $0 != nil }), makeNow != nil else { return }
    ghosts = walls
    makeBefore = makeNow
  }

  /// The prediction that was made for the last change.
  mutating func note(predicted: EpochEstimate) {
    guard !entries.isEmpty else { return }
    entries[entries.count - 1].predicted = predicted
  }

  /// Frames for columns of equal time; nil where nothing is known.
  ///
  /// - Complexity: O(frames of the time at the level that fits the columns).
  func columns(_ count: Int, from start: Nanoseconds, to end: Nanoseconds) -> [FrameReading?] {
    var columns = [FrameReading?](repeating: nil, count: max(0, count))
    let width = (end - start).seconds / Double(max(1, count))
    guard width > 0, count > 0 else { return columns }
    let level = level(for: width, from: start)
    let shown = frames[level]
    var first = shown.partitioningIndex { $0.end > start }
    for column in columns.indices {
      let left = start.seconds + Double(column) * width
      let right = left + width
      while first < shown.count, shown[first].end.seconds <= left { first += 1 }
      var place = first
      var merged: FrameReading?
      while place < shown.count, shown[place].start.seconds < right {
        let middle = (shown[place].start.seconds + shown[place].end.seconds) / 2
        if middle >= left, middle < right {
          if merged == nil { merged = shown[place] } else { merged?.append(shown[place]) }
        }
        place += 1
      }
      // A column shorter than a frame shows the frame that it lies in.
      if merged == nil, first < shown.count, shown[first].start.seconds < right {
        merged = shown[first]
      }
      columns[column] = merged
    }
    return columns
  }

  /// The finest level that reaches back to the start, and whose frames aren't much shorter than a
  /// column.
  private func level(for width: Double, from start: Nanoseconds) -> Int {
    var level = 0
    while level + 1 < frames.count, let first = frames[level].first,
      let up = frames[level + 1].first
    {
      let isShort = first.start > start && up.start < first.start
      let isFine = width >= 2 * 0.1 * Double(1 << level) * 1.01
      guard isShort || isFine, !frames[level + 1].isEmpty else { break }
      level += 1
    }
    return level
  }

  /// The first moment that is known.
  var start: Nanoseconds {
    frames.compactMap { $0.first?.start }.min() ?? .zero
  }

  /// The last moment that is known.
  var end: Nanoseconds { frames[0].last?.end ?? .zero }
}

/// A change, when it was asked for, and what came of it.
struct HistoryEntry: Sendable {
  /// On the session's clock; nil where that isn't known.
  var at: Nanoseconds?
  /// Its effect so far.
  var effect: ChangeEffect
  /// The epoch predicted for it; nil where none was.
  var predicted: EpochEstimate?
}

extension ChangeEffect {
  /// Whether it is the same change, perhaps better measured.
  fileprivate func isSame(as newer: ChangeEffect) -> Bool {
    guard changes == newer.changes else { return false }
    return firstBatch == nil || firstBatch == newer.firstBatch
  }

  /// Whether it holds the earlier changes, too, since these weren't measured before the last.
  fileprivate func continues(_ earlier: ChangeEffect) -> Bool {
    changes.count > 1 && earlier.after == nil && earlier.changes.allSatisfy(changes.contains)
  }
}

extension Array {
  /// The first index whose element satisfies a condition that holds for all after it.
  fileprivate func partitioningIndex(where holds: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
