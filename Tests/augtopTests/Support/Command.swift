import Foundation
import TerminalHarness

/// The result of a command that ran without a terminal.
struct Command {
  var status: Int32
  var output: String
  var complaints: String

  /// The program.
  static var path: String { ExecutableFolder.path(of: "augtop") }

  /// Runs `augtop` in a folder of its own, or in `folder`, until it ends.
  ///
  /// - Parameter environment: Replaces the test's own variables of these names.
  init(
    _ arguments: [String], in folder: ScratchFolder? = nil, environment: [String: String] = [:]
  ) throws {
    let process = try Command.start(arguments, in: folder, environment: environment)
    process.process.waitUntilExit()
    self.init(process)
  }

  init(_ arguments: String..., in folder: ScratchFolder? = nil) throws {
    try self.init(arguments, in: folder)
  }

  init(_ running: Running) {
    status = running.process.terminationStatus
    output = Command.text(running.folder.path("stdout"))
    complaints = running.complaints
  }

  /// A command that runs; its output goes to files, so that nobody has to drain pipes.
  struct Running {
    var process: Process
    var folder: ScratchFolder

    /// Standard error so far.
    var complaints: String { Command.text(folder.path("stderr")) }
  }

  static func start(
    _ arguments: [String], in folder: ScratchFolder? = nil, environment own: [String: String] = [:]
  ) throws -> Running {
    let scratch = try ScratchFolder()
    let process = Process()
    process.executableURL = URL(filePath: ExecutableFolder.path(of: "augtop"))
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder?.path ?? scratch.path)
    var environment = ProcessInfo.processInfo.environment
    environment["HOME"] = scratch.path
    environment["XDG_CONFIG_HOME"] = nil
    environment["SWIFT_BACKTRACE"] = "enable=no"
    // Tests expect the characters of UTF-8.
    environment["LC_ALL"] = "C.UTF-8"
    environment.merge(own) { _, new in new }
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: empty(scratch.path("stdout")))
    process.standardError = try FileHandle(forWritingTo: empty(scratch.path("stderr")))
    try process.run()
    return Running(process: process, folder: scratch)
  }

  private static func empty(_ path: String) throws -> URL {
    try Data().write(to: URL(filePath: path))
    return URL(filePath: path)
  }

  fileprivate static func text(_ path: String) -> String {
    String(decoding: (try? Data(contentsOf: URL(filePath: path))) ?? Data(), as: UTF8.self)
  }
}
