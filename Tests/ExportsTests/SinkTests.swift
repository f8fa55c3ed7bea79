import Exports
import Foundation
import Host
import Pipeline
import Recordings
import TestSupport
import Testing
import Tracing

/// The file at an export's target is kept until the export is complete.
@Suite struct SinkTests {
  private let folder: TemporaryFolder
  private let session: RecordedSession

  init() throws {
    folder = try TemporaryFolder()
    session = try MadeUpSession(batches: 4, seed: 1).recorded(in: folder)
  }

  private func write(
    _ format: ExportFormat, _ path: String, replacing: Bool = false,
    keepsGoing: @escaping () -> Bool = { true }
  ) throws -> Export.Outcome {
    try Export(format, exporter: "test").write(
      session, to: path, replacing: replacing, keepsGoing: keepsGoing)
  }

  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  @Test func whatIsThereIsReplacedOnlyWhenAsked() throws {
    let path = folder.file("out.json")
    try Data("mine".utf8).write(to: URL(filePath: path))
    #expect(throws: ExportFault.exists(path: path)) { try write(.chrome, path) }
    #expect(folder.bytes("out.json") == Array("mine".utf8))
    let outcome = try write(.chrome, path, replacing: true)
    #expect(folder.bytes("out.json").count == outcome.bytes && outcome.bytes > 1_000)
    #expect(names == ["out.json", "session.pftrace"])
  }

  @Test func aLinkThatLeadsNowhereIsSomething() throws {
    let path = folder.file("link")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/nowhere/at/all")
    #expect(throws: ExportFault.exists(path: path)) { try write(.markdown, path) }
  }

  @Test func placesThatCannotBeWrittenAreNamed() throws {
    let nowhere = folder.file("no/such/folder.html")
    #expect(throws: ExportFault.notWritable(path: nowhere, SystemError(code: ENOENT))) {
      try write(.html, nowhere)
    }
    let file = folder.file("session.pftrace") + "/inside.html"
    #expect(throws: ExportFault.notWritable(path: file, SystemError(code: ENOTDIR))) {
      try write(.html, file)
    }
    #expect(throws: ExportFault.notWritable(path: folder.path, SystemError(code: EISDIR))) {
      try write(.html, folder.path, replacing: true)
    }
    #expect(names == ["session.pftrace"])
  }

  @Test func stoppingLeavesNothing() throws {
    // Enough records to be asked once.
    let long = try MadeUpSession(batches: 2_000, seed: 2).recorded(in: folder)
    for format in ExportFormat.allCases {
      #expect(throws: ExportFault.interrupted) {
        try Export(format, exporter: "test").write(
          long, to: folder.file("out"), replacing: false, keepsGoing: { false })
      }
    }
    #expect(names == ["session.pftrace"])
  }

  @Test func tablesAreAFolder() throws {
    let path = folder.file("tables.csv")
    _ = try write(.csv, path)
    let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(files == ExportTable.allCases.map { "\($0.rawValue).csv" }.sorted())
    #expect(throws: ExportFault.exists(path: path)) { try write(.csv, path) }
    _ = try write(.csv, path, replacing: true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == files.count)
    #expect(throws: ExportFault.severalTables) { try write(.csv, "-") }
    let one = try Export(.csv, table: .steps, exporter: "test").bytes(session)
    #expect(folder.bytes("tables.csv/steps.csv") == one)
  }
}
