import Quantities

/// A verdict that stays in a steady state: it judges figures smoothed over seconds, keeps its mind where
/// two limits are equally near, and changes it only for what lasts.
///
/// Where the figures have stayed between two limits for a while, what was before them doesn't count any
/// longer: the plain rule decides on their mean, so that sessions in one state have one verdict.
package struct SteadyVerdict: Sendable {
  /// The figures' memory: old ones fade with this time.
  private static let memory = 5.0
  /// Another limit must have held for so long. For as long after a change of the scenario the newest
  /// counts: the first figures are those of a few batches.
  private static let settlingTime = Nanoseconds.seconds(2)

  /// The memory of the mean that the plain rule is asked about: noise of a state hardly shows in it.
  private static let longMemory = 10.0
  /// The plain rule must have contradicted for so long, longer than what comes and goes takes.
  private static let decidingTime = Nanoseconds.seconds(10)

  /// The verdict in force.
  package private(set) var verdict: Verdict
  /// The reading with smoothed figures that it judges.
  package private(set) var judged: Reading
  /// Seconds of readings that are judged, up to twice the memory: what is younger than that has no past to fade
  /// into, and its first figures, those of a few batches, count least.
  private var seconds = 0.0
  private var candidate: (verdict: Verdict, since: Nanoseconds)?
  /// The reading smoothed over the long memory, and how much of that has passed.
  private var mean: Reading
  private var meanMemory = 0.0
  /// What the plain rule says of it, while that isn't the verdict.
  private var contrary: (verdict: Verdict, since: Nanoseconds)?

  /// The verdict on a first reading.
  package init(_ reading: Reading) {
    judged = reading
    mean = reading
    verdict = Verdict(reading)
  }

  /// Takes in the next reading.
  package mutating func take(_ reading: Reading) {
    let passed = (reading.at - judged.at).seconds
    // Another moment of a replay, another scenario or state: all that was is of no account.
    let isNew =
      reading.scenario != judged.scenario || reading.pending != judged.pending
      || reading.state != judged.state || passed < 0 || passed > Self.memory
      || reading.replay?.resimulation?.from != judged.replay?.resimulation?.from
    guard !isNew, passed > 0 else {
      if isNew { self = SteadyVerdict(reading) } else { keep(reading) }
      return
    }
    seconds = min(2 * Self.memory, seconds + passed)
    let old = judged
    judged = reading
    judged.smooth(from: old, part: passed / max(seconds / 2, passed))
    meanMemory = min(Self.longMemory, meanMemory + passed)
    let oldMean = mean
    mean = reading
    mean.smooth(from: oldMean, part: passed / max(meanMemory, passed))
    settle()
    decide()
  }

  /// The same moment again, perhaps with other facts, such as an effect that is now known.
  private mutating func keep(_ reading: Reading) {
    let old = judged
    judged = reading
    judged.smooth(from: old, part: 0)
    settle()
  }

  private mutating func settle() {
    let isSettled = seconds >= Self.settlingTime.seconds
    let newest = Verdict(judged, standing: isSettled ? verdict : nil)
    guard !newest.limits(like: verdict), verdict.kind != .measuring, newest.kind != .measuring,
      newest.kind != .failed, isSettled
    else {
      candidate = nil
      verdict = newest
      return
    }
    guard let waiting = candidate, waiting.verdict.limits(like: newest) else {
      candidate = (newest, judged.at)
      return refresh()
    }
    guard judged.at - waiting.since >= Self.settlingTime else { return refresh() }
    candidate = nil
    verdict = newest
    // Another state: its mean begins here.
    mean = judged
    meanMemory = min(Self.memory, seconds)
    contrary = nil
  }

  /// Where the verdict only stands because it stood before, and has done so for a while, follows the plain
  /// rule.
  private mutating func decide() {
    let plain = Verdict(mean)
    guard !plain.limits(like: verdict), meanMemory >= Self.memory else {
      contrary = nil
      return
    }
    guard let waiting = contrary, waiting.verdict.limits(like: plain) else {
      contrary = (plain, judged.at)
      return
    }
    guard judged.at - waiting.since >= Self.decidingTime else { return }
    contrary = nil
    let newest = Verdict(judged, standing: plain)
    verdict = newest.limits(like: plain) ? newest : plain
  }

  /// The limit stays; what the last change did is today's.
  private mutating func refresh() {
    verdict.inversion = Verdict.inversion(judged, verdict.kind)
    verdict.warning = Verdict(judged, standing: verdict).warning
  }
}

extension Verdict {
  fileprivate func limits(like other: Verdict) -> Bool {
    kind == other.kind && stage == other.stage
  }
}

extension Reading {
  /// Moves the figures that verdicts rest on towards these from those before.
  ///
  /// - Parameter part: The weight of the new ones.
  fileprivate mutating func smooth(from old: Reading, part: Double) {
    func mixed(_ new: Double, _ old: Double) -> Double { old + (new - old) * part }
    func mixed(_ new: Nanoseconds, _ old: Nanoseconds) -> Nanoseconds {
      old + Nanoseconds(nearest: Double((new - old).count) * part)
    }
    func mixed(_ new: Nanoseconds?, _ old: Nanoseconds?) -> Nanoseconds? {
      guard let new, let old else { return new }
      return mixed(new, old) as Nanoseconds
    }
    workers.make = mixed(workers.make, old.workers.make)
    workers.lockWait = mixed(workers.lockWait, old.workers.lockWait)
    workers.making = mixed(workers.making, old.workers.making)
    workers.napping = mixed(workers.napping, old.workers.napping)
    workers.waitingForRoom = mixed(workers.waitingForRoom, old.workers.waitingForRoom)
    workers.serialization = mixed(workers.serialization, old.workers.serialization)
    consumer.busy = mixed(consumer.busy, old.consumer.busy)
    consumer.host = mixed(consumer.host, old.consumer.host)
    consumer.starved = mixed(consumer.starved, old.consumer.starved)
    consumer.step = mixed(consumer.step, old.consumer.step)
    consumer.lockWait = mixed(consumer.lockWait, old.consumer.lockWait)
    consumer.deserialization = mixed(consumer.deserialization, old.consumer.deserialization)
    consumer.clock = mixed(consumer.clock, old.consumer.clock)
    consumer.batchesPerSecond = mixed(consumer.batchesPerSecond, old.consumer.batchesPerSecond)
    consumer.imagesPerSecond = mixed(consumer.imagesPerSecond, old.consumer.imagesPerSecond)
    for index in stages.indices where index < old.stages.count {
      stages[index].share = mixed(stages[index].share, old.stages[index].share)
    }
  }
}
