import ArgumentParser
import Augmentation
import CLinux
import Experiments
import Pipeline
import Quantities
import VirtualEngine

/// `augtop simulate`: a session in virtual time.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "The same scenario in virtual time: the same report, at once.",
    discussion: """
      The rules of a live session, run on an event queue instead of threads: the same seed gives the \
      same result. With native costs the kernels are measured for a moment first.

      --sweep takes whole numbers as 1..8 or 1,2,4 and times as 1ms,2ms; keys are workers, queue, \
      prefetch, cores, batch-size, gpu, gpu-host, loader, ablation (or ablation=all, the question's \
      five rows) and stages=all, every combination of the switches. It shares the work \
      between the processors; Ctrl-C prints what is known so far.

      Examples:
        augtop simulate --off warp
        augtop simulate --epochs 3 --json
        augtop simulate --sweep workers=1..8,queue=2..20
        augtop simulate --preset paradox --sweep ablation=all
        augtop simulate --sweep stages=all --csv > combinations.csv
        augtop simulate --sweep loader=keras-threads/blocking/torch,gpu=1ms/2ms/4ms --csv
      """)

  /// The scenario to simulate.
  @OptionGroup(title: "Scenario options") var options: ScenarioOptions
  /// How much time or how many epochs to simulate.
  @OptionGroup var bound: BoundOptions
  @Option(help: ArgumentHelp("Epoch times over a grid.", valueName: "key=values,…"))
  var sweep: String?
  @Flag(help: "Print the report, or the sweep, as JSON.") var json = false
  @Flag(help: "Print the sweep as CSV.") var csv = false

  func run() throws {
    let scenario = try options.resolve()
    let bound = try bound.resolve()
    guard !csv || sweep != nil else {
      throw CommandFault.wrong("--csv: a report has no table; add --sweep, or write --json")
    }
    let sweep = try sweep.map { try Sweep($0, from: scenario) }
    let measured = try measuredCosts(
      of: scenario,
      stages: sweep?.scenarios.map(\.scenario.stages)
        ?? scenario.nearbyStageSets(scenario.generatorStages),
      try options.badPictureFile(for: scenario))
    if let sweep {
      Interruption.listen()
      try printSweep(sweep, measured.facts, measured.costs)
      if Interruption.isAsked { throw CommandFault.interrupted }
      return
    }
    guard
      let session = VirtualSession(
        scenario: scenario, dataset: measured.facts, costs: measured.costs,
        machineCores: Int(cl_usable_processors()))
    else { throw CommandFault.failed("the scenario's costs aren't known") }
    session.leaveOut(measured.leftOut)
    Interruption.listen()
    let reading = try simulate(session, bound).withPredictions(kernels: measured.costs.kernels)
    if json { try printJSON(reportJSON(reading)) } else { print(reportText(reading)) }
    if Interruption.isAsked { throw CommandFault.interrupted }
  }

  private func simulate(_ session: VirtualSession, _ bound: StopCondition) throws -> Reading {
    let slice = Nanoseconds.seconds(1)
    while !Interruption.isAsked {
      switch bound {
      case .time(let time):
        let left = Nanoseconds(time) - session.now
        guard left > .zero else { return session.finish() }
        session.advance(by: min(slice, left))
      case .epochs(let count):
        guard session.reading.epoch.number <= count else { return session.finish() }
        guard !session.isStuck else {
          throw CommandFault.failed("no epoch ever ends: every thread waits for another one")
        }
        session.advance(by: slice)
      }
    }
    return session.finish()
  }

  private func printSweep(_ sweep: Sweep, _ facts: DatasetFacts, _ costs: CostModel) throws {
    var progress = ProgressLine(total: sweep.scenarios.count)
    let cores = Int(cl_usable_processors())
    let pool = ParallelMap(threads: max(1, cores)) { Interruption.isAsked }
    let scenarios = sweep.scenarios.map(\.scenario)
    let seconds = pool.map(
      scenarios, progress: { progress.show($0) },
      { scenario in
        costs.costs(of: scenario).flatMap {
          EpochSimulation(scenario, dataset: facts, costs: $0, machineCores: cores)
        }?.seconds
      })
    let rows = zip(sweep.scenarios, seconds).compactMap { point, known in
      known.map { SweepRow(values: point.values, epochS: $0) }
    }
    progress.end()
    if json {
      try printJSON(sweepJSON(sweep.keys, rows))
    } else {
      print(csv ? sweepCSV(sweep.keys, rows) : sweepTable(sweep.keys, rows))
    }
  }
}
