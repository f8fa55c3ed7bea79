import ArgumentParser
import Dashboard
import Experiments
import Glibc
import LiveEngine
import Pipeline

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "How fast the generator is here, beside memcpy in the same run.",
    discussion: """
      One core, batch 32, pictures in memory, in shuffled order. Absolute numbers depend on the \
      machine and its neighbours; the ratio to memcpy is what compares.

      Examples:
        augtop bench
        augtop bench --json --runs 9
        augtop bench --recording          what recording a session costs
      """)

  @Option(parsing: .unconditional, help: "Counted runs of each workload; the median is shown.")
  var runs = 5
  @Flag(help: "Measure instead what recording a session file costs.") var recording = false
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    guard (1...1000).contains(runs) else {
      throw CommandFault.wrong("--runs \(runs): give a whole number from 1 to 1000")
    }
    Interruption.listen()
    if recording { try benchRecording() } else { try benchGenerator() }
    if Interruption.isAsked { throw CommandFault.interrupted }
  }

  private func benchGenerator() throws {
    var report = BenchReport()
    for workload in Workload.all where !Interruption.isAsked {
      var bench = GeneratorBench(workload)
      let result = try bench.run(runs: runs) { !Interruption.isAsked }
      guard !result.generator.isEmpty else { break }
      report.workloads.append(BenchReport.Row(result, about: workload.about))
    }
    if json { try printJSON(report) } else { print(report.text) }
  }

  private func benchRecording() throws {
    let path = "\(temporaryFolder)/augtop-bench-\(getpid()).pftrace"
    let result: RecordingBench.Result
    do {
      result = try RecordingBench.run(
        pairs: runs, file: path, openFile: SessionFiles(clock: SessionClock()).opener
      ) { !Interruption.isAsked }
    } catch let fault as RecordingBench.NotRecorded {
      throw CommandFault.failed("the sessions can't be recorded to \(path): \(fault.reason)")
    }
    let report = RecordingReport(result)
    if json { try printJSON(report) } else { print(report.text) }
  }

  private var temporaryFolder: String {
    guard let folder = getenv("TMPDIR"), folder.pointee != 0 else { return "/tmp" }
    return String(cString: folder)
  }
}

/// Schema `augtop-bench/1`.
struct BenchReport: Encodable {
  var schema = "augtop-bench/1"
  var workloads: [Row] = []

  struct Row: Encodable {
    var name: String
    var about: String
    /// Medians over the runs.
    var imagesPerS: Double
    var memcpyImagesPerS: Double
    var runs: [Double]

    init(_ result: GeneratorBench.Result, about: String) {
      name = result.name
      self.about = about
      imagesPerS = median(result.generator)
      memcpyImagesPerS = median(result.memcpy)
      runs = result.generator
    }
  }

  var text: String {
    var lines = ["workload            images/s   spread        memcpy   of memcpy"]
    for row in workloads {
      let low = Figures.rate(row.runs.min() ?? 0)
      let high = Figures.rate(row.runs.max() ?? 0)
      let ratio = row.imagesPerS / row.memcpyImagesPerS
      lines.append(
        padded(row.name, 18) + right(Figures.rate(row.imagesPerS), 10)
          + right("\(low)–\(high)", 16) + right(Figures.rate(row.memcpyImagesPerS), 10)
          + right(Figures.percent(ratio), 10))
      lines.append("  \(row.about)")
    }
    return lines.joined(separator: "\n")
  }
}

struct RecordingReport: Encodable {
  var schema = "augtop-bench/1"
  var plainImagesPerS: Double
  var recordedImagesPerS: Double
  var costFraction: Double
  var runs: [Double]

  init(_ result: RecordingBench.Result) {
    plainImagesPerS = median(result.plain)
    recordedImagesPerS = median(result.recorded)
    runs = result.costs
    costFraction = median(result.costs)
  }

  var text: String {
    "recording costs \(Figures.fixed(costFraction * 100, 2)) % of \(Figures.rate(plainImagesPerS))"
      + " images/s (median of \(runs.count) pairs, "
      + "\(Figures.fixed((runs.min() ?? 0) * 100, 1)) to "
      + "\(Figures.fixed((runs.max() ?? 0) * 100, 1)) %)"
  }
}

/// The middle value; of an even number the mean of the two middle ones; 0 of none.
func median(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return 0 }
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

private func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

private func right(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

extension RecordingBench.NotRecorded {
  fileprivate var reason: String {
    guard case .failed(_, let reason) = state else { return "nothing was written" }
    return reason
  }
}
