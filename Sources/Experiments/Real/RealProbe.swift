import Pipeline
import Quantities

/// A real loader in a Python of the user's, driven row by row.
package final class RealProbe {
  /// The packages used, and Python itself.
  package let versions: [PackageVersion]
  private let script: PythonScript
  private let keepsGoing: () -> Bool

  /// The longest that a line may take once a row has begun: workers start, and frameworks warm up.
  private static let lineLimit = Duration.seconds(120)

  /// A row's measurement.
  package struct Block: Sendable {
    /// Batches a second in each window.
    package var rates: [Double] = []
    /// Steps of all windows over their time.
    package var rate: Double { seconds > 0 ? Double(steps) / seconds : 0 }
    /// The making of a batch alone; nil where the script doesn't say it.
    package var alone: Duration?
    /// A batch's way through a pipe; nil where there is none.
    package var pipe: Duration?
    /// How late the loop's thread runs after a sleep; nil where the script doesn't say it.
    package var late: Duration?
    /// The loop's CPU time a step; nil where the script doesn't say it.
    package var loop: Duration?
    /// The CPU time that other programs, and the hypervisor, took meanwhile, in cores.
    package var others = 0.0
    fileprivate var steps = 0
    fileprivate var seconds = 0.0
  }

  /// Starts the script and waits until it is ready.
  ///
  /// - Parameters:
  ///   - python: A path, or a name that is looked for on `PATH`.
  ///   - arguments: The script's.
  ///   - limit: The longest that importing the framework may take.
  /// - Throws: `PythonFault.missing` where packages are missing, `.unexpected` for an unexpected line; else
  ///   what `PythonScript` throws.
  package init(
    _ loader: RealLoader, python: String, arguments: [String] = [], limit: Duration,
    keepsGoing: @escaping () -> Bool
  ) throws(PythonFault) {
    script = try PythonScript(python: python, script: loader.script, arguments: arguments)
    self.keepsGoing = keepsGoing
    var missing: [String] = []
    while true {
      let text: String
      do {
        text = try script.line(within: limit, keepsGoing: keepsGoing)
      } catch {
        guard missing.isEmpty || error == .interrupted else { throw .missing(packages: missing) }
        throw error
      }
      switch RealLine(text) {
      case .missing(let package): missing.append(package)
      case .ready(let found):
        versions = found
        return
      case .failed(let reason): throw .ended(.exited(1), lastLine: reason)
      default: throw .unexpected(text)
      }
    }
  }

  /// The framework's own error while it ran a row.
  package struct Failed: Error, Equatable {
    /// The error's kind and its last line.
    package let reason: String
  }

  /// Runs a row once.
  ///
  /// - Throws: `Failed` where the loader fails; else what `PythonScript` throws.
  package func run(_ row: RealRow, for window: Duration) throws -> Block {
    var block = Block()
    try script.sendLine(row.line(seconds: window.seconds))
    // Where a file of /proc can't be read, others are unknown and count as none.
    var before = OthersLoad(group: script.group)
    while true {
      let text = try script.line(within: Self.lineLimit + window, keepsGoing: keepsGoing)
      switch RealLine(text) {
      case .alone(let time):
        block.alone = time
        before = OthersLoad(group: script.group)
      case .pipe(let time):
        block.pipe = time
        before = OthersLoad(group: script.group)
      case .late(let time): block.late = time
      case .loop(let time): block.loop = time
      case .window(let steps, let length):
        block.rates.append(Double(steps) / length.seconds)
        block.steps += steps
        block.seconds += length.seconds
        // Before the workers end, and their CPU time with them.
        if let before, let now = OthersLoad(group: script.group) {
          block.others = now.cores(since: before)
        }
      case .end where block.steps > 0: return block
      case .failed(let reason): throw Failed(reason: reason)
      default: throw PythonFault.unexpected(text)
      }
    }
  }
}
