import ArgumentParser
import Exports
import Glibc
import Host
import Pipeline
import Quantities
import Recordings
import Toml
import Tracing

/// `augtop export`: a recording for other tools.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "A recorded session for other tools.",
    discussion: """
      chrome: chrome://tracing and Perfetto; speedscope: speedscope.app; collapsed: flame graphs; \
      csv: a folder of tables, or one with --table; openmetrics and prometheus: metrics, also for \
      node_exporter and Pushgateway; otlp: OpenTelemetry \
      spans in JSON; html: one page with plots; markdown: a summary. What is damaged in a session \
      file is left out and named on standard error.

      Examples:
        augtop export session.pftrace --format html
        augtop export session.pftrace --format csv --table steps --output - | head
        augtop export session.pftrace --format chrome --from 2s --to 4s --only workers,consumer
      """)

  @Argument(help: "The session file.") var file: String
  @Option(help: ArgumentHelp("\(ExportFormat.allNames).", valueName: "name"))
  var format: String
  @Option(
    help: ArgumentHelp(
      "Where it goes; - is standard output. Beside the session file otherwise.", valueName: "path"))
  var output: String?
  @Option(help: ArgumentHelp("What ends then or later, as 2s.", valueName: "time"))
  var from: String?
  @Option(help: ArgumentHelp("What ends before, as 4s.", valueName: "time")) var to: String?
  @Option(
    help: ArgumentHelp(
      "Some tracks: workers, consumer, queue, counters, session, own.", valueName: "list"))
  var only: String?
  @Option(
    help: ArgumentHelp(
      "One table of csv: batches, stages, steps, phases, waits, counters, switches.",
      valueName: "name"))
  var table: String?
  @Flag(help: "Tables for Excel: semicolons, decimal commas, a byte order mark.") var excel = false
  @Flag(help: "Replace what is at the output.") var force = false

  func run() throws {
    let format = try choice("format", format, ExportFormat.init(rawValue:))
    let table = try table.map { try choice("table", $0, ExportTable.init(rawValue:)) }
    guard table == nil || format == .csv else {
      throw CommandFault.wrong("--table: only csv has tables; add --format csv")
    }
    guard !excel || format == .csv else {
      throw CommandFault.wrong("--excel: only csv has tables; add --format csv")
    }
    let cut = try readCut()
    let session = try SessionArgument(path: file).open()
    let target = output ?? format.target(nextTo: file, table)
    let tables =
      format == .csv && table == nil
      ? ExportTable.allCases.map { "\(target)/\($0.rawValue).csv" } : []
    if let path = InputFiles([file]).first(among: [target] + tables) {
      throw CommandFault.wrong("\(path) is the session itself; name another place with --output")
    }
    Interruption.listen()
    let export = Export(
      format, cut: cut, table: table, tableStyle: excel ? .excel : .standard,
      exporter: "augtop \(augtopVersion)")
    do {
      let outcome = try export.write(session, to: target, replacing: force) {
        !Interruption.isAsked
      }
      tell(session, outcome, target)
    } catch {
      // As `head` does when it has enough.
      guard error != .unwanted else { return }
      throw Faults.fault(error)
    }
  }

  private func readCut() throws -> Selection {
    let span = try TimeSpan(from: from, to: to)
    var cut = Selection(from: span.from, to: span.to)
    if let only {
      cut.parts = Set(
        try only.split(separator: ",", omittingEmptySubsequences: false).map {
          try choice("only", String($0), Selection.Part.init(rawValue:))
        })
    }
    return cut
  }

  private func tell(_ session: RecordedSession, _ outcome: Export.Outcome, _ target: String) {
    printTrouble(file, outcome.trouble, session.scenarioFault?.message)
    let unrecorded = outcome.totals.stepsLeftOut
    if unrecorded > 0 {
      printError(
        "augtop: \(file): \(unrecorded) more steps are known as sums alone: of very brief batches only"
          + " the measured ones are recorded one by one")
    }
    guard target != "-" else { return }
    let totals = outcome.totals
    print(
      "\(target.printable): \(totals.batches) batches, \(totals.steps) steps,"
        + " \(NumberText.bytes(outcome.bytes))")
  }
}

extension ExportFormat {
  fileprivate static var allNames: String {
    allCases.map(\.rawValue).joined(separator: ", ")
  }
}

extension Faults {
  /// The sentence and the status of an export that came to nothing.
  static func fault(_ fault: ExportFault) -> CommandFault {
    switch fault {
    case .exists(let path):
      .wrong("\(path): there is something already; add --force to replace it, or name another one")
    case .notWritable(let path, SystemError(code: EBUSY)):
      .wrong("\(path) is being written by another augtop at this moment; name another place")
    case .notWritable(let path, let error):
      .wrong("\(path): can't be written: \(error); name another place with --output")
    case .failed("-", let error, _): .failed("can't write to standard output: \(error)")
    case .failed(let path, let error, let part?):
      .failed("\(path): \(error); the export is whole in \(part)")
    case .failed(let path, let error, nil):
      .failed("\(path): \(error); nothing of the export was left")
    case .unwanted: .failed("nobody reads standard output")
    case .interrupted: .interrupted
    case .nothingSelected(let last):
      .wrong(
        "nothing lies there: the session's last record is at \(NumberText.seconds(last.seconds));"
          + " change --from, --to or --only")
    case .severalTables:
      .wrong("--output -: csv makes a folder of tables; add --table, as --table batches")
    }
  }
}
