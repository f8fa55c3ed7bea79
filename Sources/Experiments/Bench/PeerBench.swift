/// A bench row as Python makes it: NumPy/SciPy and OpenCV in a process of their own, a run at a
/// time, so that runs of augtop's can lie between them.
package final class PeerBench {
  /// Pictures a second, one entry a run.
  package private(set) var rates: [Peer: [Double]] = [:]
  /// The versions of Python and its packages, as the script prints them.
  package private(set) var versions: [PeerLine.Version] = []
  /// Whether the script has such a row.
  package private(set) var isKnown = true

  private let process: PythonScript
  private let timeout: Duration

  /// Starts Python and waits until it has made its pictures.
  ///
  /// - Parameters:
  ///   - python: A path, or a name that is looked for on `PATH`.
  ///   - workload: The row's name.
  ///   - files: A folder of JPEG files for the rows that decode them, so that all decode the same;
  ///     nil makes some up.
  ///   - timeout: The longest time to wait for a line.
  ///   - keepsGoing: Called repeatedly while waiting; false ends the run.
  ///
  /// - Throws: `PythonFault.missing` where packages are missing, `.unexpected` for an unexpected line; else
  ///   what `PythonScript` throws.
  package init(
    python: String, workload: String, files: String? = nil, timeout: Duration,
    keepsGoing: () -> Bool = { true }
  ) throws(PythonFault) {
    self.timeout = timeout
    let script = String(decoding: PackageResources.peers_py, as: UTF8.self)
    process = try PythonScript(
      python: python, script: script, arguments: [workload] + (files.map { [$0] } ?? []))
    var packages: [String] = []
    while true {
      let text: String
      do {
        text = try process.line(within: timeout, keepsGoing: keepsGoing)
      } catch {
        // The script ends after it has listed the missing packages, so its end is no other fault.
        guard packages.isEmpty else { throw .missing(packages: packages) }
        throw error
      }
      switch PeerLine(text) {
      case .missing(let package): packages.append(package)
      case .ready(let versions) where packages.isEmpty:
        self.versions = versions
        return
      case .unknown where packages.isEmpty:
        isKnown = false
        return
      default: throw .unexpected(text)
      }
    }
  }

  /// One run of each peer.
  ///
  /// - Parameter isCounted: Otherwise it is for warming up.
  /// - Throws: `PythonFault.unexpected` for an unexpected line; else what `PythonScript` throws.
  package func run(isCounted: Bool, keepsGoing: () -> Bool = { true }) throws(PythonFault) {
    guard isKnown else { return }
    try process.sendLine("run")
    var found: [Peer: Double] = [:]
    while true {
      let text = try process.line(within: timeout, keepsGoing: keepsGoing)
      switch PeerLine(text) {
      case .rate(let peer, let rate) where found[peer] == nil: found[peer] = rate
      case .done where !found.isEmpty:
        guard isCounted else { return }
        for (peer, rate) in found { rates[peer, default: []].append(rate) }
        return
      default: throw .unexpected(text)
      }
    }
  }
}
