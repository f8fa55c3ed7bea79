import Dashboard
import Experiments
import Quantities

/// Schema `augtop-bench/1`; keys may be added, never renamed.
struct BenchReport: Encodable {
  /// The schema's name and version.
  var schema = "augtop-bench/1"
  /// The workloads, in their order.
  var workloads: [Row] = []
  /// The versions of Python and the peers' packages; empty without peers.
  var python: [PeerLine.Version] = []

  /// One workload's rates, in pictures a second.
  struct Row: Encodable {
    var name: String
    var about: String
    /// Medians over the runs.
    var imagesPerS: Double
    var memcpyImagesPerS: Double
    var runs: [Double]
    var memcpyRuns: [Double]
    var peers: [PeerRow] = []
    /// The fastest that makes the whole row, and how many of its pictures augtop makes in the time
    /// of one.
    var bestPeer: String?
    var ratioToBestPeer: Double?
  }

  /// One peer's rate on the same workload.
  struct PeerRow: Encodable {
    var name: String
    var title: String
    var imagesPerS: Double
    var runs: [Double]
    /// augtop's rate, relative to this one.
    var ratio: Double
  }

  private enum CodingKeys: CodingKey { case schema, workloads, python }

  /// Leaves `python` out where no peer ran.
  ///
  /// - Throws: The encoder's error.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema, forKey: .schema)
    try container.encode(workloads, forKey: .workloads)
    guard !python.isEmpty else { return }
    let versions = python.map { ($0.name, $0.version) }
    try container.encode(
      Dictionary(versions, uniquingKeysWith: { first, _ in first }), forKey: .python)
  }

  /// Adds a workload's row.
  ///
  /// - Parameter peers: The peers' rates, in pictures a second.
  mutating func add(
    _ result: GeneratorBench.Result, about: String, peers: [Peer: [Double]]
  ) {
    var row = Row(
      name: result.name, about: about, imagesPerS: median(result.generator) ?? 0,
      memcpyImagesPerS: median(result.memcpy) ?? 0, runs: result.generator,
      memcpyRuns: result.memcpy)
    var best = 0.0
    for peer in Peer.allCases {
      guard let runs = peers[peer], !runs.isEmpty else { continue }
      let rate = median(runs) ?? 0
      let ratio = row.imagesPerS / rate
      row.peers.append(
        PeerRow(
          name: peer.rawValue, title: peer.title, imagesPerS: rate, runs: runs, ratio: ratio))
      guard peer.makesAll, rate > best else { continue }
      best = rate
      row.bestPeer = peer.rawValue
      row.ratioToBestPeer = ratio
    }
    workloads.append(row)
  }

  /// A table for people.
  var text: String {
    let hasPeers = workloads.contains { !$0.peers.isEmpty }
    var lines = [
      "workload              images/s          spread    memcpy  of memcpy"
        + (hasPeers ? "  augtop makes" : "")
    ]
    for row in workloads {
      lines.append(
        line(row.name, row.imagesPerS, row.runs)
          + NumberText.rate(row.memcpyImagesPerS).leftPadded(to: 10)
          + NumberText.percent(row.imagesPerS / row.memcpyImagesPerS).leftPadded(to: 11))
      for peer in row.peers {
        lines.append(
          line("  " + peer.title, peer.imagesPerS, peer.runs)
            + "\(NumberText.short(peer.ratio))×".leftPadded(to: 35)
            + (peer.name == row.bestPeer ? "  best peer" : ""))
      }
      lines.append("  \(row.about)")
    }
    if !python.isEmpty {
      let versions = python.map { "\($0.name) \($0.version)" }
      lines.append("peers: one thread; \(versions.joined(separator: ", "))")
    }
    return lines.joined(separator: "\n")
  }

  private func line(_ name: String, _ rate: Double, _ runs: [Double]) -> String {
    let low = NumberText.rate(runs.min() ?? 0)
    let high = NumberText.rate(runs.max() ?? 0)
    return name.padded(to: 20) + NumberText.rate(rate).leftPadded(to: 10)
      + "\(low)–\(high)".leftPadded(to: 16)
  }
}
