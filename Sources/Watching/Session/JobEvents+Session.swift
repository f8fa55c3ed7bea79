package import Pipeline
package import Quantities

/// The loader that the session is of, and its events in order.
extension JobEvents {
  /// Chooses the loader that the job trains with, once that is clear: it has trained some batches. Of several the one
  /// whose workers take longest for a batch. A job that never trains has that of all its loaders, after `timeout`.
  ///
  /// - Returns: Whether there is a session now.
  package mutating func choose(at now: Nanoseconds, timeout: Nanoseconds) -> Bool {
    guard chosen == nil else { return true }
    let known = loaders.filter { $0.value.taken >= 2 }
    if let isChosen = chooseAmongRanks(at: now, timeout: timeout) { return isChosen }
    let training = known.filter(\.value.trains)
    let isLate = known.values.contains { loader in
      loader.epochs > 0 || loader.epochStart.map { now - $0 > timeout } ?? false
    }
    let candidates = training.isEmpty && isLate ? known : training
    let most = candidates.values.map(\.taken).max() ?? 0
    guard most >= Self.fewestTaken || isLate else { return false }
    // Of loaders that a loop takes batches of in turn, as zipped ones, the slowest is the limit.
    guard
      let best = candidates.filter({ $0.value.taken * 2 > most }).max(by: {
        ($0.value.pace, $1.key.number) < ($1.value.pace, $0.key.number)
      })
    else { return false }
    chosen = best.key
    keepChosen(of: best.value)
    return true
  }

  /// Of processes that train together, chooses the slowest one's loader, whose limits are the job's, once all have
  /// taken some batches; the lowest number's where they differ little.
  ///
  /// - Returns: Whether there is a session now; nil for a job of one process.
  private mutating func chooseAmongRanks(at now: Nanoseconds, timeout: Nanoseconds) -> Bool? {
    let numbers = Set(tally.ranks.values)
    let training = loaders.filter { $0.value.trains && tally.ranks[$0.key.process] != nil }
    guard numbers.count > 1, let begun = training.values.compactMap(\.since).min() else {
      return nil
    }
    let ranks = RankReading.ranks(of: loaders, tally.ranks, isRecent: true)
    let isComplete =
      ranks.count == numbers.count
      && training.values.allSatisfy { $0.taken >= Self.mostFirstSteps }
    guard isComplete || now - begun > timeout else { return false }
    // Of ranks that never train, there is nothing to choose from.
    guard let first = ranks.first else { return nil }
    let slowest = SlowestRank(of: ranks)?.number ?? first.number
    let process = ranks.first { $0.number == slowest }?.process ?? first.process
    guard
      let best = training.filter({ $0.key.process == process }).max(by: {
        $0.value.taken < $1.value.taken
      })
    else { return false }
    chosen = best.key
    keepChosen(of: best.value)
    return true
  }

  /// Leaves out what other loaders have done so far.
  private mutating func keepChosen(of loader: JobLoader) {
    guard loaders.count > 1 else { return }
    // Before the choice, events of all loaders were collected; there the numbers are mixed up.
    events.removeAll()
    leaving.removeAll()
    pictures.removeAll()
    takenAt.removeAll()
    firstSteps.removeAll()
    open = nil
  }

  /// The events up to a moment, in the order of their times, with the depth of the queue.
  ///
  /// - Complexity: O(n log n) in the events that have come.
  package mutating func takeEvents(until cutoff: Nanoseconds) -> [Event] {
    let due = leaving.filter { $0.made.finished + Self.longestWay <= cutoff }
    leaving.removeAll { $0.made.finished + Self.longestWay <= cutoff }
    for entry in due { add(.made(entry.made)) }
    var ready: [Event] = []
    for event in events where event.at <= cutoff { ready.append(beforeItsTaking(event)) }
    events.removeAll { $0.at <= cutoff }
    ready.sort { ($0.at, $0.order) < ($1.at, $1.order) }
    let usual = chosen.flatMap { loaders[$0]?.batchSize } ?? 0
    return ready.map { event in
      switch event {
      case .made(var made):
        depth += 1
        made.depth = depth
        return .made(made)
      case .taken(var taken):
        depth = max(0, depth - 1)
        taken.depth = depth
        return .taken(taken)
      case .stepped(var step):
        // An event that was given back has them already.
        if step.pictures == 0 { step.pictures = pictures.removeValue(forKey: step.batch) ?? usual }
        return .stepped(step)
      case .waited, .applied, .phase: return event
      }
    }
  }

  /// The loop may have a batch before its worker's thread has noted that it has sent it: then it was put when
  /// it was taken, at the latest.
  private mutating func beforeItsTaking(_ event: Event) -> Event {
    guard case .made(var made) = event, let at = takenAt.removeValue(forKey: made.batch) else {
      return event
    }
    made.put = max(made.finished, min(made.put, at))
    return .made(made)
  }

  /// Gives back events that were taken too early.
  mutating func putBack(_ earlier: [Event]) {
    depth = 0
    events = earlier + events
  }

}

extension Event {
  /// Of events at one moment, the making comes first.
  fileprivate var order: Int { if case .made = self { 0 } else { 1 } }
}
