import Experiments
import Glibc

/// Compares Python with augtop row by row, alternating their runs. The first fault of Python's ends
/// the comparison.
struct PeerComparison {
  /// The interpreter that the peers run in.
  let python: String
  /// Timeout: the longest that Python may print nothing.
  let timeout: Duration
  /// The fault that ended the comparison; nil without one.
  private(set) var fault: PythonFault?
  /// The versions of Python and the peers' packages, from the last row that ran.
  private(set) var versions: [PeerLine.Version] = []
  private var bench: PeerBench?
  private var runs = 0

  /// A comparison without runs yet; Python starts with `begin`.
  init(python: String, timeout: Duration) {
    self.python = python
    self.timeout = timeout
  }

  /// Starts Python for a row.
  ///
  /// - Parameter files: A folder of JPEG files, for the rows that decode them.
  mutating func begin(_ workload: String, files: String? = nil) {
    bench = nil
    runs = 0
    guard fault == nil else { return }
    do {
      let bench = try PeerBench(
        python: python, workload: workload, files: files, timeout: timeout,
        keepsGoing: { !Interruption.isAsked })
      self.bench = bench
    } catch {
      fail(error)
    }
  }

  /// One run of Python's; the first is for warming up, as augtop's own is.
  mutating func run() {
    guard let bench, fault == nil else { return }
    do {
      try bench.run(isCounted: runs > 0, keepsGoing: { !Interruption.isAsked })
      runs += 1
    } catch {
      fail(error)
    }
  }

  /// Ends the row and returns the peers' rates; empty where Python failed during it.
  mutating func end() -> [Peer: [Double]] {
    defer { bench = nil }
    guard let bench else { return [:] }
    if !bench.rates.isEmpty { versions = bench.versions }
    return bench.rates
  }

  /// Prints the fault at once, because the remaining rows take a while.
  private mutating func fail(_ fault: PythonFault) {
    self.fault = fault
    // An interruption doesn't invalidate the rates measured before it.
    guard fault != .interrupted else { return }
    bench = nil
    printError("augtop: --against-python: " + Faults.sentence(fault, python: python))
    printError("augtop: the rows from here on are augtop's alone")
  }
}
