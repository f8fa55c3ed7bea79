import Experiments
import Pipeline
import Quantities
import Tracing
import VirtualEngine

/// The results of `augtop verify --real`, as a table and as JSON; rates in batches a second.
struct RealReport {
  /// The largest relative error of a counted row.
  static let limit = 0.08
  /// The largest median of the counted rows' errors.
  static let medianLimit = 0.04

  let loader: RealLoader
  let cores: Int
  let window: Duration
  /// Of the framework and of Python.
  var versions: [PackageVersion] = []
  /// The rows measured.
  var results: [RealAgreement.Result] = []

  init(loader: RealLoader, cores: Int, window: Duration) {
    self.loader = loader
    self.cores = cores
    self.window = window
  }

  private var hasEpochs: Bool { results.contains { $0.row.epoch != nil } }
  private var counted: [RealAgreement.Result] { results.filter(\.isCounted) }
  private var errors: [Double] { counted.map { abs($0.error) } }
  private var runErrors: [Double] { counted.compactMap { $0.runError.map(abs) } }

  /// Whether every counted row is within its limit.
  var holds: Bool {
    (errors.max() ?? 0) <= Self.limit && (median(errors) ?? 0) <= Self.medianLimit
  }

  private var software: String {
    versions.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
  }

  /// Schema `augtop-verify-real/1`; keys may be added, never renamed. Errors are fractions of the
  /// measured rate.
  var json: JSONObject {
    let machine = Machine.current()
    return [
      "schema": "augtop-verify-real/1", "loader": loader.rawValue,
      "versions": JSONObject(versions.map { (key: $0.name, value: $0.version) }),
      "machine": [
        "cpu": machine.processor, "cores": cores,
        "system": "\(machine.system) \(machine.release), \(machine.architecture)",
      ] as JSONObject, "window_s": window.seconds, "rows": results.map(json),
      "counted": counted.count, "median_error": median(errors), "worst_error": errors.max(),
      "median_run_error": median(runErrors), "worst_run_error": runErrors.max(),
    ]
  }

  private func json(_ result: RealAgreement.Result) -> JSONObject {
    let row = result.row
    return [
      "work": row.work.rawValue, "make_ms": row.make.seconds * 1e3,
      "step_ms": row.step.seconds * 1e3, "workers": row.workers, "prefetch": row.ahead,
      "epoch_batches": row.epoch, "persistent": row.epoch.map { _ in row.keepsWorkers },
      "loop_ms": row.loop.seconds * 1e3, "processes": row.usesProcesses, "batch_size": row.pictures,
      "size": "\(row.shape)",
      "measured": result.measured.value, "measured_half": result.measured.half,
      "difference": result.difference, "others_cores": result.others, "blocks": result.blocks,
      "simulated": result.simulated.batchesPerSecond, "low": result.simulated.low,
      "high": result.simulated.high, "run": result.run, "error": result.error,
      "run_error": result.runError, "edge": result.simulated.isSensitive,
      "steady": result.isSteady, "counted": result.isCounted,
    ]
  }

  /// The table for people.
  var text: String {
    let epoch = hasEpochs ? [TextTable.Column.right("epoch", 9)] : []
    var table = TextTable(
      [
        .left("work", 9), .right("make ms", 8), .right("step ms", 9), .right("workers", 9),
        .right(loader.aheadName, 10),
      ] + epoch + [
        .right("measured, 90 %", 17), .right("simulated", 11),
        .right("error", 8), .right("run", 8), .right("error", 8),
      ])
    for result in results { table.add(cells(result), note: note(result)) }
    let machine = Machine.current()
    let processor = machine.processor.isEmpty ? "" : "\(machine.processor), "
    var lines = ["\(software); \(processor)\(cores) cores; batches/s", ""] + table.lines + [""]
    if let middle = median(errors), let worst = errors.max() {
      lines.append(
        "\(counted.count) of \(results.count) rows count: simulated median error"
          + " \(NumberText.smallPercent(middle)) (limit \(NumberText.percent(Self.medianLimit))),"
          + " worst \(NumberText.smallPercent(worst)) (limit \(NumberText.percent(Self.limit)))")
      if let middle = median(runErrors), let worst = runErrors.max() {
        lines.append(
          "augtop's own run: median error \(NumberText.smallPercent(middle)), worst"
            + " \(NumberText.smallPercent(worst))")
      }
    } else {
      lines.append("no row counts")
    }
    return lines.printableText
  }

  private func cells(_ result: RealAgreement.Result) -> [String] {
    let row = result.row
    let kept = row.keepsWorkers ? " kept" : ""
    let epoch = hasEpochs ? [row.epoch.map { "\($0)\(kept)" } ?? "–"] : []
    let half = result.measured.half.map { " ±\(NumberText.fixed($0, 1))" } ?? ""
    return [
      row.work.rawValue, NumberText.short(row.make.seconds * 1e3),
      NumberText.short(row.step.seconds * 1e3),
      row.usesProcesses && loader.hasBothKinds ? "\(row.workers) proc" : "\(row.workers)",
      "\(row.ahead)",
    ] + epoch + [
      NumberText.fixed(result.measured.value, 1) + half,
      NumberText.fixed(result.simulated.batchesPerSecond, 1), signed(result.error),
      result.run.map { NumberText.fixed($0, 1) } ?? "–", result.runError.map(signed) ?? "–",
    ]
  }

  /// Why a row doesn't count.
  private func note(_ result: RealAgreement.Result) -> String {
    var reasons: [String] = []
    if result.simulated.isSensitive {
      let (low, high) = (result.simulated.low, result.simulated.high)
      reasons.append("edge, \(NumberText.fixed(low, 0))–\(NumberText.fixed(high, 0))")
    }
    if result.others > RealAgreement.mostOthers {
      reasons.append("others burnt \(NumberText.fixed(result.others, 1)) cores")
    }
    if result.difference > RealAgreement.repeatability {
      reasons.append("repeat \(NumberText.percent(result.difference)) off")
    }
    return reasons.isEmpty ? "" : "  " + reasons.joined(separator: "; ")
  }

  private func signed(_ error: Double) -> String {
    let percent = NumberText.fixed(error * 100, 1)
    return (error >= 0 ? "+" : "") + percent + " %"
  }
}
