import ArgumentParser
import Augmentation
import CLinux
import Experiments
import Glibc
import Host
import LiveEngine
import Pipeline
import Quantities
import ScenarioFiles

/// `augtop run`: a session without a screen.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "A live session without a screen, and a report.",
    discussion: """
      Without a bound it runs 10 s. Ctrl-C prints the report so far. --watch prints a line at each \
      change worth saying (the limit, a switch with its measured and its predicted effect, an epoch's \
      end), for logs and screen readers, and moves no cursor. Where standard input is a terminal, the \
      screen's keys work: ? lists them, q ends.

      Examples:
        augtop run --preset keras-cifar10 --duration 20s
        augtop run --off warp --json
        augtop run --watch --duration 1h | tee session.log
        augtop run --print-scenario > mine.toml; augtop run --scenario mine.toml
        augtop run --dataset cifar10:test_batch.bin --trace session.pftrace
      """)

  /// The scenario to run.
  @OptionGroup(title: "Scenario options") var options: ScenarioOptions
  /// How long to run.
  @OptionGroup var bound: BoundOptions
  /// The session file to write.
  @OptionGroup var recording: RecordingOptions
  @Flag(help: "Print the report as JSON.") var json = false
  @Flag(help: "Print a line at each change worth saying; take the screen's keys.")
  var watch = false
  @Flag(help: "Print the scenario as a file, and don't run.") var printScenario = false

  func validate() throws { try recording.check(options.pictures) }

  func run() throws {
    let scenario = try options.resolve()
    if printScenario {
      printDocument(ScenarioFile.write(scenario), terminator: "")
      return
    }
    guard !watch || !json else {
      throw CommandFault.wrong("--watch and --json both print on standard output; give one of them")
    }
    let bound = try bound.resolve()
    let bad = try options.badPictureFile(
      for: scenario, replacing: recording.force, beside: [("--trace", recording.trace)])
    let dataset = try openDataset(for: scenario, bad)
    let statistics = try fitStatistics(dataset, scenario)
    let reading = try bad.around(dataset) {
      try runSession(scenario, dataset, statistics, bound)
    }
    if case .failed(let path, let reason) = reading.recording {
      printError("augtop: recording \(path) stopped: \(reason)")
    }
    let failure: String? = if case .failed(let reason) = reading.state { reason } else { nil }
    // With the session over nothing disturbs the measurement, nor is disturbed. Pictures that the
    // session hasn't met may be broken; the report doesn't need them.
    let kernels =
      scenario.costs == .native && !Interruption.isAsked && failure == nil
      ? try? measuredKernels(
        of: scenario, dataset, statistics, scenario.nearbyStageSets(scenario.generatorStages)) : nil
    try printReport(reading.withPredictions(kernels: kernels))
    if let failure { throw CommandFault.failed(failure) }
    if case .failed = reading.recording {
      // Said above, before the report.
      throw CommandFault.failed("")
    }
    if Interruption.isAsked { throw CommandFault.interrupted }
  }

  private func runSession(
    _ scenario: Scenario, _ dataset: any DatasetSource, _ statistics: Statistics?,
    _ bound: StopCondition
  ) throws -> Reading {
    try checkThreads(for: scenario)
    let clock = SessionClock()
    let files = SessionFiles(clock: clock, dataset: dataset)
    let session = LiveSession(
      scenario: scenario, dataset: dataset, statistics: statistics, clock: clock,
      recording: try recording.open(with: files, scenario),
      openFile: files.opener)
    Interruption.listen()
    if watch {
      let kernels = SessionKernels(dataset, statistics: statistics)
      var watched = try WatchedSession(session) { kernels.table(for: $0) }
      return try watched.run { isReached(bound, session) }
    }
    try session.start()
    while !Interruption.isAsked, !isReached(bound, session) {
      usleep(20_000)
    }
    return session.stop()
  }

  private func isReached(_ bound: StopCondition, _ session: LiveSession) -> Bool {
    if case .failed = session.reading.state { return true }
    return switch bound {
    case .time(let time): session.clock.now >= Nanoseconds(time)
    case .epochs(let count): session.reading.epoch.number > count
    }
  }

  private func printReport(_ reading: Reading) throws {
    if json { try printJSON(reportJSON(reading)) } else { print(reportText(reading)) }
  }
}

/// Makes sure that the system has threads for a session: its workers, its GPU, the recorder, and the
/// screen's.
///
/// - Throws: A `CommandFault` of status 1.
func checkThreads(for scenario: Scenario) throws {
  let needed = scenario.workers + 8
  guard cl_can_start(Int32(needed)) == 1 else {
    throw CommandFault.failed(
      "the system gives no \(needed) threads to this user; see `ulimit -u`, or take fewer --workers"
    )
  }
}
