import Dashboard
import Experiments
import Glibc

/// Python beside augtop: row by row, a run of each in turn, until something goes wrong with Python.
struct PeerComparison {
  /// The interpreter that the peers run in.
  let python: String
  /// How long Python may say nothing.
  let patience: Duration
  /// What went wrong, if anything did.
  private(set) var fault: PythonFault?
  private(set) var versions: [PeerLine.Version] = []
  private var bench: PeerBench?
  private var runs = 0

  init(python: String, patience: Duration) {
    self.python = python
    self.patience = patience
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
        python: python, workload: workload, files: files, patience: patience,
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

  /// What came of the row: nothing where Python failed on the way.
  mutating func end() -> [Peer: [Double]] {
    defer { bench = nil }
    guard let bench else { return [:] }
    if !bench.rates.isEmpty { versions = bench.versions }
    return bench.rates
  }

  /// Says at once what is wrong and what to try: the rest takes a while.
  private mutating func fail(_ fault: PythonFault) {
    self.fault = fault
    // What was measured until then is as good as ever.
    guard fault != .interrupted else { return }
    bench = nil
    printError("augtop: --against-python: " + Faults.sentence(fault, python: python))
    printError("augtop: the rows from here on are augtop's alone")
  }
}
