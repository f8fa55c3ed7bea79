import Experiments
import Pipeline
import Quantities
import VirtualEngine

/// The results of `augtop verify`, as tables and as JSON.
struct VerifyReport {
  /// The rows of the published queue; nil where they weren't run.
  var queue: Queue?
  /// The rows of the grid; nil where they weren't run.
  var grid: Grid?

  /// Whether every counted row is within its bound.
  var holds: Bool { (queue?.holds ?? true) && (grid?.holds ?? true) }

  /// The tables, one below the other.
  var text: String { [queue?.text, grid?.text].compactMap { $0 }.joined(separator: "\n\n") }

  /// Schema `augtop-verify/1`; keys may be added, never renamed.
  var json: JSONObject {
    ["schema": "augtop-verify/1", "queue": queue?.json, "grid": grid?.json]
  }
}

extension VerifyReport {
  /// The published queue, in batches a second. Sensitive rows have a band instead of errors.
  struct Queue {
    /// The rows measured.
    let rows: [QueueAgreement.Row]

    private var counted: [QueueAgreement.Row] { rows.filter { !$0.virtual.isSensitive } }
    private var worstVirtualError: Double? { counted.map(\.virtualError).max() }
    private var worstLiveError: Double? { counted.map(\.liveError).max() }

    /// Whether the counted rows are within the limit.
    var holds: Bool {
      max(worstVirtualError ?? 0, worstLiveError ?? 0) <= QueueAgreement.limit
    }

    /// The rows, and the worst errors of those that count.
    var json: JSONObject {
      [
        "rows": rows.map { row in
          let isSensitive = row.virtual.isSensitive
          return [
            "make_ms": row.published.make.seconds * 1e3,
            "step_ms": row.published.step.seconds * 1e3, "published": row.published.rate,
            "virtual": row.virtual.batchesPerSecond, "low": row.virtual.low,
            "high": row.virtual.high, "edge": isSensitive, "live": row.live,
            "virtual_error": isSensitive ? nil : row.virtualError,
            "live_error": isSensitive ? nil : row.liveError,
          ] as JSONObject
        },
        "worst_virtual_error": worstVirtualError, "worst_live_error": worstLiveError,
      ]
    }

    /// The table for people.
    var text: String {
      var table = TextTable([
        .right("make ms", 7), .right("step ms", 9), .right("published", 11), .right("virtual", 9),
        .right("error", 8), .right("live", 8), .right("error", 8),
      ])
      for row in rows {
        let virtual = row.virtual
        func error(_ error: Double) -> String {
          virtual.isSensitive ? "edge" : NumberText.smallPercent(error)
        }
        let cells = [
          NumberText.short(row.published.make.seconds * 1e3),
          NumberText.short(row.published.step.seconds * 1e3),
          NumberText.fixed(row.published.rate, 0), NumberText.fixed(virtual.batchesPerSecond, 0),
          error(row.virtualError), NumberText.fixed(row.live, 0), error(row.liveError),
        ]
        table.add(cells, note: virtual.isSensitive ? band(virtual.low, virtual.high, 0) : "")
      }
      var lines = ["the published Keras queue, batches/s", ""] + table.lines
      if let virtual = worstVirtualError, let live = worstLiveError {
        lines += [
          "",
          "\(counted.count) rows: virtual within \(NumberText.smallPercent(virtual)), live within"
            + " \(NumberText.smallPercent(live)) (limit \(NumberText.percent(QueueAgreement.limit)));"
            + " \(rows.count - counted.count) on a knife edge",
        ]
      }
      return lines.printableText
    }
  }
}

extension VerifyReport {
  /// Epochs in seconds. Sensitive cells have a band instead of an error.
  struct Grid {
    /// The cells measured.
    let cells: [GridAgreement.Cell]

    private var errors: [Double] {
      cells.filter { !$0.virtual.isSensitive }.map(\.error)
    }

    /// Whether the counted cells are within the limits.
    var holds: Bool {
      (median(errors) ?? 0) <= GridAgreement.medianLimit
        && (errors.max() ?? 0) <= GridAgreement.worstLimit
    }

    /// The cells, and the median and worst error of those that count.
    var json: JSONObject {
      [
        "cells": cells.map { cell in
          let (low, high) = cell.virtual.epochs
          return [
            "loader": cell.scenario.loader.rawValue,
            "gpu_ms": cell.scenario.consumer.compute.mean.seconds * 1e3,
            "gpu_host_ms": cell.scenario.consumer.host.seconds * 1e3,
            "costs": cell.scenario.costs.name, "workers": cell.scenario.workers,
            "virtual_s": cell.virtual.seconds, "low_s": low, "high_s": high,
            "edge": cell.virtual.isSensitive, "live_s": cell.live.seconds,
            "live_half_s": cell.live.half,
            "error": cell.virtual.isSensitive ? nil : cell.error,
          ] as JSONObject
        },
        "median_error": median(errors), "worst_error": errors.max(),
      ]
    }

    /// The table for people.
    var text: String {
      var table = TextTable([
        .left("loader", 16), .left("costs", 10), .right("workers", 8), .right("gpu ms", 8),
        .right("host ms", 9), .right("virtual", 9), .right("live", 9), .right("error", 8),
      ])
      for cell in cells {
        let scenario = cell.scenario
        let isSensitive = cell.virtual.isSensitive
        let (low, high) = cell.virtual.epochs
        let cells = [
          scenario.loader.rawValue, scenario.costs.name, "\(scenario.workers)",
          NumberText.short(scenario.consumer.compute.mean.seconds * 1e3),
          NumberText.short(scenario.consumer.host.seconds * 1e3),
          NumberText.fixed(cell.virtual.seconds, 2), NumberText.fixed(cell.live.seconds, 2),
          isSensitive ? "edge" : NumberText.smallPercent(cell.error),
        ]
        table.add(cells, note: isSensitive ? band(low, high, 2) : "")
      }
      var lines = ["virtual against live, epoch in seconds", ""] + table.lines
      if let middle = median(errors), let worst = errors.max() {
        lines += [
          "",
          "\(errors.count) scenarios: median error \(NumberText.smallPercent(middle)) (limit"
            + " \(NumberText.percent(GridAgreement.medianLimit))), worst"
            + " \(NumberText.smallPercent(worst)) (limit"
            + " \(NumberText.percent(GridAgreement.worstLimit)));"
            + " \(cells.count - errors.count) on a knife edge",
        ]
      }
      return lines.printableText
    }
  }
}

private func band(_ low: Double, _ high: Double, _ decimals: Int) -> String {
  "  \(NumberText.fixed(low, decimals))–\(NumberText.fixed(high, decimals))"
}

extension PerturbedEpoch {
  /// The shortest and the longest epoch, in seconds: a high rate makes a short one.
  fileprivate var epochs: (low: Double, high: Double) {
    let work = seconds * batchesPerSecond
    return (work / high, work / low)
  }
}
