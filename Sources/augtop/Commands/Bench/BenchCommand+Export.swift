import Dashboard
import Experiments
import Exports
import Glibc
import Quantities
import Tracing

extension BenchCommand {
  /// Writes a synthetic session, exports it and prints the speed.
  ///
  /// - Throws: A `CommandFault` where a file can't be written.
  func benchExport(as format: ExportFormat) throws {
    guard format != .csv else {
      throw CommandFault.wrong("--export csv: that is a folder of tables; name another format")
    }
    let path = "\(temporaryFolder)/augtop-bench-\(getpid()).pftrace"
    let result: ExportBench.Result
    do {
      result = try ExportBench.run(events: events, format: format, file: path) {
        !Interruption.isAsked
      }
    } catch let fault as SessionFileFault {
      throw CommandFault.failed("\(path): \(fault.message)")
    } catch let fault as ExportFault {
      throw Faults.fault(fault)
    }
    let report = ExportReport(result)
    if json { try printJSON(report) } else { print(report.text) }
  }
}

/// Schema `augtop-bench/1`.
struct ExportReport: Encodable {
  /// The schema's name and version.
  var schema = "augtop-bench/1"
  /// The export's format.
  var format: String
  /// Events in the recording.
  var events: Int
  /// Bytes of the recording for each event.
  var bytesPerEvent: Double
  /// Events written to the recording a second.
  var writtenEventsPerS: Double
  /// Seconds to find the places from which it can be read on.
  var indexS: Double
  /// Seconds to export it.
  var exportS: Double
  /// Bytes of the export.
  var exportBytes: Int
  /// The most memory in use.
  var mostResidentBytes: Int

  /// The report of a result.
  init(_ result: ExportBench.Result) {
    format = result.format.rawValue
    events = result.events
    bytesPerEvent = result.bytesPerEvent
    writtenEventsPerS = result.eventsPerSecond
    indexS = result.indexSeconds
    exportS = result.exportSeconds
    exportBytes = result.exportBytes
    mostResidentBytes = result.residentBytes
  }

  /// The figures for people.
  var text: String {
    "\(events) events written at \(NumberText.rate(writtenEventsPerS))/s,"
      + " \(NumberText.fixed(bytesPerEvent, 1)) bytes each; indexed in \(NumberText.fixed(indexS, 2)) s; exported as \(format)"
      + " (\(NumberText.bytes(exportBytes))) in \(NumberText.fixed(exportS, 1)) s;"
      + " memory at most \(NumberText.bytes(mostResidentBytes))"
  }
}
