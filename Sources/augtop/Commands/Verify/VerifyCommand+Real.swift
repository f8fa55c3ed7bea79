import CLinux
import Experiments
import Glibc
import Pipeline
import Quantities

/// `augtop verify --real`: a real loader of the user's Python beside the rules for it.
extension VerifyCommand {
  /// Making alone, then starting a framework's workers, settling and ending them, for a block.
  private static let startTime = Duration.milliseconds(3_500)
  /// The longest that importing a framework may take.
  private static let importLimit = Duration.seconds(120)

  /// Measures and prints a table.
  ///
  /// - Throws: A `CommandFault` of status 2 for an option that is wrong, of status 1 where Python or the
  ///   loader fails or an error is beyond its limit; `.interrupted` after Ctrl-C.
  func runReal(_ loader: RealLoader, window: Duration) throws {
    let python = options.python ?? "python3"
    let rows = try options.rows(of: loader)
    let cores = Int(cl_usable_processors())
    let arguments = try options.sources(of: loader)
    try checkSharedMemory(for: rows, of: loader)
    let subject = loader.costs(of: rows)
    let given = try options.readLoaderCosts(of: subject, loader)
    Interruption.listen()
    var report = RealReport(loader: loader, cores: cores, window: window)
    do {
      let probe = try RealProbe(
        loader, python: python, arguments: arguments, limit: Self.importLimit,
        keepsGoing: { !Interruption.isAsked })
      report.versions = probe.versions
      announce(rows, of: loader, probe: probe, cores: cores, window: window)
      let costs = try subject.map {
        try given
          ?? measureLoaderCosts(of: $0, python: python, timeout: Self.importLimit).costs
      }
      let agreement = RealAgreement(loader, costs: costs, cores: cores, window: window)
      var progress = ProgressLine(total: rows.count)
      defer { progress.end() }
      for (index, row) in rows.enumerated() {
        let result = try agreement.measure(
          row, with: probe, isCancelled: { Interruption.isAsked },
          step: { block in
            let done = Double(block) / Double(RealAgreement.mostBlocks)
            progress.show(fraction: (Double(index) + done) / Double(rows.count))
          })
        guard let result else { break }
        report.results.append(result)
      }
      if !Interruption.isAsked { progress.show(fraction: 1) }
    } catch let fault as PythonFault where fault == .interrupted {
      // The rows so far are printed below.
    } catch let fault as PythonFault {
      print(report)
      throw CommandFault.failed(Faults.sentence(fault, python: python, package: loader.packages))
    } catch let fault as RealProbe.Failed {
      print(report)
      throw CommandFault.failed("\(python)'s loader failed: \(fault.reason)")
    }
    print(report)
    if Interruption.isAsked { throw CommandFault.interrupted }
    guard report.holds else {
      throw CommandFault.failed("the rules and the real loader differ by more than the limit")
    }
  }

  private func print(_ report: RealReport) {
    guard !report.results.isEmpty else { return }
    if json {
      try? printJSON(report.json)
    } else {
      Swift.print(report.text)
    }
  }

  /// Says on standard error what it will take, and what to mind.
  private func announce(
    _ rows: [RealRow], of loader: RealLoader, probe: RealProbe, cores: Int, window: Duration
  ) {
    let versions = probe.versions.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
    // Two real blocks and two of this program's own, which settle for a second.
    let row = (window + Self.startTime) * 2 + (window + .seconds(1)) * 2
    let minutes = row.seconds * Double(rows.count) / 60
    printNote(
      "\(versions): \(rows.count) rows of \(loader.rawValue), each twice for"
        + " \(DurationText.write(window)) and as often as a run of augtop:"
        + " about \(NumberText.fixed(max(1, minutes), 0)) min"
        + (loader.costs(of: rows) != nil && options.loaderCosts == nil
          ? ", after 20 s for what the loader costs" : "") + "; let nothing else run")
    let burning = rows.map { loader.burningThreads($0, cores: cores) }
    let crowded = burning.filter { $0 > cores }
    if let most = crowded.max() {
      printNote(
        "\(crowded.count) rows have up to \(most) workers that burn on \(cores) cores: there the"
          + " machine's scheduler decides as well")
    }
  }

  /// PyTorch's batches lie in /dev/shm on their way; workers die where that is full.
  private func checkSharedMemory(for rows: [RealRow], of loader: RealLoader) throws {
    guard loader.sharesMemory else { return }
    // Ahead, in the making and in training.
    let most = rows.map { $0.batchBytes * ($0.workers * ($0.ahead + 1) + 2) }.max() ?? 0
    try requireSharedMemory(
      most, or: "give a smaller --batch-size, --size, --prefetch or --workers")
  }
}
