import Foundation

/// A folder of one test's own, gone with it.
final class ScratchFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/augtop-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  func path(_ name: String) -> String { path + "/" + name }

  /// Writes a file and answers with its path.
  @discardableResult
  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    try Data(bytes).write(to: URL(filePath: path(name)))
    return path(name)
  }

  @discardableResult
  func write(_ name: String, text: String) throws -> String { try write(name, text.utf8) }

  /// Writes a shell script that can be run at once.
  ///
  /// A process of its own writes it: a descriptor that is open for writing here would be inherited by
  /// whatever another test starts meanwhile, and the script then refused as busy.
  func write(_ name: String, script: String) throws {
    let source = try write("\(name).new", text: "#!/bin/sh\n\(script)\n")
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = [
      "-c", "cat \"$1\" > \"$2\" && chmod 755 \"$2\" && rm \"$1\"", "sh", source, path(name),
    ]
    try shell.run()
    shell.waitUntilExit()
    guard shell.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
  }
}
