import Exports
import Foundation
import Pipeline
import TestSupport
import Testing

/// Readers that a format's own authors published find the same; skipped where there is no Python, and
/// format by format where a reader isn't installed.
@Suite struct PublishedReadersTests {
  private static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)

  private static var python: String {
    let own = "\(package)/.build-python/bin/python3"
    return ProcessInfo.processInfo.environment["AUGTOP_PYTHON"]
      ?? (FileManager.default.isExecutableFile(atPath: own) ? own : "python3")
  }

  private struct Found: Decodable {
    struct Times: Decodable { var times: [String: Int64] }

    var openmetrics: Times?
    var otlp: Times?
  }

  @Test(.enabled(if: (try? run(["-c", "0"])) != nil, "there is no Python"))
  func theyAddUpToTheSame() throws {
    let folder = try TemporaryFolder()
    let made = MadeUpSession(seed: 21)
    let session = try made.recorded(in: folder)
    for format in [ExportFormat.openmetrics, .otlp] {
      _ = try Export(format, exporter: "test").write(
        session, to: folder.file(format.rawValue), replacing: false)
    }
    let output = try Self.run([
      "\(Self.package)/Tests/ExportsTests/Support/check_exports.py", folder.path,
    ])
    let found = try JSONDecoder().decode(Found.self, from: output)
    var expected = made.times
    expected["draw a frame"] = 7_000
    if let times = found.openmetrics?.times { #expect(times == expected) }
    if let times = found.otlp?.times { #expect(times == expected) }
  }

  private static func run(_ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return data
  }
}
