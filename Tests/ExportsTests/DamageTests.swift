import Exports
import Pipeline
import Recordings
import TestSupport
import Testing

/// Damaged recordings: every export can be read and gives the same sums for the good part; none traps.
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
      var sums: [ExportFormat: ReadBack] = [:]
      for format in ExportFormat.allCases {
        guard let output = try? export(format, mutated) else { continue }
        #expect(throws: Never.self, "seed \(seed), round \(round), \(format)") {
          switch format {
          case .chrome: sums[format] = try ReadBack.chrome(output)
          case .speedscope: _ = try ReadBack.speedscope(output)
          case .otlp: sums[format] = try ReadBack.otlp(output)
          case .collapsed: _ = try ReadBack.collapsed(output)
          case .csv: _ = try ReadBack.table(ReadBack.text(output))
          case .openmetrics, .prometheus: sums[format] = try ReadBack.openMetrics(output)
          case .html: sums[format] = try ReadBack.html(output)
          case .markdown: sums[format] = try ReadBack.markdown(output)
          }
        }
      }
      // The formats agree on the rest of the session.
      for (format, sum) in sums {
        #expect(sum.batches == sums[.html]?.batches, "seed \(seed), round \(round), \(format)")
        #expect(sum.steps == sums[.html]?.steps, "seed \(seed), round \(round), \(format)")
      }
    }
  }

  @Test func aSessionCutAnywhereIsExported() throws {
    _ = try MadeUpSession(workers: 1, batches: 2, seed: 1).write(in: folder)
    let bytes = folder.bytes("session.pftrace")
    var last = 0
    var opened = 0
    let cuts = Fuzzing.cuts(of: bytes.count)
    for cut in cuts {
      guard let session = try? RecordedSession(bytes: Array(bytes[..<cut]), path: "test") else {
        continue
      }
      opened += 1
      let rows = try Export(.csv, table: .stages, exporter: "test").bytes(session).count
      #expect(rows >= last, "at \(cut)")
      last = rows
    }
    #expect(opened > cuts.count / 2)
  }
}
