import Augmentation
import CLinux
import Dashboard
import Experiments
import Pipeline
import Quantities
import ScenarioFiles
import Toml

extension BenchCommand {
  /// Simulates epochs and every combination of switches, and prints the speed.
  ///
  /// - Throws: A `CommandFault` where costs can't be measured.
  func benchVirtual() throws {
    let facts = DatasetFacts(count: 50_000, shape: .cifar)
    let cores = max(1, Int(cl_usable_processors()))
    let bench = VirtualBench(dataset: facts, cores: cores)
    let scenarios = try virtualScenarios()
    var report = VirtualReport()
    for (name, scenario) in scenarios where !Interruption.isAsked {
      let epochs = bench.epochs(scenario, named: name, runs: max(runs, 20)) {
        !Interruption.isAsked
      }
      if let epochs { report.epochs.append(VirtualReport.Row(epochs)) }
    }
    for threads in Set([1, cores]).sorted() {
      let crew = ParallelMap(threads: threads) { Interruption.isAsked }
      let all = bench.combinations(of: scenarios[0].1, crew: crew, threads: threads)
      if let all { report.combinations.append(VirtualReport.Table(all)) }
    }
    if json { try printJSON(report) } else { print(report.text) }
  }

  /// Presets that exercise different rules: polling naps, contention for the lock, ordered batches,
  /// a changing clock frequency.
  private func virtualScenarios() throws -> [(String, Scenario)] {
    do {
      let fast = try PresetCatalog.scenario(named: "fast-gpu")
      var torch = fast.applying(.loader(.torch))
      torch.workers = 4
      return [
        ("fast-gpu", fast), ("fast-gpu --off warp", fast.applying(.stage(.warp, on: false))),
        ("fast-gpu --loader blocking", fast.applying(.loader(.blocking))),
        ("fast-gpu --loader torch --workers 4", torch),
        ("paradox", try PresetCatalog.scenario(named: "paradox")),
      ]
    } catch {
      throw CommandFault.failed(error.message)
    }
  }
}

/// Schema `augtop-bench/1`, with `--virtual`.
struct VirtualReport: Encodable {
  /// The schema's name and version.
  var schema = "augtop-bench/1"
  /// The simulated epochs, one row a scenario.
  var epochs: [Row] = []
  /// The simulation of every combination of stages.
  var combinations: [Table] = []

  /// One scenario's simulated epoch.
  struct Row: Encodable {
    var name: String
    var batches: Int
    var events: Int
    /// Medians over the runs; one core.
    var seconds: Double
    var eventsPerS: Double
    var runs: [Double]

    init(_ epochs: VirtualBench.Epochs) {
      name = epochs.name
      batches = epochs.batches
      events = epochs.events
      runs = epochs.runs
      seconds = median(epochs.runs) ?? 0
      eventsPerS = median(epochs.eventsPerSecond) ?? 0
    }
  }

  /// The simulation of many scenarios.
  struct Table: Encodable {
    var count: Int
    var threads: Int
    var seconds: Double

    init(_ all: VirtualBench.Combinations) {
      count = all.count
      threads = all.threads
      seconds = all.seconds
    }
  }

  /// The figures for people.
  var text: String {
    var lines = [
      "scenario".padded(to: 38) + "an epoch".leftPadded(to: 10) + "spread".leftPadded(to: 14)
        + "events".leftPadded(to: 9) + "events/s".leftPadded(to: 10)
    ]
    for row in epochs {
      let low = NumberText.fixed((row.runs.min() ?? 0) * 1e3, 2)
      let high = NumberText.fixed((row.runs.max() ?? 0) * 1e3, 2)
      lines.append(
        row.name.padded(to: 38) + "\(NumberText.fixed(row.seconds * 1e3, 2)) ms".leftPadded(to: 10)
          + "\(low)–\(high)".leftPadded(to: 14) + "\(row.events)".leftPadded(to: 9)
          + NumberText.rate(row.eventsPerS).leftPadded(to: 10))
    }
    if let row = epochs.first {
      lines.append("  \(row.batches) batches, and 200 before them to settle; one core")
    }
    for table in combinations {
      let threads = table.threads == 1 ? "1 thread" : "\(table.threads) threads"
      lines.append(
        "all \(table.count) stage combinations of fast-gpu, an epoch each: "
          + "\(NumberText.fixed(table.seconds, 2)) s on \(threads)")
    }
    return lines.joined(separator: "\n")
  }
}
