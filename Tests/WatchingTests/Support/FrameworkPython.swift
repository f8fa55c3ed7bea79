import Foundation
import Testing
import Watching

/// The Python that has frameworks, and jobs that run in it.
enum FrameworkPython {
  private static let package = #filePath.components(separatedBy: "/Tests/WatchingTests")[0]

  /// `AUGTOP_TORCH_PYTHON`, or the tests' own environment; nil where neither has PyTorch.
  static let torch: String? = python(with: "torch, numpy")
  /// The same with albumentations, too.
  static let albumentations: String? = python(with: "torch, albumentations")
  /// The same with Keras 3 on PyTorch.
  static let keras: String? = python(with: "torch, keras")

  /// Runs a job of `Support`, and answers what it printed.
  static func run(
    _ job: String, _ arguments: [String] = [], variables: [String: String] = [:]
  ) throws -> String {
    let path = "\(package)/Tests/WatchingTests/Support/\(job)"
    let (status, output) = try start(torch ?? "", [path] + arguments, variables: variables)
    #expect(status == 0)
    return output
  }

  /// Runs a job with the probe.
  ///
  /// - Returns: The lines of all its processes, and their records.
  static func watch(
    _ job: String, _ arguments: [String] = []
  ) throws -> (lines: [RingLine], records: [RingRecord]) {
    let folder = try WatchFolder()
    defer { folder.remove() }
    _ = try run(job, arguments, variables: JobProcess.variables(for: folder))
    let readers = folder.rings.compactMap { RingReader(path: folder.path + "/" + $0) }
    return (readers.flatMap { $0.lines() }, readers.flatMap { $0.records() })
  }

  private static func python(with modules: String) -> String? {
    [
      ProcessInfo.processInfo.environment["AUGTOP_TORCH_PYTHON"],
      "\(package)/.build-python/bin/python3",
    ].compactMap { $0 }.first { path in
      // Keras looks for TensorFlow first.
      (try? start(path, ["-c", "import \(modules)"], variables: ["KERAS_BACKEND": "torch"]))?
        .status == 0
    }
  }

  private static func start(
    _ python: String, _ arguments: [String], variables: [String: String] = [:]
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
