import CLinux
import Experiments
import Glibc
import Pipeline
import Playback
import Quantities
import Tracing

extension BenchCommand {
  /// Writes a synthetic session and prints how fast a replay opens it, builds its index and seeks.
  ///
  /// - Throws: A `CommandFault` where a file can't be written.
  func benchReplay() throws {
    let path = "\(temporaryFolder)/augtop-bench-\(getpid()).pftrace"
    defer {
      unlink(path)
      unlink(path + ".index")
    }
    do {
      var report = ReplayBenchReport()
      (report.events, report.fileBytes) = try ExportBench.write(events, to: path) {
        !Interruption.isAsked
      }
      try report.measure(path, scratch: temporaryFolder, seeks: Self.seeks)
      if json { try printJSON(report.json) } else { print(report.text) }
    } catch let fault as SessionFileFault {
      throw CommandFault.failed("\(path): \(fault.message)")
    }
  }

  private static let seeks = 200
}

/// The times of a replay.
struct ReplayBenchReport {
  /// Events in the recording.
  var events = 0
  /// Bytes of the recording.
  var fileBytes = 0
  /// Seconds to the first frame's reading without an index.
  var openS = 0.0
  /// Seconds to the first frame's reading with an index.
  var reopenS = 0.0
  /// Reading the whole file for its index.
  var indexS = 0.0
  /// Bytes of the index.
  var indexBytes = 0
  /// The median of the seeks, in seconds.
  var seekS = 0.0
  /// The longest seek, in seconds.
  var worstSeekS = 0.0
  /// The most memory in use.
  var mostResidentBytes = 0

  /// Opens the recording twice, without and with an index, and times seeks in it.
  ///
  /// - Throws: A `SessionFileFault` where the recording can't be read.
  mutating func measure(
    _ path: String, scratch: String, seeks: Int
  ) throws(SessionFileFault) {
    let begin = cl_monotonic_ns()
    let first = try ReplayedSession(path: path, scratch: scratch)
    openS = seconds(since: begin)
    first.waitForMap()
    indexS = seconds(since: begin)
    first.end()
    let again = cl_monotonic_ns()
    let session = try ReplayedSession(path: path, scratch: scratch)
    reopenS = seconds(since: again)
    var times: [Double] = []
    for number in 1...seeks where !Interruption.isAsked {
      times.append(seek(session, number))
    }
    session.end()
    seekS = median(times) ?? 0
    worstSeekS = times.max() ?? 0
    var status = stat()
    if stat(path + ".index", &status) == 0 { indexBytes = Int(status.st_size) }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    mostResidentBytes = Int(usage.ru_maxrss) * 1_024
  }

  /// To places all over the session, far apart.
  private func seek(_ session: ReplayedSession, _ number: Int) -> Double {
    guard let replay = session.reading.replay else { return 0 }
    let share = (Double(number) * 0.618_033_988_7).truncatingRemainder(dividingBy: 1)
    let begin = cl_monotonic_ns()
    session.apply(.replay(.seek(by: replay.end * share - replay.position)))
    while session.isSeeking { session.advance(by: .zero) }
    return seconds(since: begin)
  }

  private func seconds(since begin: Int64) -> Double {
    Double(cl_monotonic_ns() - begin) * 1e-9
  }

  /// Schema `augtop-bench/1`, with `--replay`; keys may be added, never renamed.
  var json: JSONObject {
    [
      "schema": "augtop-bench/1", "events": events, "file_bytes": fileBytes, "open_s": openS,
      "reopen_s": reopenS, "index_s": indexS, "index_bytes": indexBytes, "seek_s": seekS,
      "worst_seek_s": worstSeekS, "most_resident_bytes": mostResidentBytes,
    ]
  }

  /// The figures for people.
  var text: String {
    "\(NumberText.bytes(fileBytes)), \(events) events: opened in \(NumberText.fixed(openS, 3)) s,"
      + " index made in \(NumberText.fixed(indexS, 1)) s (\(NumberText.bytes(indexBytes)));"
      + " with it opened in \(NumberText.fixed(reopenS, 3)) s, a seek takes"
      + " \(NumberText.fixed(seekS * 1e3, 0)) ms (worst \(NumberText.fixed(worstSeekS * 1e3, 0)));"
      + " memory at most \(NumberText.bytes(mostResidentBytes))"
  }
}
