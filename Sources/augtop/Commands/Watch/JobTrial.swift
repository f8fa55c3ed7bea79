import CLinux
import Glibc
import Host
import Pipeline
import Quantities
import VirtualEngine
import Watching

/// Changes of a loader's arguments that `watch --verify` tries: `workers=4,prefetch=4`.
struct LoaderWish {
  /// Workers; nil leaves them.
  private(set) var workers: Int?
  /// Batches given ahead to each worker; nil leaves them.
  private(set) var prefetch: Int?
  /// Whether batches go to pinned memory; nil leaves it.
  private(set) var pin: Bool?
  /// Whether workers stay for the next epoch; nil leaves it.
  private(set) var persistent: Bool?

  /// - Throws: A `CommandFault` of status 2 for anything but names with their values.
  init(_ text: String) throws {
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2 else { throw Self.fault(text) }
      switch (pair[0], Int(pair[1]), Bool(pair[1])) {
      case ("workers", let count?, _) where Scenario.workerCounts.contains(count): workers = count
      case ("prefetch", let count?, _) where Scenario.prefetchCounts.contains(count):
        prefetch = count
      case ("pin", _, let flag?), ("pinned", _, let flag?): pin = flag
      case ("persistent", _, let flag?): persistent = flag
      default: throw Self.fault(text)
      }
    }
  }

  private static func fault(_ text: String) -> CommandFault {
    .wrong(
      "--verify \(text): write workers=0…64, prefetch=1…64, pinned=true or persistent=true, with commas between"
    )
  }

  /// As the probe reads it from `AUGTOP_LOADER`.
  var json: String {
    let numbers = [("workers", workers), ("prefetch", prefetch)].compactMap { name, value in
      value.map { "\"\(name)\":\($0)" }
    }
    let flags = [("pin", pin), ("persistent", persistent)].compactMap { name, value in
      value.map { "\"\(name)\":\($0)" }
    }
    return "{\((numbers + flags).joined(separator: ","))}"
  }

  /// The changes of a scenario.
  var changes: [ScenarioChange] {
    [
      workers.map(ScenarioChange.workers), prefetch.map(ScenarioChange.prefetch),
      persistent.map(ScenarioChange.keptWorkers), pin.map(ScenarioChange.pinnedMemory),
    ].compactMap(\.self)
  }

  /// Whether it changes what lies between epochs, which the rate within them doesn't show.
  var concernsEpochs: Bool { persistent != nil }
}

/// One turn of a job: started, watched for a while, ended.
struct JobTurn {
  /// The last reading.
  let reading: Reading
  /// Batches a second over whole epochs; nil where there were too few.
  let rateOfEpochs: Double?

  /// Cores that programs besides the job and augtop kept busy meanwhile; 0 where that can't be read.
  var others: Double { reading.othersCores ?? 0 }
  /// Whether they took a tenth of a core or more, so that the turn says little of the job.
  var isDisturbed: Bool { others >= 0.1 }

  /// Batches a second as a wish concerns them: over the report's window, without what lies between epochs; over whole
  /// epochs where that is what changes, nil where there were too few.
  func rate(for wish: LoaderWish) -> Double? {
    wish.concernsEpochs ? rateOfEpochs : reading.consumer.batchesPerSecond
  }

  /// Runs a turn; nil where the job ended, or was interrupted, before there was a session.
  ///
  /// - Parameters:
  ///   - wish: Arguments of the loader that differ from the script's; nil changes none.
  ///   - time: How long it is watched, from the first batch on.
  /// - Throws: A `CommandFault` of status 2 where the command doesn't start.
  init?(_ command: [String], wish: LoaderWish?, time: Nanoseconds, log: Int32) throws {
    let folder = try WatchCommand.openFolder { () throws(WatchFolderFault) in try WatchFolder() }
    defer { folder.remove() }
    let session = JobSession(
      folder: folder, isLate: false, canSwitch: false, recordingPath: nil, openFile: nil)
    var variables = JobProcess.variables(for: folder)
    if let wish { variables["AUGTOP_LOADER"] = wish.json }
    let job: JobProcess
    do {
      job = try JobProcess(command, variables: variables, output: log, isApart: true)
    } catch {
      throw CommandFault.wrong("\(command[0]): can't be started: \(error)")
    }
    do {
      try session.start()
    } catch {
      WatchedJob.endJob(job)
      throw error
    }
    while job.end == nil, !Interruption.isAsked {
      if let now = session.now, now >= time { break }
      usleep(20_000)
    }
    let last = session.stop()
    WatchedJob.endJob(job)
    guard let last, let chosen = session.chosen, let loader = session.loaders[chosen],
      last.consumer.steps > 0
    else { return nil }
    reading = last
    rateOfEpochs = loader.rateOfEpochs
  }

  /// The rate that the loader's rules give after changes, from what this turn measured; nil where `rate(for:)` is.
  ///
  /// - Throws: `PredictionGap`, as `Predictor`.
  func predictedRate(after wish: LoaderWish) throws(PredictionGap) -> Double? {
    guard let rate = rate(for: wish) else { return nil }
    let changes = wish.changes
    let predictor = try Predictor(reading)
    // The part of the present rate that the rules don't explain stays as it is.
    let now = try predictor.epoch().seconds
    let then = try predictor.epoch(after: changes).seconds
    if wish.concernsEpochs { return rate * now / then }
    return rate * (now - predictor.pauses()) / (then - predictor.pauses(after: changes))
  }
}
