import ArgumentParser
import Augmentation
import Experiments
import LiveEngine
import Pipeline
import Quantities
import VirtualEngine

/// `augtop advise`: what to change, ranked.
struct AdviseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advise",
    abstract: "What to change: every single change and every pair, ranked by the epoch predicted.",
    discussion: """
      Measures a live session for a few seconds, then simulates under the measured costs: each stage \
      switched, workers one more and one fewer, queue or prefetch twice as long, each other loader, a \
      GPU twice as fast, lock and governor off where they are on; and every two of these together. \
      Changes that can't be told from no change are left out, and pairs that aren't better than either \
      of their parts. An edge is a prediction that a hundredth of the costs moves by 5 %.

      A change costs nothing, augmentation (the pictures become less varied) or hardware. With \
      --simulated the session runs on simulated time: for more workers than this machine has cores.

      Examples:
        augtop advise
        augtop advise --loader blocking --gpu 1ms --json
        augtop advise --preset native --gpu 0.05ms --simulated
      """)

  /// The scenario that advice is asked for.
  @OptionGroup(title: "Scenario options") var options: ScenarioOptions
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Measure this long first.", valueName: "time"))
  var measure = "3s"
  @Flag(help: "Take costs and rules alone, on simulated time.") var simulated = false
  @Flag(help: "Print the ranking as JSON.") var json = false

  func run() throws {
    let scenario = try options.resolve()
    guard let time = DurationText.parse(measure), time >= .seconds(1), time <= .seconds(600) else {
      throw CommandFault.wrong("--measure \(measure): write a time from 1s to 10min")
    }
    let bad = try options.badPictureFile(for: scenario)
    Interruption.listen()
    let dataset = try openDataset(for: scenario, bad)
    try bad.around(dataset) {
      let statistics = try fitStatistics(dataset, scenario)
      let kernels = try scenario.costs == .native ? kernels(scenario, dataset, statistics) : nil
      let reading: Reading
      if simulated {
        let facts = DatasetFacts(count: dataset.count, shape: dataset.shape)
        reading = try simulatedReading(
          of: scenario, facts, CostModel(kernels: kernels, shape: dataset.shape))
      } else {
        let session = LiveSession(scenario: scenario, dataset: dataset, statistics: statistics)
        try session.start()
        defer { _ = session.stop() }
        reading = try measuredReading(of: session, for: time)
      }
      try report(reading, kernels)
    }
  }

  private func report(_ reading: Reading, _ kernels: KernelTable?) throws {
    let latencies = simulated ? WakeLatencies() : try WakeProbe.measure()
    let report: AdviceReport
    do throws(PredictionGap) {
      report = try AdviceReport(
        reading, by: Predictor(reading, latencies: latencies, kernels: kernels))
    } catch {
      throw CommandFault.failed(error.sentence)
    }
    if json {
      try printJSON(report.json)
    } else {
      let now = report.advice.now
      let decimals = now.seconds < 1 ? 3 : 2
      print(
        ([
          "\(reading.scenario.name): epoch now \(NumberText.fixed(now.seconds, decimals)) s"
            + " (\(NumberText.fixed(now.low, decimals))–\(NumberText.fixed(now.high, decimals)))"
            + " by the rules; \(report.limit.rawValue)"
        ] + firstEpoch(reading.epoch) + [
          ""
        ] + report.lines).printableText)
    }
    if Interruption.isAsked { throw CommandFault.interrupted }
  }

  /// Epochs are compared without what only the first has.
  private func firstEpoch(_ epoch: EpochReading) -> [String] {
    guard epoch.firstExtra > 0 else { return [] }
    return [
      "epochs after the first, which takes \(NumberText.epoch(epoch.firstExtra)) longer:"
        + " start-up, first step"
    ]
  }

  /// Measures the kernels' cost with every set of stages that is asked about.
  private func kernels(
    _ scenario: Scenario, _ dataset: any DatasetSource, _ statistics: Statistics?
  ) throws -> KernelTable {
    let list = scenario.generatorStages
    let changed = scenario.advisedChanges(list).map { [$0] } + scenario.advisedPairs(list)
    let sets = Set(changed.map { $0.reduce(scenario) { $0.applying($1) }.stages })
    var kernels = try measuredKernels(
      of: scenario, dataset, statistics, [scenario.stages] + sets.sorted(by: isBefore),
      for: .seconds(3))
    if !simulated { kernels.slowdowns = try measuredSlowdowns(of: scenario, dataset, statistics) }
    return kernels
  }

  /// Fuller sets first, so that single switches come before pairs.
  private func isBefore(_ one: StageSet, _ other: StageSet) -> Bool {
    func count(_ set: StageSet) -> Int { Stage.allCases.count { set.contains($0.id) } }
    return count(one) > count(other)
  }
}
