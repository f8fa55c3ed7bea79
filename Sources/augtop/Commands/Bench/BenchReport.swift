import Augmentation
import Experiments
import Quantities

/// The generator's rates, alone and compared with the peers'.
struct BenchReport {
  /// The workloads, in their order.
  var workloads: [Row] = []
  /// The versions of Python and the peers' packages; empty without peers.
  var python: [PeerLine.Version] = []

  /// One workload's rates, in pictures a second.
  struct Row {
    let result: GeneratorBench.Result
    let about: String
    /// By peer, one entry a run.
    let peers: [Peer: [Double]]

    /// The median over the runs.
    var rate: Double { median(result.generator) ?? 0 }
    var memcpyRate: Double { median(result.memcpy) ?? 0 }
    /// The peers that ran, in their order, each with the median over its runs.
    var peerRates: [(peer: Peer, rate: Double, runs: [Double])] {
      Peer.allCases.compactMap { peer in
        peers[peer].flatMap { runs in median(runs).map { (peer, $0, runs) } }
      }
    }
    /// The fastest peer that makes the whole row; nil without one.
    var best: (peer: Peer, rate: Double)? {
      peerRates.filter(\.peer.makesAll).max { $0.rate < $1.rate }.map { ($0.peer, $0.rate) }
    }
  }

  /// Schema `augtop-bench/1`; keys may be added, never renamed. Of the runs the median counts.
  var json: JSONObject {
    let versions = Dictionary(python.map { ($0.name, $0.version) }) { first, _ in first }
    return [
      "schema": "augtop-bench/1", "kernels": KernelLevel.name,
      "python": versions.isEmpty ? nil : versions,
      "workloads": workloads.map { row in
        [
          "name": row.result.name, "about": row.about, "images_per_s": row.rate,
          "memcpy_images_per_s": row.memcpyRate, "runs": row.result.generator,
          "memcpy_runs": row.result.memcpy,
          "cycles_per_pixel": median(row.result.cyclesPerPixel),
          "peers": row.peerRates.map { peer, rate, runs in
            [
              "name": peer.rawValue, "title": peer.title, "images_per_s": rate, "runs": runs,
              "ratio": row.rate / rate,
            ] as JSONObject
          },
          "best_peer": row.best?.peer.rawValue,
          "ratio_to_best_peer": row.best.map { row.rate / $0.rate },
        ] as JSONObject
      },
    ]
  }

  /// A table for people.
  var text: String {
    let hasPeers = workloads.contains { !$0.peerRates.isEmpty }
    var table = TextTable([
      .left("workload", 20), .right("images/s", 10), .right("spread", 16), .right("memcpy", 10),
      .right("of memcpy", 11), .right("cycles/px", 11), .left(hasPeers ? "  augtop makes" : "", 0),
    ])
    for row in workloads {
      table.add([
        row.result.name, NumberText.rate(row.rate), spread(row.result.generator, NumberText.rate),
        NumberText.rate(row.memcpyRate), NumberText.percent(row.rate / row.memcpyRate),
        median(row.result.cyclesPerPixel).map(NumberText.short) ?? "",
      ])
      for (peer, rate, runs) in row.peerRates {
        table.add(
          ["  " + peer.title, NumberText.rate(rate), spread(runs, NumberText.rate)],
          note: "\(NumberText.short(row.rate / rate))×".leftPadded(to: 46)
            + (peer == row.best?.peer ? "  best peer" : ""))
      }
      table.add(["  \(row.about)"])
    }
    var lines = table.lines + ["kernels: \(KernelLevel.name)"]
    if !python.isEmpty {
      let versions = python.map { "\($0.name) \($0.version)" }
      lines.append("peers: one thread; \(versions.joined(separator: ", "))")
    }
    return lines.printableText
  }
}
