import Pipeline
import Quantities

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
  package internal(set) var chosen: JobLoader.Key?
  /// Rows, columns and channels of a picture; nil until a batch was collated.
  package internal(set) var shape: [Int]?
  /// The script's name; empty until a process has written it.
  package internal(set) var program = ""
  var names = JobNames()

  /// Events in no order; those of a batch that may still leave its worker are kept in `leaving`.
  var events: [Event] = []
  var leaving: [Leaving] = []
  var homes: [Int32: Home] = [:]
  /// Records of workers whose loader isn't known yet.
  var homeless: [Int32: [RingRecord]] = [:]
  /// Where processes have their numbers.
  var spaces: [Int32: ProcessSpace] = [:]
  private var stageTimes: [Int32: [Int: [RingRecord.StageShare]]] = [:]
  var pictures: [Int: Int] = [:]
  var open: OpenStep?
  /// Times of the first steps, for the scenario.
  var firstSteps: [Nanoseconds] = []
  /// As many of them.
  static let mostFirstSteps = 12
  /// Since when another loader's batches are taken; nil while the job trains.
  var otherSince: Nanoseconds?
  /// Whether they are known not to be trained on.
  var isValidating = false
  /// Batches that are made and not taken.
  var depth = 0
  /// When batches were taken whose making hasn't been passed on yet.
  var takenAt: [Int: Nanoseconds] = [:]
  /// By process: CPU time as a share of the last batch whose CPU time was taken.
  private var processorShares: [Int32: Double] = [:]
  /// By process: the change that its batches are made under.
  private var generations: [Int32: Int] = [:]
  private var newest = 0
  /// By process: how long its main thread waited for a core, relative to its CPU time.
  var runDelays: [Int32: Double] = [:]

  /// A worker's place: its loader, and the epoch it was started in.
  struct Home {
    var loader: JobLoader.Key
    var epoch: Int
  }

  /// A batch that is whole and may still be on its way through the pipe.
  struct Leaving {
    var process: Int32
    var local: Int
    var resume: Int
    var made: BatchMade
  }

  struct OpenStep {
    var batch: Int
    var wanted: Nanoseconds
    var taken: Nanoseconds
  }

  /// A batch whose departure isn't recorded within this time counts as put when it was whole.
  static let longestWay = Nanoseconds.milliseconds(100)
  /// After so many batches of one loader, another that batches are taken of in turn has given some, too.
  static let fewestTaken = 4
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
    case .epochEnded(let number, _, _, let wanted, let ended):
      let key = JobLoader.Key(process: process, number: number)
      if let start = loaders[key]?.epochStart {
        loaders[key]?.epochs += 1
        loaders[key]?.epochTime += max(.zero, wanted - start)
        loaders[key]?.ending += ended - wanted
        loaders[key]?.epochStart = nil
      }
      loaders[key]?.lastSteps = nil
      if chosen == nil || key == chosen {
        endStep(at: wanted)
      } else {
        // A loader whose epoch ends without a step of the optimizer is known, however few its batches are.
        if loaders[key]?.takesSteps == false { isValidating = otherSince != nil }
        endOther(at: wanted, of: process)
      }
    case .piped(let batch, let resume, let at, let bytes):
      take(sentBatch: batch, resume, at, bytes, from: process)
    case .parts(let parts):
      let key = JobLoader.Key(process: process, number: parts.loader)
      loaders[key]?.parts.add(parts)
      if chosen == key { tally.add(parts) }
    case .workers(let workers): take(workers, from: process)
    case .node(let node):
      loaders[JobLoader.Key(process: process, number: node.loader)]?.pipeline.add(node)
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
    loader.making += made.end - made.start
    loader.made += 1
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
    let delay = loader.isAlone ? runDelays[process] : nil
    if let delay, let cpu = batch.cpu {
      batch.idle = Self.idle(in: made.end - made.start, burning: cpu, delay)
    }
    if made.isMeasured {
      batch.stages = stages(of: made, times ?? [], in: process)
      batch.hasStageCPU = made.cpu != nil
    }
    if let delay, batch.hasStageCPU {
      for index in batch.stages.indices {
        batch.stages[index].idle = Self.idle(
          in: batch.wall(index), burning: batch.stages[index].cpu, delay)
      }
    }
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

  /// What is left of a time besides burning and waiting for a core.
  private static func idle(
    in wall: Nanoseconds, burning cpu: Nanoseconds, _ delay: Double
  ) -> Nanoseconds {
    max(.zero, wall - Nanoseconds(seconds: cpu.seconds * (1 + delay)))
  }

  /// Boundaries of a batch's stages, in the order of the session's list, with their CPU times where the batch has
  /// one.
  private func stages(
    of made: RingRecord.Made, _ times: [RingRecord.StageShare], in process: Int32
  ) -> [StageTime] {
    var sums = [Nanoseconds](repeating: .zero, count: names.names.count)
    var burnt = sums
    for share in times {
      guard let place = names.place(of: share.stage, in: process) else { continue }
      sums[place] += share.time
      burnt[place] += share.cpu
    }
    // Of generators that don't collate apart, the two moments are one, and all is the stages'.
    let items = made.collate > made.start ? made.collate : made.end
    var left = items - made.start
    for place in sums.indices {
      sums[place] = min(sums[place], left)
      left -= sums[place]
    }
    let cpu = made.cpu ?? .zero
    let collating = min(made.end - items, cpu)
    let pictures = made.picturesCPU ?? cpu - collating
    var end = made.start + left
    var stages = [
      StageTime(end: end, cpu: min(left, max(.zero, burnt.reduce(pictures) { $0 - $1 })))
    ]
    for (sum, cpu) in zip(sums, burnt) {
      end += sum
      stages.append(StageTime(end: end, cpu: min(sum, cpu)))
    }
    stages.append(StageTime(end: made.end, cpu: min(made.end - items, cpu - pictures)))
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

  mutating func add(_ event: Event) {
    if events.count < Self.most { events.append(event) } else { tally.lost += 1 }
  }
}
