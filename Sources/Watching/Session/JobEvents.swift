package import Pipeline
package import Quantities

/// Puts the records of a job's processes together to a session's events: which worker made which batch of
/// which loader, and the step that took it.
///
/// The session is that of one loader, which the job trains with; of the others, the time is kept. Times are
/// moments of CLOCK_MONOTONIC.
package struct JobEvents {
  /// The loaders, as far as they are known.
  package internal(set) var loaders: [JobLoader.Key: JobLoader] = [:]
  /// Observations of the job besides its loaders' events.
  package var tally = JobTally()
  /// The session's loader; nil until it is chosen.
  package private(set) var chosen: JobLoader.Key?
  /// Rows, columns and channels of a picture; nil until a batch was collated.
  package internal(set) var shape: [Int]?
  /// The script's name; empty until a process has written it.
  package internal(set) var program = ""
  var names = JobNames()

  /// Events in no order; those of a batch that may still leave its worker are kept in `leaving`.
  private var events: [Event] = []
  private var leaving: [Leaving] = []
  var homes: [Int32: Home] = [:]
  /// Records of workers whose loader isn't known yet.
  var homeless: [Int32: [RingRecord]] = [:]
  private var stageTimes: [Int32: [Int: [RingRecord.StageShare]]] = [:]
  private var pictures: [Int: Int] = [:]
  private var open: OpenStep?
  /// Times of the first steps, for the scenario.
  private(set) var firstSteps: [Nanoseconds] = []
  /// As many of them.
  static let mostFirstSteps = 12
  private var otherSince: Nanoseconds?
  /// By process: CPU time as a share of the last batch whose CPU time was taken.
  private var processorShares: [Int32: Double] = [:]
  /// By process: the change that its batches are made under.
  private var generations: [Int32: Int] = [:]
  private var newest = 0

  /// A worker's place: its loader, and the epoch it was started in.
  struct Home {
    var loader: JobLoader.Key
    var epoch: Int
  }

  /// A batch that is whole and may still be on its way through the pipe.
  private struct Leaving {
    var process: Int32
    var local: Int
    var resume: Int
    var made: BatchMade
  }

  private struct OpenStep {
    var batch: Int
    var wanted: Nanoseconds
    var taken: Nanoseconds
  }

  /// A batch whose departure isn't recorded within this time counts as put when it was whole.
  private static let longestWay = Nanoseconds.milliseconds(100)
  /// More than any job has under way; a limit for crafted records.
  static let most = 65_536

  /// No records yet.
  package init() {}

  // MARK: Records

  /// Takes in a record of a process.
  package mutating func take(_ record: RingRecord, from process: Int32) {
    switch record {
    case .made(let made): take(made, from: process)
    case .taken(let taken): take(taken, from: process)
    case .stages(let batch, let resume, let times):
      let key = batch &* 4096 &+ resume
      if stageTimes[process]?.count ?? 0 > 256 { stageTimes[process] = [:] }
      stageTimes[process, default: [:]][key, default: []] += times
    case .epochEnded(let number, _, _, let wanted):
      let key = JobLoader.Key(process: process, number: number)
      if let start = loaders[key]?.epochStart {
        loaders[key]?.epochs += 1
        loaders[key]?.epochTime += max(.zero, wanted - start)
        loaders[key]?.epochStart = nil
      }
      loaders[key]?.lastSteps = nil
      if chosen == nil || key == chosen {
        endStep(at: wanted)
      } else {
        endOther(at: wanted, of: process)
      }
    case .piped(let batch, let resume, let at, let bytes):
      take(sentBatch: batch, resume, at, bytes, from: process)
    case .parts(let parts):
      let key = JobLoader.Key(process: process, number: parts.loader)
      loaders[key]?.parts.add(parts)
      if chosen == key { tally.add(parts) }
    case .workers(let workers): take(workers, from: process)
    case .applied(let applied): take(applied, from: process)
    }
  }

  private mutating func take(_ made: RingRecord.Made, from process: Int32) {
    let times = stageTimes[process]?.removeValue(forKey: made.batch &* 4096 &+ made.resume)
    let key: JobLoader.Key
    let epoch: Int
    if made.loader > 0 {
      (key, epoch) = (JobLoader.Key(process: process, number: made.loader), made.resume)
    } else if let home = homes[process] {
      (key, epoch) = (home.loader, home.epoch + made.resume)
    } else {
      var waiting = homeless[process] ?? []
      guard homeless.count < 1024, waiting.count < 256 else { return }
      if let times {
        waiting.append(.stages(batch: made.batch, resume: made.resume, times: times))
      }
      homeless[process] = waiting + [.made(made)]
      return
    }
    guard var loader = loaders[key] else { return }
    let number = loader.number(of: made.batch, epoch: epoch)
    // A PyDataset has no batch size; its first batch has one.
    if loader.batchSize == 0 {
      loader.batchSize = min(made.pictures, Scenario.batchSizes.upperBound)
    }
    loaders[key] = loader
    guard chosen == nil || chosen == key else { return }
    if pictures.count < Self.most { pictures[number] = made.pictures }
    let worker = made.worker ?? 0
    var batch = BatchMade(
      batch: number, worker: worker, pictures: made.pictures,
      generation: generations[process] ?? 0, start: made.start)
    batch.finished = made.end
    batch.put = made.end
    batch.cpu = processorTime(of: made, in: process)
    if made.isMeasured { batch.stages = stages(of: made, times ?? [], in: process) }
    if made.got > made.asked, made.worker != nil {
      add(.waited(WorkerWait(worker: worker, reason: .demand, start: made.asked, end: made.got)))
    }
    if loader.kind == "torch", made.worker != nil, leaving.count < Self.most {
      leaving.append(
        Leaving(process: process, local: made.batch, resume: made.resume, made: batch))
    } else {
      add(.made(batch))
    }
  }

  /// The CPU time of a batch: where it wasn't taken, in proportion to that of the process's last one that has it.
  private mutating func processorTime(
    of made: RingRecord.Made, in process: Int32
  ) -> Nanoseconds? {
    let wall = (made.end - made.start).seconds
    if let cpu = made.cpu {
      if wall > 0, processorShares.count < Self.most {
        processorShares[process] = min(1, cpu.seconds / wall)
      }
      return cpu
    }
    return processorShares[process].map { Nanoseconds(seconds: $0 * wall) }
  }

  /// Boundaries of a batch's stages, in the order of the session's list.
  private func stages(
    of made: RingRecord.Made, _ times: [RingRecord.StageShare], in process: Int32
  ) -> [StageTime] {
    var sums = [Nanoseconds](repeating: .zero, count: names.names.count)
    for share in times {
      guard let place = names.place(of: share.stage, in: process) else { continue }
      sums[place] += share.time
    }
    // Of generators that don't collate apart, the two moments are one, and all is the stages'.
    let items = made.collate > made.start ? made.collate : made.end
    var left = items - made.start
    for place in sums.indices {
      sums[place] = min(sums[place], left)
      left -= sums[place]
    }
    var end = made.start + left
    var stages = [StageTime(end: end)]
    for sum in sums {
      end += sum
      stages.append(StageTime(end: end))
    }
    stages.append(StageTime(end: made.end))
    return stages
  }

  private mutating func take(
    sentBatch batch: Int, _ resume: Int, _ at: Nanoseconds, _ bytes: Int, from process: Int32
  ) {
    if let key = homes[process]?.loader { loaders[key]?.bytes += min(bytes, 1 << 40) }
    guard
      let place = leaving.firstIndex(where: {
        $0.process == process && $0.local == batch && $0.resume == resume
      })
    else { return }
    var made = leaving.remove(at: place).made
    made.put = max(made.finished, at)
    add(.made(made))
  }

  private mutating func take(_ taken: RingRecord.Taken, from process: Int32) {
    let key = JobLoader.Key(process: process, number: taken.loader)
    guard var loader = loaders[key] else { return }
    loader.taken += 1
    loader.takenTraining += taken.isTraining ? 1 : 0
    if let before = loader.lastSteps, taken.steps > before { loader.optimizerSteps += 1 }
    loader.lastSteps = taken.steps
    loader.waited += taken.at - taken.wanted
    loader.since = loader.since ?? taken.wanted
    loader.last = max(loader.last, taken.at)
    loader.epochStart = loader.epochStart ?? taken.wanted
    loader.mark()
    let number = loader.number(of: taken.batch, epoch: taken.epoch)
    loaders[key] = loader
    guard chosen == nil || key == chosen else {
      // A step that another loader's batches interrupt ends there: what follows is validation.
      if process == chosen?.process {
        endStep(at: taken.wanted)
        otherSince = otherSince ?? taken.wanted
      }
      return
    }
    endOther(at: taken.wanted, of: process)
    endStep(at: taken.wanted)
    if takenAt.count >= Self.most { takenAt.removeAll() }
    takenAt[number] = taken.at
    add(
      .taken(
        BatchTaken(batch: number, wanted: taken.wanted, at: taken.at, depth: 0, polls: 0)))
    open = OpenStep(batch: number, wanted: taken.wanted, taken: taken.at)
  }

  private mutating func endOther(at moment: Nanoseconds, of process: Int32) {
    guard process == chosen?.process, let since = otherSince else { return }
    tally.otherTime += max(.zero, moment - since)
    otherSince = nil
  }

  private mutating func endStep(at end: Nanoseconds) {
    guard let step = open.take(), end >= step.taken else { return }
    if firstSteps.count < Self.mostFirstSteps { firstSteps.append(end - step.taken) }
    // All of it is the host's time, so none of it counts as a device's.
    add(
      .stepped(
        StepDone(
          batch: step.batch, pictures: 0, wanted: step.wanted, taken: step.taken,
          hostEnd: step.taken, transferEnd: step.taken, end: end, lockWait: .zero, cpu: .zero)))
  }

  private mutating func take(_ applied: RingRecord.Applied, from process: Int32) {
    // A loop that makes batches itself counts its epochs in full.
    guard let home = homes[process] ?? chosen.map({ Home(loader: $0, epoch: 0) }),
      home.loader == chosen, applied.batch >= 0, var loader = loaders[home.loader]
    else { return }
    let number = loader.number(of: applied.batch, epoch: home.epoch + applied.resume)
    if tally.applied.count < 4096 {
      tally.applied.append((applied.generation, number, applied.bypassed, applied.at))
    }
    loader.highest = max(loader.highest, number)
    loaders[home.loader] = loader
    guard applied.isLive else { return }
    if generations.count < Self.most { generations[process] = applied.generation }
    guard applied.generation > newest, applied.generation <= 1 << 40 else { return }
    newest = applied.generation
    add(
      .applied(
        ChangeApplied(generation: applied.generation, batch: number, at: applied.at)))
  }

  private mutating func add(_ event: Event) {
    if events.count < Self.most { events.append(event) } else { tally.lost += 1 }
  }

  // MARK: The session

  /// Chooses the loader that the job trains with, once that is clear: it has trained two batches, one of
  /// them measured. A job that never trains has the loader with most batches, after `timeout`.
  ///
  /// - Returns: Whether there is a session now.
  package mutating func choose(at now: Nanoseconds, timeout: Nanoseconds) -> Bool {
    guard chosen == nil else { return true }
    let known = loaders.filter { $0.value.taken >= 2 }
    let training = known.filter(\.value.trains)
    let isLate = known.values.contains { loader in
      loader.epochs > 0 || loader.epochStart.map { now - $0 > timeout } ?? false
    }
    guard
      let best = (training.isEmpty && isLate ? known : training).max(by: {
        ($0.value.taken, $1.key.number) < ($1.value.taken, $0.key.number)
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

  /// Batches that are made and not taken.
  private var depth = 0
  /// When batches were taken whose making hasn't been passed on yet.
  private var takenAt: [Int: Nanoseconds] = [:]
}

extension Event {
  /// Of events at one moment, the making comes first.
  fileprivate var order: Int { if case .made = self { 0 } else { 1 } }
}
