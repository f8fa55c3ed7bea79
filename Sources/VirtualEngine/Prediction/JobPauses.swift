import Pipeline
import Quantities

/// Seconds of a watched job's epoch that aren't steps and waits as the loader's rules have them: validation, and the
/// start of workers that don't stay.
struct JobPauses: Sendable {
  /// Of validation, which no change of the loader shortens.
  private var validation = 0.0
  /// Of workers that start anew.
  private var restart = 0.0
  /// The part of `restart` that the measured waits contain.
  private(set) var inWaits = 0.0

  /// None.
  init() {}

  /// As they were measured.
  init(_ reading: Reading, batchesPerEpoch: Int) {
    validation = reading.epoch.phaseShares.filter { $0.kind == .validation }.reduce(0) {
      $0 + $1.seconds
    }
    guard reading.scenario.keepsWorkers == false, let measured = reading.job?.restart else {
      return
    }
    // Workers that stay make an epoch's first batch while the loop waits, too.
    let make = reading.workers.make ?? .zero
    let later = max(.zero, measured.firstWait - make).seconds
    restart = measured.between.seconds + later
    // The first wait of the first epoch is none of the session's.
    let begun = Double(measured.epochs * batchesPerEpoch) / Double(max(1, reading.batchesTrained))
    inWaits = later * min(1, begun)
  }

  /// Their sum under a scenario's loader.
  func seconds(of scenario: Scenario) -> Double {
    let startsAnew = scenario.keepsWorkers == false && !scenario.makesInLoop
    return validation + (startsAnew ? restart : 0)
  }
}
