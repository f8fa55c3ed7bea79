import Pipeline
import Quantities
import VirtualEngine

/// A simulation that continues a recording on virtual time, with the costs measured up to there and
/// settings that can be changed.
struct Resimulation {
  /// The longest time that is simulated between two calls of `keepsGoing`.
  private static let stride = Nanoseconds.milliseconds(100)

  private let recorded: Reading
  private let costs: MeasuredCosts
  private let session: VirtualSession

  /// A simulation from a recorded reading on.
  ///
  /// - Throws: `PredictionGap.measuring` where the reading has no estimate of the epoch; otherwise
  ///   the gap in the measured costs.
  init(_ recorded: Reading) throws(PredictionGap) {
    var recorded = recorded
    recorded.scenario = recorded.measuredScenario
    self.recorded = recorded
    costs = try MeasuredCosts(recorded)
    _ = try costs.costs(of: recorded.scenario)
    guard recorded.epoch.estimate != nil,
      let session = VirtualSession(
        scenario: recorded.scenario, dataset: recorded.dataset, stages: recorded.stageList,
        costs: CostModel(costs, shape: recorded.dataset.shape),
        machineCores: recorded.cores)
    else { throw .measuring }
    self.session = session
  }

  /// The reading of a session that began at the recording's position.
  var reading: Reading {
    var reading = session.reading
    reading.at += recorded.at
    reading.cores = recorded.cores
    return reading
  }

  /// The recorded figures that it is compared with; nil without an epoch's estimate.
  var comparison: ResimulationReading? {
    recorded.epoch.estimate.map {
      ResimulationReading(
        from: recorded.at, recordedEpoch: $0, recordedVerdict: Verdict(recorded).kind)
    }
  }

  func advance(by length: Nanoseconds, keepsGoing: () -> Bool) {
    var left = length
    while left > .zero, keepsGoing() {
      let stride = min(left, Self.stride)
      session.advance(by: stride)
      left = left - stride
    }
  }

  /// Requests a change.
  ///
  /// - Throws: A `PredictionGap` where the changed scenario's costs haven't been measured.
  func apply(_ request: SessionRequest) throws(PredictionGap) {
    if case .change(let change) = request {
      let scenario = session.reading.scenario.applying(change)
      do {
        try scenario.check()
      } catch {
        throw .impossible(error)
      }
      _ = try costs.costs(of: scenario)
    }
    session.apply(request)
  }
}
