import Foundation
import TerminalHarness
import Testing

/// `augtop export`, from a recording that `augtop run` made.
@Suite(.serialized) struct ExportTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func record(_ arguments: String...) throws -> [String: Any] {
    let command = try Command(
      ["run", "--json", "--trace", "a.pftrace", "--duration", "1500ms"] + arguments, in: folder)
    #expect(command.status == 0, "\(command.complaints)")
    let value = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
    return try #require(value as? [String: Any])
  }

  private func export(_ arguments: String...) throws -> Command {
    try Command(["export"] + arguments, in: folder)
  }

  @Test func theNumbersAreTheReports() throws {
    let report = try record()
    let steps = try export("a.pftrace", "--format", "csv", "--table", "steps", "--output", "-")
    #expect(steps.status == 0 && steps.complaints.isEmpty, "\(steps.complaints)")
    let rows = steps.output.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    #expect(rows.count == report["batches"] as? Int)
    #expect(rows.reduce(0) { $0 + (Int($1[1]) ?? 0) } == report["images"] as? Int)
    let metrics = try export("a.pftrace", "--format", "openmetrics", "--output", "-")
    func metric(_ name: String) -> Double? {
      metrics.output.split(separator: "\n").first { $0.hasPrefix("\(name) ") }.flatMap {
        Double($0.dropFirst(name.count + 1))
      }
    }
    let gpu = try #require(report["gpu"] as? [String: Double])
    let throughput = try #require(report["throughput"] as? [String: Double])
    // Foundation's reader may miss the last digit.
    for (name, value) in [
      ("augtop_gpu_busy_ratio", gpu["busy_fraction"]),
      ("augtop_pictures_per_second", throughput["images_per_s"]),
      ("augtop_wall_seconds", report["wall_s"] as? Double),
    ] {
      let (exported, reported) = (try #require(metric(name)), try #require(value))
      #expect(abs(exported - reported) <= 1e-12 * abs(reported), "\(name)")
    }
    #expect(metric("augtop_steps_total") == report["batches"] as? Double)
  }

  @Test func everyFormatIsMadeBesideTheSession() throws {
    _ = try record()
    for (format, name) in [
      ("chrome", "a.trace.json"), ("speedscope", "a.speedscope.json"), ("collapsed", "a.folded"),
      ("csv", "a.csv"), ("openmetrics", "a.metrics.txt"), ("otlp", "a.otlp.json"),
      ("html", "a.html"), ("markdown", "a.md"),
    ] {
      let command = try export("a.pftrace", "--format", format)
      #expect(command.status == 0 && command.complaints.isEmpty, "\(command.complaints)")
      #expect(command.output.hasPrefix("\(name): "), "\(command.output)")
      let again = try export("a.pftrace", "--format", format)
      #expect(again.status == 2 && again.complaints.contains("add --force"), "\(again.complaints)")
      #expect(try export("a.pftrace", "--format", format, "--force").status == 0)
    }
    #expect(folder.names.count == 9, "\(folder.names)")
  }

  @Test func tornAndThinnedRecordingsSaySo() throws {
    // Brief batches, on a busy machine too.
    _ = try record("--preset", "native", "--batch-size", "2")
    let native = try export("a.pftrace", "--format", "markdown")
    #expect(native.status == 0 && native.complaints.contains("more steps are known as sums"))
    let bytes = try Data(contentsOf: URL(filePath: folder.path("a.pftrace")))
    try folder.write("torn.pftrace", bytes.dropLast(7))
    let torn = try export("torn.pftrace", "--format", "collapsed")
    #expect(torn.status == 0 && torn.complaints.contains("bytes are torn"), "\(torn.complaints)")
  }

  @Test func whatIsWrongIsNamed() throws {
    try folder.write("empty.pftrace", [])
    try folder.write("other.pftrace", text: String(repeating: "\nlines of text\n", count: 100))
    for (arguments, complaint) in [
      (["nowhere.pftrace", "--format", "html"], "nowhere.pftrace: can't be read: No such file"),
      (["empty.pftrace", "--format", "html"], "empty.pftrace: the file is empty"),
      (["other.pftrace", "--format", "html"], "other.pftrace: not a session file of augtop"),
      ([".", "--format", "html"], "Is a directory"),
      (["a", "--format", "htlm"], "--format htlm: no such format. Did you mean html?"),
      (["a", "--format", "html", "--from", "2"], "--from 2: write a time"),
      (["a", "--format", "html", "--from", "2s", "--to", "1s"], "nothing lies between them"),
      (["a", "--format", "html", "--only", "gpu"], "There are: workers, consumer, queue"),
      (["a", "--format", "html", "--table", "steps"], "only csv has tables"),
    ] {
      let command = try Command(["export"] + arguments, in: folder)
      #expect(command.status == 2, "\(arguments)")
      #expect(command.complaints.contains(complaint), "\(command.complaints)")
      #expect(command.output.isEmpty)
    }
    _ = try record()
    let tables = try export("a.pftrace", "--format", "csv", "--output", "-")
    #expect(tables.status == 2 && tables.complaints.contains("add --table"))
    let nowhere = try export("a.pftrace", "--format", "html", "--output", "no/such/page.html")
    #expect(
      nowhere.status == 2 && nowhere.complaints.contains("no/such/page.html: can't be written"))
  }

  /// A limit on a file's size stands for a disk that is full.
  @Test func aFullDiskFailsAndLeavesNothing() throws {
    _ = try record()
    let before = folder.names
    let program = ExecutableFolder.path(of: "augtop")
    let limited = try shell("ulimit -f 8; exec \(program) export a.pftrace --format chrome")
    #expect(limited.status == 1)
    #expect(
      limited.complaints.contains("a.trace.json: File too large; nothing of the export was left"))
    #expect(folder.names == before)
    let full = try shell("\(program) export a.pftrace --format otlp --output - > /dev/full")
    #expect(
      full.status == 1 && full.complaints.contains("can't write to standard output: No space"))
    let enough = try shell("\(program) export a.pftrace --format otlp --output - | head -c 10")
    #expect(enough.status == 0 && enough.complaints.isEmpty, "\(enough.complaints)")
  }

  private func shell(_ line: String) throws -> (status: Int32, complaints: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = URL(filePath: folder.path)
    process.standardOutput = FileHandle.nullDevice
    let complaints = Pipe()
    process.standardError = complaints
    try process.run()
    let text = try complaints.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}
