import Foundation

/// A Python that has Perfetto's published classes: the reader that isn't ours.
enum PerfettoPython {
  struct Trouble: Error, CustomStringConvertible {
    var description: String
  }

  /// The interpreter that `AUGTOP_PYTHON` names, or else the first that has the classes.
  static let path: String? =
    asked
    ?? ["\(packageFolder)/.build-python/bin/python3", "python3"].first { (try? probe($0)) != nil }

  /// Asked for by name: then it has to work.
  static var asked: String? { ProcessInfo.processInfo.environment["AUGTOP_PYTHON"] }

  /// The output of `check_trace.py` for a file.
  static func recorded(of file: String) throws -> ReadBack {
    guard let path else { throw Trouble(description: "no Python with perfetto") }
    let script = "\(packageFolder)/Tests/TracingTests/Support/check_trace.py"
    return try JSONDecoder().decode(ReadBack.self, from: run([path, script, file]))
  }

  struct ReadBack: Decodable {
    var packets: Int
    var sums: [String: [String: Int64]]
    var counts: [String: [String: Int]]
    var numbers: [String: Int64]
    var counters: [String: [Double]]
    var instants: [Instant]
    var tracks: [String]
  }

  struct Instant: Decodable {
    var at: Int64
    var name: String
    var arguments: [String: Argument]
  }

  enum Argument: Decodable, Equatable {
    case text(String)
    case number(Int64)

    init(from decoder: any Decoder) throws {
      let one = try decoder.singleValueContainer()
      self =
        try (try? one.decode(Int64.self)).map(Argument.number) ?? .text(one.decode(String.self))
    }
  }

  private static let packageFolder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path(percentEncoded: false)

  private static func probe(_ python: String) throws {
    _ = try run([python, "-c", "import perfetto.protos.perfetto.trace.perfetto_trace_pb2"])
  }

  /// Runs a command and returns its standard output; the fault holds its standard error.
  private static func run(_ command: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    let output = Pipe()
    let complaints = FileManager.default.temporaryDirectory.appending(
      path: "augtop-python-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: complaints) }
    _ = FileManager.default.createFile(
      atPath: complaints.path(percentEncoded: false), contents: nil)
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: complaints)
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let text = (try? String(contentsOf: complaints, encoding: .utf8)) ?? ""
      throw Trouble(description: "\(command[0]) ended with \(process.terminationStatus): \(text)")
    }
    return data
  }
}
