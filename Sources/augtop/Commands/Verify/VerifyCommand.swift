import ArgumentParser
import CLinux
import Datasets
import Experiments
import Glibc
import Host
import LiveEngine
import Pipeline
import Quantities
import ScenarioFiles

/// `augtop verify`: the rules against measured queues and real threads.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Virtual time against measured queues, real threads and real loaders.",
    discussion: """
      queue: Keras 1.1.0's generator_queue as it was measured, against the same rules in virtual \
      time and live. grid: loader × GPU step × costs × workers, virtual against live. A row is an \
      edge where its own virtual result moves by 5 % or more when make, step or naps move a little \
      (queue: 0.1 ms; grid: a fortieth of make and step, up to 0.1 ms). Such a row is shown with the \
      band of its results and isn't counted.

      --real: the loader of your own Python against the same rules, in interleaved blocks with a run \
      of augtop's, over make × step × workers × prefetch. A row is repeated and doesn't count where \
      its repeat differs by more than 5 %, or where others took a tenth of a core.

      Both tables take three minutes and want a machine that does nothing else; it ends with 1 where an \
      error is beyond its limit. Ctrl-C prints what is known so far.

      Examples:
        augtop verify
        augtop verify --only queue --window 4s
        augtop verify --only grid --json
        augtop verify --real torch --python venv/bin/python
        augtop verify --real keras --keras Keras-1.1.0 --work pictures --step 2ms,4ms
        augtop verify --real torch --make 8ms,16ms --step 4ms --workers 1,2 --prefetch 2,4
      """)

  /// The tables that `--only` chooses from.
  enum Table: String, CaseIterable { case queue, grid }

  @Option(help: ArgumentHelp("One of the tables: queue or grid.", valueName: "table"))
  var only: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Measure each row live for so long.", valueName: "time"))
  var window = "2s"
  @Flag(help: "Print JSON.") var json = false
  /// The real loader and its rows.
  @OptionGroup(title: "A real loader") var options: RealOptions

  func run() throws {
    let tables = try only.map { [try choice("only", $0, Table.init(rawValue:))] } ?? Table.allCases
    guard let time = DurationText.parse(window), time >= .seconds(2), time <= .seconds(600) else {
      throw CommandFault.wrong("--window \(window): write a time from 2s to 10min")
    }
    if let loader = try options.loader() {
      if let only { throw CommandFault.wrong("--only \(only): --real has a table of its own") }
      return try runReal(loader, window: time)
    }
    let base = try PresetCatalog.scenario(named: "fast-gpu")
    let dataset = SyntheticDataset()
    let live = LiveEpoch(dataset)
    let grid = GridAgreement(
      live, dataset: DatasetFacts(count: dataset.count, shape: dataset.shape),
      cores: Int(cl_usable_processors()))
    let scenarios = tables.contains(.grid) ? grid.scenarios(from: base) : []
    let rows = tables.contains(.queue) ? QueueAgreement.rows : 0
    Interruption.listen()
    var progress = ProgressLine(total: rows + scenarios.count)
    var report = VerifyReport()
    if rows > 0 {
      report.queue = VerifyReport.Queue(
        rows: try QueueAgreement.run(
          live, for: Nanoseconds(time), isCancelled: { Interruption.isAsked },
          progress: { progress.show($0) }))
    }
    if !scenarios.isEmpty {
      report.grid = VerifyReport.Grid(
        cells: try grid.run(
          scenarios, for: Nanoseconds(time), isCancelled: { Interruption.isAsked },
          progress: { progress.show(rows + $0) }))
    }
    progress.end()
    if json { try printJSON(report.json) } else { print(report.text) }
    if Interruption.isAsked { throw CommandFault.interrupted }
    guard report.holds else {
      throw CommandFault.failed("virtual time and reality differ by more than the limit")
    }
  }
}
