import Augmentation
import CLinux
import Exports
import Glibc
package import Pipeline
import Quantities
import Recordings
package import Tracing

/// How fast a long session is written, and turned into another format, in how much memory.
///
/// The session is made up: four workers, the generator's stages, a taking and a step for each, a
/// reading ten times a second.
package struct ExportBench {
  /// Sizes and times of one run.
  package struct Result: Sendable {
    /// The format that was exported to.
    package var format: ExportFormat
    /// Slices' begins and ends, instants and counters' numbers.
    package var events = 0
    /// Bytes of the session file.
    package var fileBytes = 0
    /// Seconds that writing the session file took.
    package var writeSeconds = 0.0
    /// Finding the places from which the file can be read on.
    package var indexSeconds = 0.0
    /// Bytes of the exported file.
    package var exportBytes = 0
    /// Seconds that the export took.
    package var exportSeconds = 0.0
    /// The process's most, from its start to the export's end.
    package var residentBytes = 0

    /// Events written to the session file in a second.
    package var eventsPerSecond: Double { Double(events) / writeSeconds }
    /// Bytes of the session file for each event.
    package var bytesPerEvent: Double { Double(fileBytes) / Double(events) }
  }

  private static let workers = 4
  private static let step = Nanoseconds.microseconds(3_600)

  /// - Parameters:
  ///   - file: Made, and removed again; the export is written next to it.
  ///   - keepsGoing: Called now and then; false ends the run.
  /// - Throws: `SessionFileFault` where the recording can't be written or read, `ExportFault` where
  ///   the export can't.
  package static func run(
    events: Int, format: ExportFormat, file path: String, keepsGoing: @escaping () -> Bool
  ) throws -> Result {
    defer { unlink(path) }
    var result = Result(format: format)
    let start = cl_monotonic_ns()
    (result.events, result.fileBytes) = try write(events, to: path, keepsGoing: keepsGoing)
    result.writeSeconds = Double(cl_monotonic_ns() - start) * 1e-9
    let target = path + format.ending
    defer { unlink(target) }
    let indexing = cl_monotonic_ns()
    _ = SessionIndex(try SessionFileReader(path: path))
    let session = try RecordedSession(path: path)
    let begin = cl_monotonic_ns()
    result.indexSeconds = Double(begin - indexing) * 1e-9
    let outcome = try Export(format, exporter: "augtop bench").write(
      session, to: target, replacing: true, keepsGoing: keepsGoing)
    result.exportSeconds = Double(cl_monotonic_ns() - begin) * 1e-9
    result.exportBytes = outcome.bytes
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    result.residentBytes = Int(usage.ru_maxrss) * 1_024
    return result
  }

  /// Writes the made-up session; its events and bytes.
  ///
  /// - Throws: `SessionFileFault` where the file can't be made or written.
  package static func write(
    _ events: Int, to path: String, keepsGoing: () -> Bool
  ) throws(SessionFileFault) -> (events: Int, bytes: Int) {
    let scenario = Scenario(name: "export-bench")
    let file = try SessionFile(
      creating: path, header: SessionHeader(scenario: scenario, version: "bench"),
      replacing: true)
    let reading = reading(scenario)
    var batch = 0
    while file.moments < events, batch % 1_000 != 0 || keepsGoing() {
      let at = step * batch
      file.append(.made(made(batch, at: at)))
      file.append(
        .taken(BatchTaken(batch: batch, wanted: at, at: at + .microseconds(40), depth: 3, polls: 0))
      )
      file.append(
        .stepped(
          StepDone(
            batch: batch, pictures: 32, wanted: at, taken: at + .microseconds(40),
            hostEnd: at + .microseconds(240), transferEnd: at + .microseconds(260), end: at + step,
            lockWait: .zero, cpu: .microseconds(210))))
      if batch % 28 == 0 {
        var now = reading
        now.at = at + step
        file.append(counters: now)
      }
      batch += 1
    }
    try file.close()
    return (file.moments, file.bytes)
  }

  private static func made(_ batch: Int, at: Nanoseconds) -> BatchMade {
    var made = BatchMade(
      batch: batch, worker: batch % workers, pictures: 32, generation: 0, start: at)
    var end = at
    for stage in Stage.allCases {
      // Some nanoseconds more and fewer, so that lengths differ.
      end += .microseconds(Int64(40 + stage.index * 30)) + Nanoseconds(Int64(batch % 97))
      made.stages.append(StageTime(end: end))
    }
    made.finished = end + .microseconds(1)
    made.put = end + .microseconds(3)
    made.depth = batch % 10 + 1
    made.cpu = .microseconds(3_100)
    guard batch % 16 == 0 else { return made }
    made.hasStageCPU = true
    for index in made.stages.indices { made.stages[index].cpu = .microseconds(200) }
    return made
  }

  private static func reading(_ scenario: Scenario) -> Reading {
    var reading = Reading(
      scenario: scenario, dataset: DatasetFacts(count: 50_000, shape: .cifar),
      stages: scenario.generatorStages, epoch: EpochReading(samples: 50_000),
      queue: QueueReading(limit: 10))
    reading.consumer.busy = 0.84
    reading.consumer.imagesPerSecond = 8_888.8
    return reading
  }
}
