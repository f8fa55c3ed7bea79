import TestSupport
import Testing
import Watching

/// Jobs that run in the Python that has frameworks.
extension FrameworkPython {
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
    _ job: String, _ arguments: [String] = [], variables: [String: String] = [:]
  ) throws -> (lines: [RingLine], records: [RingRecord]) {
    let folder = try WatchFolder()
    defer { folder.remove() }
    _ = try run(
      job, arguments, variables: variables.merging(JobProcess.variables(for: folder)) { $1 })
    let readers = folder.rings.compactMap { RingReader(path: folder.path + "/" + $0) }
    return (readers.flatMap { $0.lines() }, readers.flatMap { $0.records() })
  }
}
