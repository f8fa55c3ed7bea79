import Experiments
import Exports
import Glibc
import Pipeline
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
    if json { try printJSON(result.json) } else { print(result.text) }
  }
}

extension ExportBench.Result {
  /// Schema `augtop-bench/1`, with `--export`; keys may be added, never renamed.
  fileprivate var json: JSONObject {
    [
      "schema": "augtop-bench/1", "format": format.rawValue, "events": events,
      "bytes_per_event": bytesPerEvent, "written_events_per_s": eventsPerSecond,
      "index_s": indexSeconds, "export_s": exportSeconds, "export_bytes": exportBytes,
      "most_resident_bytes": residentBytes,
    ]
  }

  /// The figures for people.
  fileprivate var text: String {
    "\(events) events written at \(NumberText.rate(eventsPerSecond))/s,"
      + " \(NumberText.fixed(bytesPerEvent, 1)) bytes each;"
      + " indexed in \(NumberText.fixed(indexSeconds, 2)) s; exported as \(format.rawValue)"
      + " (\(NumberText.bytes(exportBytes))) in \(NumberText.fixed(exportSeconds, 1)) s;"
      + " memory at most \(NumberText.bytes(residentBytes))"
  }
}
