import Dashboard
import Experiments
import Quantities

/// Schema `augtop-bench/1`, with `--workers`.
struct ScalingReport: Encodable {
  /// The schema's name and version.
  var schema = "augtop-bench/1"
  /// The number of workers compared with one.
  var workers: Int
  /// The workloads, in their order.
  var workloads: [Row] = []

  /// One workload's rates with one and with several workers.
  struct Row: Encodable {
    var name: String
    /// Medians over the runs: one worker, and all.
    var imagesPerS: Double
    var workersImagesPerS: Double
    /// Median of the runs' ratios, and they themselves.
    var scaling: Double
    var runs: [Double]

    init(_ result: ScalingBench.Result) {
      name = result.name
      imagesPerS = median(result.alone) ?? 0
      workersImagesPerS = median(result.together) ?? 0
      scaling = median(result.ratios) ?? 0
      runs = result.ratios
    }
  }

  /// A table for people.
  var text: String {
    var lines = [
      "workload".padded(to: 20) + "1 worker".leftPadded(to: 10)
        + "\(workers) workers".leftPadded(to: 12)
        + "ratio".leftPadded(to: 8) + "spread".leftPadded(to: 14)
    ]
    for row in workloads {
      let low = NumberText.fixed(row.runs.min() ?? 0, 2)
      let high = NumberText.fixed(row.runs.max() ?? 0, 2)
      lines.append(
        row.name.padded(to: 20) + NumberText.rate(row.imagesPerS).leftPadded(to: 10)
          + NumberText.rate(row.workersImagesPerS).leftPadded(to: 12)
          + NumberText.fixed(row.scaling, 2).leftPadded(to: 8) + "\(low)–\(high)".leftPadded(to: 14)
      )
    }
    return lines.joined(separator: "\n")
  }
}
