import Experiments
import Quantities

/// The rate of several workers compared with one.
struct ScalingReport {
  /// The number of workers compared with one.
  let workers: Int
  /// The rates, one entry a workload.
  var workloads: [ScalingBench.Result] = []

  /// Schema `augtop-bench/1`, with `--workers`; keys may be added, never renamed. Of the runs the
  /// median counts; `runs` are their ratios.
  var json: JSONObject {
    [
      "schema": "augtop-bench/1", "workers": workers,
      "workloads": workloads.map { row in
        [
          "name": row.name, "images_per_s": median(row.alone) ?? 0,
          "workers_images_per_s": median(row.together) ?? 0, "scaling": median(row.ratios) ?? 0,
          "runs": row.ratios,
        ] as JSONObject
      },
    ]
  }

  /// A table for people.
  var text: String {
    var table = TextTable([
      .left("workload", 20), .right("1 worker", 10), .right("\(workers) workers", 12),
      .right("ratio", 8), .right("spread", 14),
    ])
    for row in workloads {
      table.add([
        row.name, NumberText.rate(median(row.alone) ?? 0),
        NumberText.rate(median(row.together) ?? 0), NumberText.fixed(median(row.ratios) ?? 0, 2),
        spread(row.ratios) { NumberText.fixed($0, 2) },
      ])
    }
    return table.lines.printableText
  }
}

/// The lowest and the highest of some runs, as `2.31–2.40`; zeros where there are none.
func spread(_ runs: [Double], _ text: (Double) -> String) -> String {
  "\(text(runs.min() ?? 0))–\(text(runs.max() ?? 0))"
}
