import ArgumentParser
import Augmentation
import Configuration
import Dashboard
import Experiments
import Glibc
import LiveEngine
import Pipeline
import VirtualEngine

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "What each stage and knob costs in epoch time; --verify turns each for real.",
    discussion: """
      Measures a live session for a few seconds, then simulates every change of it. --verify makes \
      each change and takes it back in eight blocks A B B A A B B A of 1 s and 0.4 s settling, some \
      11 s a change, and counts the predictions of changes that move the epoch by 5 % or more. \
      Ctrl-C prints what is known so far.

      Examples:
        augtop predict
        augtop predict --preset native --gpu 0.05ms --pairs
        augtop predict --loader blocking --gpu 1ms --verify --json
      """)

  @OptionGroup(title: "Scenario options") var options: ScenarioOptions
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Measure this long first.", valueName: "time"))
  var measure = "3s"
  @Flag(help: "Also predict every pair of stages that are on.") var pairs = false
  @Flag(help: "Make each change for real, and print the error.") var verify = false
  @Flag(help: "Print the predictions as JSON.") var json = false

  /// Steps simulated for one prediction: several patterns of polling, long.
  private static let steps = 3_000
  /// The session's window takes a second and 20 steps to begin, and blocks to fill.
  private static let patience = Duration.seconds(30)

  func run() throws {
    let scenario = try options.resolve()
    guard let time = DurationText.parse(measure), time >= .seconds(1), time <= .seconds(600) else {
      throw CommandFault.wrong("--measure \(measure): write a time from 1s to 10min")
    }
    let dataset = try openDataset(for: scenario)
    let statistics = try fitStatistics(dataset, scenario)
    let session = LiveSession(
      scenario: scenario, dataset: dataset, statistics: statistics,
      openFile: SessionFiles(clock: SessionClock(), dataset: dataset).opener)
    Interruption.listen()
    session.start()
    defer { _ = session.stop() }
    let reading = try measured(session, for: time)
    var report = try predict(reading)
    if verify { check(&report, session, scenario) }
    report.score()
    if json { try printJSON(report) } else { print(report.text) }
    if Interruption.isAsked { throw CommandFault.interrupted }
  }

  /// The session once enough has been measured.
  private func measured(_ session: LiveSession, for time: Duration) throws -> Reading {
    while true {
      let reading = session.reading
      if case .failed(let reason) = reading.state { throw CommandFault.failed(reason) }
      if Interruption.isAsked { throw CommandFault.interrupted }
      let passed = session.clock.now.duration
      if passed >= time + .seconds(1), reading.epoch.settled != nil { return reading }
      guard passed < time + Self.patience else {
        throw CommandFault.failed(
          "too little was measured to predict from: \(reading.batchesTrained) steps in"
            + " \(Int(passed.seconds)) s; shorten --gpu, or lengthen --measure")
      }
      usleep(50_000)
    }
  }

  private func predict(_ reading: Reading) throws -> PredictReport {
    do throws(PredictionGap) {
      let predictor = try Predictor(
        reading, latencies: WakeProbe.measure(), steps: Self.steps)
      let now = try predictor.epoch()
      var report = PredictReport(
        scenario: reading.scenario.name, baselineS: reading.epoch.settled?.seconds ?? now.seconds,
        simulatedS: now.seconds)
      for changes in self.changes(of: reading.scenario) where !Interruption.isAsked {
        do {
          report.predictions.append(
            PredictReport.Line(changes, try predictor.epoch(after: changes)))
        } catch {
          report.gaps.append("\(changes.label): \(error.sentence)")
        }
      }
      return report
    } catch {
      throw CommandFault.failed(error.sentence)
    }
  }

  private func changes(of scenario: Scenario) -> [[ScenarioChange]] {
    var changes = Stage.allCases.filter(\.isSwitchable).map {
      [ScenarioChange.stage($0, on: !scenario.stages.contains($0))]
    }
    changes += scenario.knobs.map { [$0] }
    guard pairs else { return changes }
    let on = Stage.allCases.filter {
      $0.isSwitchable && scenario.stages.contains($0) && !scenario.settings.isIdle($0)
    }
    for (index, first) in on.enumerated() {
      for second in on[(index + 1)...] {
        changes.append([.stage(first, on: false), .stage(second, on: false)])
      }
    }
    return changes
  }

  /// Makes every single change whose effect could be seen.
  private func check(_ report: inout PredictReport, _ session: LiveSession, _ scenario: Scenario) {
    let batches = Double(
      scenario.batchesPerEpoch(
        samples: session.reading.epoch.samples, of: session.reading.dataset.count))
    let checked = report.predictions.indices.filter { report.isWorthChecking($0) }
    let blocks = PairedTrial().blocks
    var progress = ProgressLine(total: checked.count * blocks)
    for (done, index) in checked.enumerated() where !Interruption.isAsked {
      let line = report.predictions[index]
      let trial = LiveTrial(session, change: line.changes[0], original: scenario)
      let result = trial.run(
        isCancelled: { Interruption.isAsked },
        progress: { progress.show(done * blocks + $0.done) })
      guard let result else { continue }
      report.predictions[index].hold(against: result, batches: batches)
    }
    progress.end()
  }
}

extension Scenario {
  /// One turn of each knob.
  fileprivate var knobs: [ScenarioChange] {
    var knobs = Loader.allCases.filter { $0 != loader }.map(ScenarioChange.loader)
    knobs += [workers - 1, workers + 1].filter(Self.workerCounts.contains).map(
      ScenarioChange.workers)
    if loader == .torch {
      knobs += [prefetch * 2].filter(Self.prefetchCounts.contains).map(ScenarioChange.prefetch)
    } else {
      knobs += [queueLimit * 2].filter(Self.queueLimits.contains).map(ScenarioChange.queueLimit)
    }
    if costs != .native { knobs.append(.interpreterLock(!interpreterLock)) }
    knobs.append(.governor(governor == nil ? Governor() : nil))
    return knobs
  }
}

extension PredictionGap {
  /// What is missing, for somebody at a command line.
  var sentence: String {
    switch self {
    case .measuring: "too little has been measured yet: give --measure more time"
    case .neverMeasured(let stage): "\(stage.rawValue) was never on, so its cost isn't known"
    case .otherCosts: "what stages cost there isn't known"
    case .impossible(let fault): Faults.sentence(fault)
    case .standsStill: "nothing would ever be trained"
    }
  }
}

extension [ScenarioChange] {
  var label: String { map(\.label).joined(separator: " + ") }
}
