import CLinux
import Glibc
import Host
import Pipeline
import Quantities
import ScenarioFiles
import Screen
import Toml
import Tracing
import Watching

/// A job from its start, or from the attaching, to the report.
struct WatchedJob {
  private let options: WatchCommand
  private let bound: WatchBound
  private let folder: WatchFolder
  private let isOwnFolder: Bool
  /// The file of the job's own output; nil where its output is augtop's.
  private let log: String?
  /// What says which transforms were switched when; nil where none may be.
  private let switches: String?
  private let session: JobSession
  private let metrics: MetricsFile?
  private var job: JobProcess?
  /// Why no Python with the probe has started, as it was seen last; nil where that isn't known.
  private var absence: ProbeAbsence?
  private let start = Nanoseconds(cl_monotonic_ns())
  /// After so long without a batch, it is said what is looked for.
  private static let timeout = Nanoseconds.seconds(20)
  /// So many looks at the job's processes are made one after another, and then one in so many.
  private static let earlyLooks = 50
  private var looks = 0
  /// A job that was asked to end has so long.
  private static let grace = Nanoseconds.seconds(10)

  /// Makes the folder and starts the command, where there is one.
  ///
  /// - Throws: A `CommandFault` of status 2 for a folder that can't be used and a command that doesn't
  ///   start.
  init(_ options: WatchCommand, bound: WatchBound) throws {
    self.options = options
    self.bound = bound
    isOwnFolder = options.folder == nil
    // The screen leaves no place for the job's output.
    let isStarted = options.folder == nil
    log =
      options.log
      ?? (isStarted && options.hasScreen ? SessionFiles.path(1, ending: "log") : nil)
    if let path = options.folder {
      folder = try WatchCommand.openFolder { () throws(WatchFolderFault) in
        try WatchFolder(path: path)
      }
    } else {
      folder = try WatchCommand.openFolder { () throws(WatchFolderFault) in try WatchFolder() }
    }
    switches =
      options.mayBypass
      ? log.map { $0 + ".switches" } ?? SessionFiles.path(1, ending: "switches") : nil
    session = JobSession(
      folder: folder, isLate: !isOwnFolder, canSwitch: options.mayBypass,
      isShown: options.hasScreen,
      switches: switches, recordingPath: options.trace,
      openFile: Self.opener(replacing: options.force))
    metrics = options.openmetrics.map { MetricsFile(path: $0) }
    guard !options.command.isEmpty else { return }
    do {
      let output = try openLog()
      defer { if let output { close(output) } }
      // Without a screen and a log, the report alone is on standard output where it is for machines.
      let isJSON = options.json && options.log == nil
      // Keys and signals for the screen are augtop's.
      job = try JobProcess(
        options.command, variables: JobProcess.variables(for: folder),
        output: output ?? (isJSON ? STDERR_FILENO : nil), errorsOnly: output == nil && isJSON,
        isApart: options.hasScreen)
    } catch let error as SystemError {
      folder.remove()
      throw CommandFault.wrong("\(options.command[0]): can't be started: \(error)")
    } catch {
      folder.remove()
      throw error
    }
  }

  /// Watches, prints the report, and ends with the job's status.
  ///
  /// - Throws: A `CommandFault` with the job's exit status where that isn't 0.
  mutating func run(in theme: Theme) throws {
    Interruption.listen()
    do {
      try session.start()
    } catch {
      if let job { Self.endJob(job) }
      throw error
    }
    waitForFirstBatches()
    switchOff()
    if options.hasScreen, session.begun != nil, !isOver {
      do {
        let (last, status) = try show(in: theme)
        try conclude(last)
        // The signal that closed the screen.
        if status != ExitStatus.done { throw CommandFault(messages: [], status: status) }
        return
      } catch let fault as TerminalFault {
        // The job runs: it is watched to its end all the same.
        printError("augtop: \(Faults.sentence(fault)); a report follows at the job's end")
      }
    }
    while !isOver {
      usleep(20_000)
      metrics?.update(by: session)
      if let warning = session.takeWarning() { printError("augtop: \(warning)") }
    }
    try conclude(session.stop())
  }

  /// Runs the screen until the job, the time to watch it, or the user ends it.
  ///
  /// - Throws: A `TerminalFault` where the terminal can't show it.
  private func show(in theme: Theme) throws -> (last: Reading?, status: Int32) {
    let costs = try costSources(with: session.reading.scenario.costs)
    // Read before the job began, too: a fault was named then.
    let configuration = (try? Configuration.read()) ?? Configuration()
    let followsBackground = options.theme == nil && configuration.theme == nil
    let terminal = try Terminal(
      theme: theme,
      options: Terminal.Options(
        isUnicode: options.ascii ? false : nil, asksBackground: followsBackground,
        usesMouse: !options.noMouse))
    defer { terminal.close() }
    let source = JobScreen(session, log: log.map { JobLog(path: $0) }) {
      metrics?.update(by: session)
      return isOver
    }
    var screen = LiveScreen(
      terminal: terminal, session: source, theme: theme,
      followsBackground: followsBackground, costs: costs, preview: nil,
      configuration: configuration, kernels: { _ in nil })
    let status = screen.run()
    screen.remember(configuration)
    return (source.last, status)
  }

  /// Bypasses the stages of `--off`, and says so; a name that the job doesn't have is named.
  private func switchOff() {
    guard let off = options.off, let stages = session.begun?.stages else { return }
    for name in off.split(separator: ",").map(String.init) {
      guard let stage = stages.named(name), stage.isSwitchable else {
        printError(
          "augtop: --off \(name): the job has no such transform."
            + Faults.suggestion(name, among: stages.filter(\.isSwitchable).map(\.name)))
        continue
      }
      printNote("from its next batches on the job trains without \(name), until augtop ends")
      session.apply(.change(.stage(stage.id, on: false)))
    }
  }

  private var isOver: Bool {
    if job?.end != nil || job == nil && session.hasEnded { return true }
    // A job in the same process group has got the signal, too, and ends by itself; one that is apart goes on.
    if Interruption.isAsked { return job == nil || options.stop || options.hasScreen }
    return bound.isReached(by: session)
  }

  private mutating func waitForFirstBatches() {
    var hasSaid = false
    // Until the screen opens, the job's words are all there is to see.
    var log = options.hasScreen ? log.map { JobLog.Follower(JobLog(path: $0)) } : nil
    if options.hasScreen {
      printError(
        "augtop: the screen opens with the job's first batches"
          + (log == nil ? "" : "; its output goes to \(self.log ?? "")"))
    }
    while session.begun == nil, !isOver {
      usleep(20_000)
      if let text = log?.next() { writeError(text) }
      lookForAbsence()
      if !hasSaid, Nanoseconds(cl_monotonic_ns()) - start > Self.timeout {
        hasSaid = true
        printError("augtop: \(whatIsMissing)")
      }
    }
  }

  /// Looks at the job's processes as long as none of them has the probe: often at first, for many end soon.
  private mutating func lookForAbsence() {
    guard let job, !folder.hasPython else { return }
    looks += 1
    guard looks < Self.earlyLooks || looks % Self.earlyLooks == 0 else { return }
    absence = ProbeAbsence.look(at: job.id, folder: folder) ?? absence
  }

  /// The reason why there is no session, as far as it is known.
  private var whatIsMissing: String {
    // Python itself has said what is wrong, as a script that isn't there.
    if let end = job?.end, end != .exited(0), folder.hasPython, session.loaders.isEmpty {
      return "no loader had run by then"
    }
    guard folder.hasPython else {
      let reason = absence ?? ProbeAbsence(of: options.command)
      return "no Python with the probe has started: " + reason.sentence(folder)
    }
    if folder.isFull {
      return
        "\(folder.path) is full: the job's processes have no room to write to, and go on unwatched"
    }
    let looked =
      "a PyTorch DataLoader, Keras's ImageDataGenerator or PyDataset, or a tf.data iterator"
    guard let most = session.loaders.values.max(by: { $0.taken < $1.taken }) else {
      return "nothing that augtop knows has run yet; it looks for \(looked)"
    }
    return
      "the loader of \(most.dataset) has given \(most.taken) batches; a session begins with the fourth"
      + " that is trained on"
  }

  private mutating func conclude(_ reading: Reading?) throws {
    let isLeft = job.map { $0.end == nil } ?? true
    if isLeft, options.stop, let job { Self.endJob(job) }
    let end = job?.end
    // A job that augtop has ended, as it was asked to, hasn't failed.
    let hasEndedIt = isLeft && options.stop
    if let reading {
      metrics?.write(reading, session)
      let report = WatchReport(
        reading: reading, session: session, command: options.command, end: end)
      if options.json {
        try printJSON(report.json)
      } else {
        print(report.text)
      }
    } else {
      printError("augtop: \(end.map { "\($0.sentence): " } ?? "")\(whatIsMissing)")
      for line in session.tally.troubles { printError("augtop: \(line)") }
    }
    if let reason = metrics?.reason { printError("augtop: --openmetrics \(reason)") }
    if let failure = session.recordingFailure { printError("augtop: --trace \(failure)") }
    if case .failed(let path, let reason)? = reading?.recording {
      printError("augtop: recording \(path) stopped: \(reason)")
    }
    if let job, end == nil {
      printError(
        "augtop: the job goes on as process \(job.id); augtop watch \(folder.path) shows it again")
    } else if isOwnFolder {
      folder.remove()
    }
    if options.log == nil, let log { printError("augtop: the job's output is in \(log)") }
    if let switches, access(switches, F_OK) == 0 {
      printError("augtop: which transforms were off from which batch on is in \(switches)")
    }
    let status = hasEndedIt ? ExitStatus.done : (end?.status ?? ExitStatus.done)
    guard status == ExitStatus.done else { throw CommandFault(messages: [], status: status) }
    if session.recordingFailure != nil { throw CommandFault.failed("") }
  }

  /// Asks the job to end, and makes it end where it doesn't.
  static func endJob(_ job: JobProcess) {
    job.send(SIGTERM)
    let limit = Nanoseconds(cl_monotonic_ns()) + grace
    while job.end == nil, Nanoseconds(cl_monotonic_ns()) < limit { usleep(20_000) }
    job.send(SIGKILL)
    while job.end == nil { usleep(20_000) }
  }

  /// The file that the job writes to; nil where its output stays augtop's.
  private func openLog() throws -> Int32? {
    guard let path = log else { return nil }
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (options.force ? O_TRUNC : O_EXCL)
    let file = open(path, flags, 0o644)
    guard file >= 0 else {
      let error = SystemError.last
      let way = error.code == EEXIST ? "; add --force to replace it" : ""
      throw CommandFault.wrong("--log \(path): \(error)\(way)")
    }
    return file
  }

  private static func opener(replacing: Bool) -> JobFileOpener {
    { path, start, clock throws(SessionFileFault) in
      try SessionFile(
        creating: path,
        header: SessionHeader(
          scenario: start.scenario, dataset: start.dataset, stages: start.stages,
          attributes: SessionFiles.attributes(start.scenario, stages: start.stages),
          version: augtopVersion, clocks: SessionClocks(monotonic: clock.start)),
        replacing: replacing)
    }
  }
}
