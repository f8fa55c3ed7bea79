import ArgumentParser
import Augmentation
import Experiments
import Host
import LiveEngine
import Pipeline
import Quantities
import VirtualEngine

/// `augtop predict`: the predicted effect of each change.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "What each stage and knob costs in epoch time; --verify turns each for real.",
    discussion: """
      Measures a live session for a few seconds, then simulates every change of it. With native costs \
      batches are made beforehand with every set of stages that is asked about, and by several \
      workers at once: stages don't add up, and workers slow each other down.

      --verify makes each change and takes it back in eight blocks A B B A A B B A of 1 s and 0.4 s \
      settling (where batches are brief, 24 of 0.25 s and 0.1 s), some 11 s a change. Each is \
      predicted anew before every time it is made, and the mean of these predictions is held against \
      the measurement. Counted are the changes that were measured to move the epoch by 5 % or more. \
      Ctrl-C prints what is known so far.

      Examples:
        augtop predict
        augtop predict --preset native --gpu 0.05ms --pairs
        augtop predict --loader blocking --gpu 1ms --verify --json
      """)

  /// The scenario whose changes are predicted.
  @OptionGroup(title: "Scenario options") var options: ScenarioOptions
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Measure this long first.", valueName: "time"))
  var measure = "3s"
  @Flag(help: "Also predict every pair of stages that are on.") var pairs = false
  @Flag(help: "Make each change for real, and print the error.") var verify = false
  @Flag(help: "Print the predictions as JSON.") var json = false

  /// Steps simulated for one prediction: several patterns of polling, long.
  private static let steps = 3_000
  /// A stage whose switch is predicted to do less, and that has nothing to do, costs nothing.
  private static let visible = 0.0005

  func run() throws {
    let scenario = try options.resolve()
    guard let time = DurationText.parse(measure), time >= .seconds(1), time <= .seconds(600) else {
      throw CommandFault.wrong("--measure \(measure): write a time from 1s to 10min")
    }
    let bad = try options.badPictureFile(for: scenario)
    let dataset = try openDataset(for: scenario, bad)
    try bad.around(dataset) { try predict(scenario, dataset, for: time) }
  }

  private func predict(
    _ scenario: Scenario, _ dataset: any DatasetSource, for time: Duration
  ) throws {
    let statistics = try fitStatistics(dataset, scenario)
    let kernels = try scenario.costs == .native ? kernels(scenario, dataset, statistics) : nil
    let session = LiveSession(
      scenario: scenario, dataset: dataset, statistics: statistics)
    Interruption.listen()
    try session.start()
    defer { _ = session.stop() }
    let reading = try measuredReading(of: session, for: time)
    let latencies = try WakeProbe.measure()
    let predictor: (Reading) throws(PredictionGap) -> Predictor = { reading throws(PredictionGap) in
      try Predictor(reading, latencies: latencies, kernels: kernels, steps: Self.steps)
    }
    var report = try predict(reading, predictor)
    if verify { check(&report, session, scenario, predictor) }
    if json { try printJSON(report.json) } else { print(report.text) }
    if Interruption.isAsked { throw CommandFault.interrupted }
  }

  /// Measures the kernels' cost with every set of stages to predict, and with other numbers of
  /// workers.
  private func kernels(
    _ scenario: Scenario, _ dataset: any DatasetSource, _ statistics: Statistics?
  ) throws -> KernelTable {
    let changed = changes(of: scenario).map { $0.reduce(scenario) { $0.applying($1) }.stages }
    var kernels = try measuredKernels(
      of: scenario, dataset, statistics, [scenario.stages] + changed, for: .seconds(5))
    kernels.slowdowns = try measuredSlowdowns(of: scenario, dataset, statistics)
    return kernels
  }

  private func predict(
    _ reading: Reading, _ predictor: (Reading) throws(PredictionGap) -> Predictor
  ) throws -> PredictReport {
    do throws(PredictionGap) {
      let predictor = try predictor(reading)
      let now = try predictor.epoch()
      var report = PredictReport(
        scenario: reading.scenario.name, baselineS: reading.epoch.settled?.seconds ?? now.seconds,
        simulatedS: now.seconds)
      for changes in self.changes(of: reading.scenario) where !Interruption.isAsked {
        do {
          report.predictions.append(
            PredictReport.Line(
              changes, try predictor.epoch(after: changes), now: now.seconds))
        } catch {
          report.gaps.append("\(changes.label): \(error.sentence)")
        }
      }
      if !Interruption.isAsked {
        report.advice = try AdviceReport(reading, by: predictor)
      }
      return report
    } catch {
      throw CommandFault.failed(error.sentence)
    }
  }

  private func changes(of scenario: Scenario) -> [[ScenarioChange]] {
    let switchable = scenario.generatorStages.filter(\.isSwitchable)
    var changes = switchable.map {
      [ScenarioChange.stage($0.id, on: !scenario.stages.contains($0.id))]
    }
    changes += scenario.knobs.map { [$0] }
    guard pairs else { return changes }
    let on = switchable.filter { scenario.stages.contains($0.id) && !$0.isIdle }.map(\.id)
    for (index, first) in on.enumerated() {
      for second in on[(index + 1)...] {
        changes.append([.stage(first, on: false), .stage(second, on: false)])
      }
    }
    return changes
  }

  /// Makes every single change that could have an effect.
  private func check(
    _ report: inout PredictReport, _ session: LiveSession, _ scenario: Scenario,
    _ predictor: (Reading) throws(PredictionGap) -> Predictor
  ) {
    let batches = Double(
      scenario.batchesPerEpoch(
        samples: session.reading.epoch.samples, of: session.reading.dataset.count))
    let trained =
      report.baselineS
      - scenario.phaseSeconds(batches: Int(batches), machineCores: session.reading.cores)
    let checked = report.predictions.indices.filter {
      isWorthChecking(report.predictions[$0], in: scenario)
    }
    // One change after the other, whatever blocks each is measured in.
    let share = 1_000
    var progress = ProgressLine(total: checked.count * share)
    for (done, index) in checked.enumerated() where !Interruption.isAsked {
      let change = report.predictions[index].changes[0]
      let trial = LiveTrial(session, change: change, original: scenario)
      let paired = PairedTrial(
        of: change, in: scenario, period: trained / batches)
      var predictions: [(now: EpochEstimate, then: EpochEstimate)] = []
      let result = trial.run(
        paired,
        isCancelled: { Interruption.isAsked },
        beforeChange: { reading in
          guard let predictor = try? predictor(reading), let now = try? predictor.epoch(),
            let then = try? predictor.epoch(after: change)
          else { return }
          predictions.append((now, then))
        },
        progress: { progress.show(done * share + $0.done * share / $0.blocks) })
      guard let result else { continue }
      report.predictions[index].hold(predictions, against: result, batches: batches)
    }
    progress.end()
  }

  /// Single changes only: every knob, and the stages that have something to do, or cost something
  /// all the same.
  private func isWorthChecking(_ line: PredictReport.Line, in scenario: Scenario) -> Bool {
    guard line.changes.count == 1 else { return false }
    guard case .stage(let stage, _) = line.changes[0] else { return true }
    return !scenario.generatorStages[stage].isIdle
      || abs(line.predictedS / line.nowS - 1) >= Self.visible
  }
}

extension Scenario {
  /// One turn of each knob.
  fileprivate var knobs: [ScenarioChange] {
    var knobs = Loader.allCases.filter { $0 != loader }.map(ScenarioChange.loader)
    knobs += [workers - 1, workers + 1].filter(loader.workerCounts.contains).map(
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
  /// The message for the user of a command line: what is missing.
  var sentence: String {
    switch self {
    case .measuring: "too little has been measured yet: give --measure more time"
    case .neverMeasured(let stage):
      "\(StageList.generator(AugmentationSettings())[stage].name) was never on, so its cost isn't known"
    case .notSeen: "what it costs can't be seen in the job as it is"
    case .otherCosts: "what stages cost there isn't known"
    case .impossible(let fault): Faults.sentence(fault)
    case .standsStill: "nothing would ever be trained"
    }
  }
}

extension [ScenarioChange] {
  /// Changes of a session of the generator, in words.
  var label: String {
    let stages = StageList.generator(AugmentationSettings())
    return map { $0.label(stages) }.joined(separator: " + ")
  }
}
