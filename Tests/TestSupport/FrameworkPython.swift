import Foundation

/// The Python that has frameworks: `AUGTOP_TORCH_PYTHON`, or the tests' own environment.
package enum FrameworkPython {
  /// The folder of the package's source.
  package static let package = #filePath.components(separatedBy: "/Tests/TestSupport")[0]

  /// One with PyTorch; nil where neither has it.
  package static let torch: String? = python(with: "torch, numpy")
  /// The same with albumentations, too.
  package static let albumentations: String? = python(with: "torch, albumentations")
  /// The same with Keras 3 on PyTorch.
  package static let keras: String? = python(with: "torch, keras")
  /// The same with TensorFlow.
  package static let tensorflow: String? = python(with: "tensorflow")

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

  /// Runs a Python to its end, its standard error left out.
  package static func start(
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
