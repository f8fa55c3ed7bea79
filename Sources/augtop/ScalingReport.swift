import Dashboard
import Experiments

/// Schema `augtop-bench/1`, with `--workers`.
struct ScalingReport: Encodable {
  var schema = "augtop-bench/1"
  var workers: Int
  var workloads: [Row] = []

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
      imagesPerS = median(result.alone)
      workersImagesPerS = median(result.together)
      scaling = median(result.ratios)
      runs = result.ratios
    }
  }

  var text: String {
    var lines = [
      padded("workload", 20) + right("1 worker", 10) + right("\(workers) workers", 12)
        + right("ratio", 8) + right("spread", 14)
    ]
    for row in workloads {
      let low = Figures.fixed(row.runs.min() ?? 0, 2)
      let high = Figures.fixed(row.runs.max() ?? 0, 2)
      lines.append(
        padded(row.name, 20) + right(Figures.rate(row.imagesPerS), 10)
          + right(Figures.rate(row.workersImagesPerS), 12)
          + right(Figures.fixed(row.scaling, 2), 8) + right("\(low)–\(high)", 14))
    }
    return lines.joined(separator: "\n")
  }
}
