import Exports
import Pipeline
import Recordings
import TestSupport
import Testing
import Tracing

/// Every format adds up to the same, and to what happened.
@Suite struct TotalsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bytes(
    _ format: ExportFormat, _ session: RecordedSession, _ table: ExportTable? = nil,
    cut: Selection = .everything
  ) throws -> [UInt8] {
    try Export(format, cut: cut, table: table, exporter: "test").bytes(session)
  }

  private func recorded(
    _ format: ExportFormat, _ session: RecordedSession, cut: Selection = .everything
  ) throws -> ReadBack {
    func table(_ table: ExportTable) throws -> String {
      ReadBack.text(try bytes(.csv, session, table, cut: cut))
    }
    switch format {
    case .chrome: return try .chrome(bytes(format, session, cut: cut))
    case .speedscope: return try .speedscope(bytes(format, session, cut: cut))
    case .collapsed: return try .collapsed(bytes(format, session, cut: cut))
    case .csv:
      return try .tables(
        batches: table(.batches), stages: table(.stages), steps: table(.steps),
        phases: table(.phases), waits: table(.waits))
    case .openmetrics, .prometheus: return try .openMetrics(bytes(format, session, cut: cut))
    case .otlp: return try .otlp(bytes(format, session, cut: cut))
    case .html: return try .html(bytes(format, session, cut: cut))
    case .markdown: return try .markdown(bytes(format, session, cut: cut))
    }
  }

  /// The sums without augtop's own work, which the tables don't hold.
  private func emulated(_ times: [String: Int64]) -> [String: Int64] {
    times.filter { $0.key != "draw a frame" && $0.key != "drain, count, record" }
  }

  @Test(arguments: ExportFormat.allCases)
  func addsUpToWhatHappened(format: ExportFormat) throws {
    for seed in [UInt64(1), 2, 3] {
      let made = MadeUpSession(workers: Int(seed), seed: seed)
      let recorded = try recorded(format, made.recorded(in: folder))
      #expect(emulated(recorded.times) == made.times, "seed \(seed)")
      if format != .csv { #expect(recorded.times["draw a frame"] == 7_000) }
      // Stacks have no numbers but their times.
      guard format != .collapsed else { continue }
      #expect(recorded.batches == made.batches && recorded.steps == made.steps, "seed \(seed)")
      guard format != .speedscope, format != .otlp else { continue }
      #expect(recorded.pictures == made.pictures, "seed \(seed)")
    }
  }

  @Test(arguments: ExportFormat.allCases)
  func cutsSideBySideAddUpToTheWhole(format: ExportFormat) throws {
    let made = MadeUpSession(seed: 7)
    let session = try made.recorded(in: folder)
    let middle = made.events[made.events.count / 2].at
    let first = try recorded(format, session, cut: Selection(to: middle))
    let second = try recorded(format, session, cut: Selection(from: middle))
    #expect(!first.times.isEmpty && !second.times.isEmpty)
    var sum = first.times.merging(second.times, uniquingKeysWith: +)
    // A wait for room and its batch end together, and are cut together.
    sum = emulated(sum)
    #expect(sum == made.times)
  }

  @Test(arguments: ExportFormat.allCases)
  func onlyWhatIsAskedForIsThere(format: ExportFormat) throws {
    let made = MadeUpSession(seed: 8)
    let session = try made.recorded(in: folder)
    let workers = try recorded(format, session, cut: Selection(parts: [.workers]))
    let consumer = try recorded(format, session, cut: Selection(parts: [.consumer]))
    #expect(workers.steps == 0 && consumer.batches == 0)
    #expect(workers.times["compute"] == nil && workers.times["warp"] == made.times["warp"])
    #expect(consumer.times["warp"] == nil && consumer.times["compute"] == made.times["compute"])
    let queue = try recorded(format, session, cut: Selection(parts: [.queue, .session, .counters]))
    #expect(queue.times.isEmpty)
  }
}
