import ArgumentParser
import Datasets
import Experiments
import Exports
import Glibc
import Host
import LiveEngine
import Pipeline
import Quantities

/// `augtop bench`: how fast the generator, the recorder and the simulation are.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "How fast the generator is here, compared with memcpy in the same run.",
    discussion: """
      One core, batch 32, pictures in memory, in shuffled order: 10 000 of 32×32×3, 256 of \
      224×224×3, or 64 JPEG files of 500×375 (synthetic photographs, written by libjpeg-turbo at \
      quality 96, 4:2:0, when the row starts). Absolute numbers depend on the machine and its \
      neighbours; the ratio to memcpy is what compares.

      With --against-python the same rows are made by OpenCV (one thread, a tight loop) and by \
      Keras's own steps in NumPy and SciPy, a run of theirs before each of augtop's. It needs \
      Python 3 with opencv-python-headless, numpy and scipy; simplejpeg, if installed, decodes the \
      JPEG row. Where a package is missing, augtop alone is measured and the exit status is 1.

      Examples:
        augtop bench
        augtop bench --json --runs 9
        augtop bench --workers 2          two workers on two cores against one, in turn
        augtop bench --against-python --python venv/bin/python
        augtop bench --recording          the cost of recording a session
        augtop bench --export chrome      how fast a long session is written and exported
        augtop bench --virtual            how fast epochs are simulated
        augtop bench --replay --events 55000000    how fast one of 1 GB is opened and sought in
      """)

  @Option(parsing: .unconditional, help: "Counted runs of each workload; the median is shown.")
  var runs = 5
  @Option(
    parsing: .unconditional,
    help: "Measure instead the rate of this many workers, on as many cores, against one.")
  var workers = 1
  @Option(help: ArgumentHelp("Only these rows.", valueName: "name,…")) var rows: String?
  @Flag(help: "Measure instead the cost of recording a session file.") var recording = false
  @Flag(help: "Compare with OpenCV and NumPy/SciPy, in turn.") var againstPython = false
  @Option(help: ArgumentHelp("The Python to compare with (default: python3).", valueName: "path"))
  var python: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Give up on a Python that is silent this long.", valueName: "time"))
  var pythonLimit = "2min"
  @Option(
    help: ArgumentHelp(
      "Measure instead how fast a made-up session is written and exported.", valueName: "format"))
  var export: String?
  @Flag(help: "Measure instead how fast a made-up session is opened and sought in by a replay.")
  var replay = false
  @Option(
    parsing: .unconditional,
    help: "Slices' begins and ends, instants and numbers of the session for --export and --replay.")
  var events = 10_000_000
  @Flag(name: .customLong("virtual"), help: "Measure instead how fast epochs are simulated.")
  var isVirtual = false
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    guard (1...1_000_000_000).contains(events) else {
      throw CommandFault.wrong("--events \(events): give a whole number from 1 to 1000000000")
    }
    guard !recording || export == nil else {
      throw CommandFault.wrong("--recording and --export exclude each other: give one of them")
    }
    guard !replay || !(recording || isVirtual || export != nil || againstPython || workers > 1)
    else {
      throw CommandFault.wrong("--replay measures that alone; leave the other switch out")
    }
    guard (1...1000).contains(runs) else {
      throw CommandFault.wrong("--runs \(runs): give a whole number from 1 to 1000")
    }
    guard (1...256).contains(workers) else {
      throw CommandFault.wrong("--workers \(workers): give a whole number from 1 to 256")
    }
    guard workers == 1 || !(recording || againstPython) else {
      throw CommandFault.wrong("--workers measures scaling alone; leave the other switch out")
    }
    guard !isVirtual || !(recording || againstPython || export != nil || workers > 1) else {
      throw CommandFault.wrong(
        "--virtual measures simulated time alone; leave the other switch out")
    }
    let workloads = try readWorkloads()
    let comparison = try readComparison()
    Interruption.listen()
    if let export {
      try benchExport(as: try choice("export", export, ExportFormat.init(rawValue:)))
    } else if replay {
      try benchReplay()
    } else if recording {
      try benchRecording()
    } else if isVirtual {
      try benchVirtual()
    } else if workers > 1 {
      try benchScaling(workloads)
    } else {
      try benchGenerator(workloads, comparison)
    }
    if Interruption.isAsked { throw CommandFault.interrupted }
  }

  private func readComparison() throws -> PeerComparison? {
    guard againstPython else {
      guard python == nil else {
        throw CommandFault.wrong("--python is for --against-python; add that")
      }
      return nil
    }
    guard !recording, export == nil else {
      throw CommandFault.wrong(
        "--against-python and \(recording ? "--recording" : "--export") exclude each other")
    }
    guard let limit = DurationText.parse(pythonLimit), limit > .zero, limit <= .seconds(86_400)
    else {
      throw CommandFault.wrong("--python-limit \(pythonLimit): write a time, as 2min, up to a day")
    }
    return PeerComparison(python: python ?? "python3", timeout: limit)
  }

  private func readWorkloads() throws -> [Workload] {
    guard let rows else { return Workload.all }
    return try rows.split(separator: ",").map { name in
      guard let workload = Workload.all.first(where: { $0.name == name }) else {
        throw CommandFault.wrong(
          "--rows \(name): no such row."
            + Faults.suggestion(String(name), among: Workload.all.map(\.name)))
      }
      return workload
    }
  }

  private func benchScaling(_ workloads: [Workload]) throws {
    var report = ScalingReport(workers: workers)
    for workload in workloads where !Interruption.isAsked {
      let bench = ScalingBench(workload, workers: workers)
      let result = try bench.run(runs: runs) { !Interruption.isAsked }
      guard !result.alone.isEmpty else { break }
      report.workloads.append(result)
    }
    if json { try printJSON(report.json) } else { print(report.text) }
  }

  private func benchGenerator(_ workloads: [Workload], _ comparison: PeerComparison?) throws {
    var comparison = comparison
    var report = BenchReport()
    for workload in workloads where !Interruption.isAsked {
      var bench = GeneratorBench(workload)
      if comparison != nil {
        // Python has read them once it has begun.
        let files = BenchFiles(bench, in: temporaryFolder)
        comparison?.begin(workload.name, files: files?.folder)
      }
      let result = try bench.run(runs: runs) {
        // Before each run of ours: so the two alternate.
        comparison?.run()
        return !Interruption.isAsked
      }
      guard !result.generator.isEmpty else { break }
      report.workloads.append(
        BenchReport.Row(result: result, about: workload.about, peers: comparison?.end() ?? [:]))
    }
    report.python = comparison?.versions ?? []
    if json { try printJSON(report.json) } else { print(report.text) }
    guard comparison?.fault == nil || Interruption.isAsked else { throw CommandFault.failed("") }
  }

  private func benchRecording() throws {
    let path = "\(temporaryFolder)/augtop-bench-\(getpid()).pftrace"
    let result: RecordingBench.Result
    do {
      result = try RecordingBench.run(
        pairs: runs, file: path,
        openFile: SessionFiles(clock: SessionClock(), dataset: SyntheticDataset()).opener
      ) { !Interruption.isAsked }
    } catch let fault as RecordingBench.NotRecorded {
      throw CommandFault.failed("the sessions can't be recorded to \(path): \(fault.reason)")
    }
    if json { try printJSON(result.json) } else { print(result.text) }
  }
}

/// The folder for temporary files.
var temporaryFolder: String {
  guard let folder = getenv("TMPDIR"), folder.pointee != 0 else { return "/tmp" }
  return String(cString: folder)
}

extension RecordingBench.Result {
  /// Schema `augtop-bench/1`, with `--recording`; keys may be added, never renamed. Rates and cost are
  /// medians over the pairs; `runs` are the pairs' costs.
  fileprivate var json: JSONObject {
    [
      "schema": "augtop-bench/1", "plain_images_per_s": median(plain) ?? 0,
      "recorded_images_per_s": median(recorded) ?? 0, "cost_fraction": median(costs) ?? 0,
      "runs": costs,
    ]
  }

  /// The figures for people.
  fileprivate var text: String {
    "recording costs \(NumberText.percent(median(costs) ?? 0, 2))"
      + " of \(NumberText.rate(median(plain) ?? 0)) images/s (median of \(costs.count) pairs, "
      + "\(NumberText.fixed((costs.min() ?? 0) * 100, 1)) to"
      + " \(NumberText.percent(costs.max() ?? 0, 1)))"
  }
}

extension RecordingBench.NotRecorded {
  fileprivate var reason: String {
    guard case .failed(_, let reason) = state else { return "nothing was written" }
    return reason
  }
}
