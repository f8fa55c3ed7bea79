package import Augmentation
import Quantities

/// The limit of a session, its explanation, and a change to try.
package struct Verdict: Sendable, Equatable {
  /// The limit of a session.
  package enum Kind: String, Sendable, CaseIterable {
    /// Not yet known.
    case measuring
    /// The session is paused.
    case paused
    /// The session can't go on.
    case failed
    /// The device computes all the time: nothing on the input side matters.
    case gpuBound = "gpu-bound"
    /// Batches can't be made faster.
    case inputBound = "input-bound"
    /// Both sides sleep: neither is the limit, the way they wait for each other is.
    case waitPolicyBound = "wait-policy-bound"
    /// Threads wait for one interpreter lock.
    case interpreterBound = "interpreter-bound"
    /// The processors don't run at their highest clock.
    case clockBound = "clock-bound"
    /// Batches are copied from process to process.
    case serializationBound = "serialization-bound"
  }

  /// The change to try next.
  package enum Advice: Sendable, Equatable {
    /// Nothing: wait for more steps.
    case wait
    /// Resume the session.
    case resume
    /// Switch this stage off or make it cheaper.
    case lessWork(StageID)
    /// Add a worker.
    case moreWorkers
    /// Use the loader `blocking`, which doesn't poll.
    case blockingLoader
    /// Shorten the GPU's compute time.
    case fasterGPU
    /// Use processes, which don't share a lock.
    case noLock
    /// Run the processors at their highest clock.
    case noGovernor
    /// Use the loader `torch`, whose workers pass batches in shared memory.
    case sharedMemory
  }

  /// The limit.
  package var kind: Kind
  /// The stage that costs most, where batches are the limit.
  package var stage: StageID?
  /// One sentence with numbers.
  package var because: String
  /// The change to try next.
  package var advice: Advice
  /// Where the last change removed work and the epoch grew: that, and why.
  package var inversion: String?
  /// Where the measurement contradicts itself.
  package var warning: String?
}

extension Verdict {
  /// One side has to be so much longer than the other to take the limit from it.
  private static let lead = 0.03
  /// A stage has to cost so much more than another to take its place as the costliest.
  private static let stageLead = 0.1
  /// A watched job whose batches come this many times later than its longer side allows is held up by neither.
  private static let handedOver = 1.5
  /// The same once that is the limit.
  private static let stillHandedOver = 1.35
  /// With fewer steps under the present settings there is no verdict yet.
  static let fewestSteps = 10

  /// Judges a reading; a pure function.
  ///
  /// With `make` the time of a batch over all workers and `step` the GPU's, no period can be shorter
  /// than the longer of the two. For each effect that isn't work (naps, the lock, the clock, copies)
  /// the rules compute that bound without the effect. Where the session is much slower than such a
  /// bound, the effect whose absence would help most is the limit; otherwise the longer side is.
  ///
  /// - Parameter standing: The verdict so far: where two limits are equally near, it stays.
  package init(_ reading: Reading, standing: Verdict? = nil) {
    guard reading.state != .paused else {
      self.init(kind: .paused, because: "The session is paused.", advice: .resume)
      inversion = Self.inversion(reading, kind)
      return
    }
    if case .failed(let reason) = reading.state {
      self.init(kind: .failed, because: reason, advice: .wait)
      return
    }
    guard let sides = Sides(reading), reading.consumer.steps >= Self.fewestSteps,
      reading.pending.isEmpty
    else {
      self.init(kind: .measuring, because: "Measuring.", advice: .wait)
      inversion = Self.inversion(reading, kind)
      return
    }
    let loss = { (kind: Kind) in kind.loss(isStanding: kind == standing?.kind) }
    let lead =
      switch standing?.kind {
      case .inputBound: 1 - Self.lead
      case .gpuBound: 1 + Self.lead
      default: 1.0
      }
    let handedOver =
      standing?.kind == .serializationBound ? Self.stillHandedOver : Self.handedOver
    if reading.scenario.makesInLoop {
      self = Self.madeInLoop(sides, reading)
    } else if reading.scenario.isJob,
      sides.period > handedOver * max(sides.makeEach, sides.step)
    {
      self.init(
        kind: .serializationBound,
        because: "Neither making batches nor training is the limit: a batch comes every"
          + " \(time(sides.period)), possible \(time(max(sides.makeEach, sides.step))). The rest goes to"
          + " starting workers and handing batches over.",
        advice: .sharedMemory)
    } else if let effect = sides.worstEffect(
      over: loss, standing: standing?.kind, lead: Self.lead)
    {
      self = Self.limited(by: effect, sides, reading)
    } else if sides.makeEach > sides.step * lead {
      self = Self.inputBound(reading, standing: standing?.stage)
    } else {
      let starved = NumberText.percent(reading.consumer.starved)
      let idle = NumberText.percent(reading.workers.napping + reading.workers.waitingForRoom)
      self.init(
        kind: .gpuBound,
        because: (reading.scenario.isJob
          ? "The training step is the limit: the loop waits \(starved) of the time,"
          : "The GPU is the limit: starved \(starved),") + " workers idle \(idle).",
        advice: .fasterGPU)
    }
    inversion = Self.inversion(reading, kind)
    // Validation and other work of a job's loop, besides training and waiting, is its own time.
    warning = reading.scenario.isJob ? nil : reading.check?.violation
  }

  /// Nothing overlaps, so both sides are the limit; a worker lets the shorter one run meanwhile.
  private static func madeInLoop(_ sides: Sides, _ reading: Reading) -> Verdict {
    let isTraining = sides.makeEach < sides.step * tolerableLoss
    let compared =
      "the training loop makes each batch itself, \(time(sides.makeEach)), and trains"
      + " \(time(sides.step)) only then."
    return Verdict(
      kind: isTraining ? .gpuBound : .inputBound,
      stage: reading.stages.max { $0.share < $1.share }?.stage.id,
      because: "No worker: " + compared, advice: isTraining ? .fasterGPU : .moreWorkers)
  }

  private static func inputBound(_ reading: Reading, standing: StageID?) -> Verdict {
    var costliest = reading.stages.max { $0.share < $1.share }
    if let standing = standing.flatMap(reading.stage), let most = costliest?.share,
      standing.share * (1 + stageLead) > most
    {
      costliest = standing
    }
    return Verdict(
      kind: .inputBound, stage: costliest?.stage.id,
      because:
        "\(costliest?.stage.name ?? "the work") takes \(NumberText.percent(costliest?.share ?? 0)) of making a batch;"
        + (reading.scenario.isJob ? " the training loop waits" : " the GPU starves")
        + " \(NumberText.percent(reading.consumer.starved)).",
      advice: adviceForInput(reading, costliest: costliest?.stage))
  }

  private static func limited(
    by effect: (kind: Kind, possible: Double), _ sides: Sides, _ reading: Reading
  ) -> Verdict {
    let (workers, consumer) = (reading.workers, reading.consumer)
    let compared = "a batch every \(time(sides.period)), possible \(time(effect.possible))."
    switch effect.kind {
    case .waitPolicyBound:
      return Verdict(
        kind: .waitPolicyBound,
        because: "Workers sleep \(NumberText.percent(workers.napping)) while the GPU starves"
          + " \(NumberText.percent(consumer.starved)): " + compared, advice: .blockingLoader)
    case .interpreterBound:
      let step =
        consumer.lockWait >= .microseconds(1)
        ? ", a step \(time(consumer.lockWait.seconds))" : ""
      return Verdict(
        kind: .interpreterBound,
        because: "A batch waits \(time(workers.lockWait.seconds)) for the interpreter lock\(step): "
          + compared, advice: .noLock)
    case .clockBound:
      return Verdict(
        kind: .clockBound,
        because: "The clock is at \(NumberText.percent(consumer.clock)) of its highest: "
          + compared,
        advice: .noGovernor)
    case .serializationBound, .measuring, .paused, .failed, .gpuBound, .inputBound:
      return Verdict(
        kind: .serializationBound,
        because: "Copying a batch between processes takes"
          + " \(time(workers.serialization.seconds)) on a worker and"
          + " \(time(consumer.deserialization.seconds)) in the step: " + compared,
        advice: .sharedMemory)
    }
  }

  private static func adviceForInput(_ reading: Reading, costliest: SessionStage?) -> Advice {
    // Python work under one lock doesn't run in parallel, so another worker would only wait.
    if !reading.scenario.hasSharedLock, reading.workers.count < reading.cores {
      return .moreWorkers
    }
    guard let costliest, costliest.isSwitchable else { return .moreWorkers }
    return .lessWork(costliest.id)
  }

  /// An explanation, derived from the present limit, where less work has made the epoch longer.
  ///
  /// - Parameter kind: The limit that it is derived from.
  static func inversion(_ reading: Reading, _ kind: Kind) -> String? {
    guard let effect = reading.effect, effect.removesWork(reading.stageList),
      let before = effect.before,
      let after = effect.after, after.minus(before).low > 0
    else { return nil }
    let grown = "Less work, and the epoch grew"
    switch kind {
    case .waitPolicyBound:
      return grown + ": the worker fills the queue and naps 50 ms; the GPU drains it in less."
    case .clockBound:
      return grown + ": with less to do no core is busy enough to keep the clock up,"
        + " and the host work of every step takes longer."
    case .interpreterBound:
      return grown
        + ": the faster generator asks for the lock more often, and the step waits for it."
    case .gpuBound, .inputBound, .serializationBound:
      return grown + ": what is left costs more than it did; look at the line of times."
    // The limit isn't known, and the numbers are there.
    case .measuring, .paused, .failed: return grown + "."
    }
  }
}

/// The two sides of a session, and the period possible without each effect that isn't work; seconds.
private struct Sides {
  /// Workers that nap less than this share of their time aren't held up by it.
  private static let noticeableNaps = 0.05

  let period: Double
  let makeEach: Double
  let step: Double
  private let reading: Reading
  private let make: Double
  private let lockWait: Double
  /// That make batches at the same time.
  private let workers: Double

  init?(_ reading: Reading) {
    guard let make = reading.workers.make, let step = reading.consumer.step,
      reading.consumer.batchesPerSecond > 0
    else { return nil }
    self.reading = reading
    self.make = make.seconds
    self.step = step.seconds
    lockWait = reading.workers.lockWait.seconds
    period = 1 / reading.consumer.batchesPerSecond
    workers = Double(
      reading.scenario.loader.makers(
        workers: reading.workers.count, cores: reading.scenario.cores ?? reading.cores))
    makeEach = (self.make + lockWait) / workers
  }

  /// The effect without which most time would be won, if that is more than `loss` of what is
  /// possible.
  ///
  /// - Parameters:
  ///   - standing: The limit so far; another effect has to win more by `lead` to take its place.
  func worstEffect(
    over loss: (Verdict.Kind) -> Double, standing: Verdict.Kind?, lead: Double
  ) -> (kind: Verdict.Kind, possible: Double)? {
    func rank(_ effect: (kind: Verdict.Kind, possible: Double)) -> Double {
      effect.kind == standing ? effect.possible * (1 - lead) : effect.possible
    }
    return candidates.filter { period > $0.possible * (1 + loss($0.kind)) }
      .min { rank($0) < rank($1) }
  }

  private var candidates: [(kind: Verdict.Kind, possible: Double)] {
    [
      (.waitPolicyBound, withoutNaps), (.interpreterBound, withoutLock),
      (.clockBound, atFullClock), (.serializationBound, withoutCopies),
    ]
    .compactMap { kind, possible -> (kind: Verdict.Kind, possible: Double)? in
      possible.map { (kind, $0) }
    }
  }

  private var withoutNaps: Double? {
    reading.workers.napping > Self.noticeableNaps ? max(makeEach, step) : nil
  }

  /// Without it workers run side by side, as far as there are cores.
  private var withoutLock: Double? {
    guard reading.scenario.hasSharedLock else { return nil }
    let parallel = min(max(1, reading.workers.count), max(1, reading.cores))
    return withNaps(max(make / Double(parallel), step), reading.consumer.lockWait.seconds)
  }

  /// The period that is possible without an effect while workers still nap. The naps stay, so the
  /// period shrinks only by what the effect adds to the longer side, and by `extra`.
  private func withNaps(_ possible: Double, _ extra: Double = 0) -> Double {
    guard reading.workers.napping > Self.noticeableNaps else { return possible }
    return max(possible, period - max(0, max(makeEach, step) - possible) - extra)
  }

  /// Burnt time would be shorter by the clock; waits and the device's own time wouldn't.
  private var atFullClock: Double? {
    let clock = reading.consumer.clock
    guard reading.scenario.governor != nil, clock < 0.99 else { return nil }
    let host = reading.consumer.host * period
    return withNaps(max((make * clock + lockWait) / workers, step - host * (1 - clock)))
  }

  private var withoutCopies: Double? {
    let (sending, taking) = (reading.workers.serialization, reading.consumer.deserialization)
    // A job's pool of processes doesn't tell them.
    guard reading.scenario.loader.serializes, sending > .zero || taking > .zero else { return nil }
    return withNaps(max((make + lockWait - sending.seconds) / workers, step - taking.seconds))
  }
}

extension ChangeEffect {
  /// Every change in it switched something off.
  fileprivate func removesWork(_ stages: StageList) -> Bool {
    !changes.isEmpty
      && changes.allSatisfy { change in
        switch change {
        case .stage(_, let on): !on
        case .ablation(let row): row != .original
        case .stages(let set): set == stages.fixed
        // Native kernels take a fraction of Python's time.
        case .costs(let costs): costs == .native
        case .loader, .workers, .queueLimit, .prefetch, .keptWorkers, .pinnedMemory, .compute,
          .interpreterLock, .governor, .setting:
          false
        }
      }
  }
}

private func time(_ seconds: Double) -> String {
  seconds < 1e-3
    ? "\(NumberText.fixed(seconds * 1e6, 0)) µs" : "\(NumberText.fixed(seconds * 1e3, 2)) ms"
}
