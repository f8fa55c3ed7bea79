import Augmentation
import Exports
import Pipeline
import Recordings
import TestSupport
import Testing
import Tracing

/// Whatever the bytes are, every format gets its good part and none traps.
@Suite struct DamageTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func export(_ format: ExportFormat, _ bytes: [UInt8]) throws -> [UInt8] {
    let session = try RecordedSession(bytes: bytes, path: "test")
    return try Export(format, table: format == .csv ? .batches : nil, exporter: "test").bytes(
      session)
  }

  @Test(arguments: 1...6)
  func mutatedSessionsGiveReadableExports(seed: UInt64) throws {
    _ = try MadeUpSession(batches: 6, seed: seed).write(in: folder)
    let bytes = folder.bytes("session.pftrace")
    var random = SeededNumbers(seed: seed)
    for round in 0..<12 {
      let mutated = Mutation.of(bytes, with: &random)
      for format in ExportFormat.allCases {
        guard let output = try? export(format, mutated) else { continue }
        switch format {
        case .chrome, .speedscope, .otlp:
          #expect(throws: Never.self, "seed \(seed), round \(round), \(format)") {
            try Told.json(output)
          }
        case .collapsed, .csv, .openmetrics, .html, .markdown: break
        }
      }
    }
  }

  @Test func aSessionCutAnywhereIsExported() throws {
    _ = try MadeUpSession(workers: 1, batches: 2, seed: 1).write(in: folder)
    let bytes = folder.bytes("session.pftrace")
    var last = 0
    var opened = 0
    for cut in 0..<bytes.count {
      guard let session = try? RecordedSession(bytes: Array(bytes[..<cut]), path: "test") else {
        continue
      }
      opened += 1
      let rows = try Export(.csv, table: .stages, exporter: "test").bytes(session).count
      #expect(rows >= last, "at \(cut)")
      last = rows
    }
    #expect(opened > bytes.count / 2)
  }

  /// A scenario of words that this version doesn't know, and of files that are gone.
  @Test func scenariosThatCannotBeReadAreReadInPart() throws {
    var made = MadeUpSession(batches: 2, seed: 1)
    made.scenario.batchSize = 17
    let path = try made.write(in: folder)
    #expect(try RecordedSession(path: path).scenario == made.scenario)
    // The switches are in the list of stages, which any version reads.
    let header = SessionHeader(
      scenario: made.scenario.applying(.stage(.zoom, on: false)),
      attributes: [
        ("name", "\"later\""), ("warp-drive", "9"), ("batch-size", "17"), ("workers", "\"many\""),
        ("gpu.compute", "\"file:/nowhere/steps.txt\""), ("stages.off", "[\"zoom\"]"),
      ].map { SessionHeader.Attribute("scenario.\($0)", $1) }, version: "later")
    let later = folder.file("later.pftrace")
    try SessionFile(creating: later, header: header).close()
    let session = try RecordedSession(path: later)
    #expect(session.scenarioFault != nil)
    #expect(session.scenario.name == "later" && session.scenario.batchSize == 17)
    #expect(!session.scenario.stages.contains(.zoom))
    #expect(session.scenario.consumer.compute.mean == made.scenario.consumer.compute.mean)
  }
}
