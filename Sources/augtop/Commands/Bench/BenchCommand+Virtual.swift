import Augmentation
import CLinux
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
      if let epochs { report.epochs.append(epochs) }
    }
    report.advice = bench.advice(for: scenarios[0].1, runs: max(runs, 20)) {
      !Interruption.isAsked
    }
    for threads in Set([1, cores]).sorted() {
      let pool = ParallelMap(threads: threads) { Interruption.isAsked }
      let all = bench.combinations(of: scenarios[0].1, pool: pool, threads: threads)
      if let all { report.combinations.append(all) }
    }
    if json { try printJSON(report.json) } else { print(report.text) }
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

/// The speed of simulated time.
struct VirtualReport {
  /// The simulated epochs, one entry a scenario.
  var epochs: [VirtualBench.Epochs] = []
  /// Advice for the default preset; nil where it wasn't measured.
  var advice: VirtualBench.Advised?
  /// The simulations of every combination of stages.
  var combinations: [VirtualBench.Combinations] = []

  /// Schema `augtop-bench/1`, with `--virtual`; keys may be added, never renamed. Of the runs the
  /// median counts.
  var json: JSONObject {
    [
      "schema": "augtop-bench/1",
      "epochs": epochs.map { row in
        [
          "name": row.name, "batches": row.batches, "events": row.events, "runs": row.runs,
          "seconds": median(row.runs) ?? 0, "events_per_s": median(row.eventsPerSecond) ?? 0,
        ] as JSONObject
      },
      "advice": advice.map {
        [
          "singles": $0.singles, "pairs": $0.pairs, "runs": $0.runs,
          "seconds": median($0.runs) ?? 0,
        ] as JSONObject
      },
      "combinations": combinations.map {
        ["count": $0.count, "threads": $0.threads, "seconds": $0.seconds] as JSONObject
      },
    ]
  }

  /// The figures for people.
  var text: String {
    var table = TextTable([
      .left("scenario", 38), .right("an epoch", 10), .right("spread", 14), .right("events", 9),
      .right("events/s", 10),
    ])
    for row in epochs {
      table.add([
        row.name, "\(NumberText.fixed((median(row.runs) ?? 0) * 1e3, 2)) ms",
        spread(row.runs) { NumberText.fixed($0 * 1e3, 2) }, "\(row.events)",
        NumberText.rate(median(row.eventsPerSecond) ?? 0),
      ])
    }
    var lines = table.lines
    if let row = epochs.first {
      lines.append("  \(row.batches) batches, and 200 before them to settle; one core")
    }
    if let advice {
      lines.append(
        "advice for fast-gpu, \(advice.singles) changes and \(advice.pairs) pairs: "
          + "\(NumberText.fixed((median(advice.runs) ?? 0) * 1e3, 0)) ms"
          + " (\(spread(advice.runs) { NumberText.fixed($0 * 1e3, 0) })) on one core")
    }
    for all in combinations {
      let threads = all.threads == 1 ? "1 thread" : "\(all.threads) threads"
      lines.append(
        "all \(all.count) stage combinations of fast-gpu, an epoch each: "
          + "\(NumberText.fixed(all.seconds, 2)) s on \(threads)")
    }
    return lines.printableText
  }
}
