import ArgumentParser
import Pipeline
import Tracing

/// Where a session is recorded.
struct RecordingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Record the session, a Perfetto trace.", valueName: "file"))
  var trace: String?
  @Flag(help: "Replace what is at --trace and --bad-list, once the new file is whole.")
  var force = false

  /// Refuses `--force` where no file is written.
  ///
  /// - Throws: A `ValidationError`.
  func check(_ pictures: PictureOptions) throws {
    guard !force || trace != nil || pictures.badList != nil else {
      throw ValidationError("--force: nothing would be replaced; add --trace FILE")
    }
  }

  /// The file that `--trace` asks for, or a fault before anything runs.
  ///
  /// - Throws: A `CommandFault` of status 2 for a file that exists or can't be written.
  func open(with files: SessionFiles, _ scenario: Scenario) throws -> SessionFile? {
    guard let trace else { return nil }
    do {
      return try files.create(trace, scenario, replacing: force)
    } catch {
      let way = if case .exists = error { ", or add --force to replace it" } else { "" }
      throw CommandFault.wrong("--trace \(trace): \(error.message)\(way)")
    }
  }
}
