import Exports
import Foundation
import Pipeline
import TestSupport
import Testing

/// Prometheus's own programs take the metrics. Each test is skipped where its program isn't installed;
/// `.ci/install --tests` installs them.
@Suite(.serialized) struct PrometheusTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let session = try MadeUpSession(seed: 5).recorded(in: folder)
    for format in [ExportFormat.openmetrics, .prometheus] {
      _ = try Export(format, exporter: "test").write(
        session, to: folder.file("\(format.rawValue).prom"), replacing: false)
    }
  }

  private static func path(of program: String) -> String? {
    ["/usr/bin/", "/usr/local/bin/"].map { $0 + program }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  private static let nodeExporter = path(of: "prometheus-node-exporter")
  private static let pushgateway = path(of: "prometheus-pushgateway")
  private static let promtool = path(of: "promtool")

  @Test(.enabled(if: nodeExporter != nil), arguments: ["openmetrics", "prometheus"])
  func nodeExporterCollectsTheFile(format: String) async throws {
    let texts = folder.file("texts-\(format)")
    try FileManager.default.createDirectory(atPath: texts, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: folder.file("\(format).prom"), toPath: "\(texts)/a.prom")
    let server = try Server(
      try #require(Self.nodeExporter),
      [
        "--collector.disable-defaults", "--collector.textfile",
        "--collector.textfile.directory=\(texts)",
      ]
    )
    let metrics = try await server.get("/metrics")
    #expect(metrics.contains("node_textfile_scrape_error 0"), "\(metrics)")
    #expect(metrics.contains("augtop_session_info{") && metrics.contains("augtop_steps_total 40"))
    #expect(metrics.contains("# TYPE augtop_step_seconds histogram"))
    if format == "prometheus" { #expect(metrics.contains("# TYPE augtop_steps_total counter")) }
  }

  @Test(.enabled(if: pushgateway != nil), arguments: ["openmetrics", "prometheus"])
  func pushgatewayTakesThem(format: String) async throws {
    // Debian's keeps what it was given in a file of the machine's.
    let server = try Server(
      try #require(Self.pushgateway), ["--persistence.file=\(folder.file("pushed-\(format)"))"])
    let body = try Data(contentsOf: URL(filePath: folder.file("\(format).prom")))
    let answer = try await server.put("/metrics/job/augtop", body)
    #expect(answer == 200 || answer == 202, "\(answer)")
    let metrics = try await server.get("/metrics")
    #expect(metrics.contains("augtop_steps_total{instance=\"\",job=\"augtop\"} 40"), "\(metrics)")
  }

  /// Its rules of style, too, which OpenMetrics' counters can't keep.
  @Test(.enabled(if: promtool != nil))
  func promtoolFindsNothing() throws {
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.promtool))
    process.arguments = ["check", "metrics"]
    process.standardInput = try FileHandle(
      forReadingFrom: URL(filePath: folder.file("prometheus.prom")))
    let complaints = Pipe()
    process.standardError = complaints
    try process.run()
    let text = try complaints.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(String(decoding: text, as: UTF8.self))")
  }
}

/// A program that serves HTTP on a port of its own on the loopback, ended with this object.
private final class Server {
  private let process = Process()
  private let port: Int

  init(_ program: String, _ arguments: [String]) throws {
    port = Int.random(in: 20_000...60_000)
    process.executableURL = URL(filePath: program)
    process.arguments = arguments + ["--web.listen-address=127.0.0.1:\(port)"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
  }

  func get(_ path: String) async throws -> String {
    String(decoding: try await ask(path, nil).body, as: UTF8.self)
  }

  func put(_ path: String, _ body: Data) async throws -> Int { try await ask(path, body).status }

  /// Asks with curl until the server listens.
  private func ask(_ path: String, _ body: Data?) async throws -> (status: Int, body: Data) {
    let curl = Process()
    curl.executableURL = URL(filePath: "/usr/bin/env")
    curl.arguments =
      ["curl", "--silent", "--retry", "60", "--retry-delay", "1", "--retry-connrefused"]
      + ["--write-out", "\n%{http_code}", "http://127.0.0.1:\(port)\(path)"]
      + (body == nil ? [] : ["--request", "PUT", "--data-binary", "@-"])
    let (input, output) = (Pipe(), Pipe())
    curl.standardInput = input
    curl.standardOutput = output
    try curl.run()
    if let body { try input.fileHandleForWriting.write(contentsOf: body) }
    try input.fileHandleForWriting.close()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    curl.waitUntilExit()
    let end = try #require(answer.lastIndex(of: UInt8(ascii: "\n")))
    let status = try #require(Int(String(decoding: answer[(end + 1)...], as: UTF8.self)))
    return (status, answer[..<end])
  }
}
