import Experiments
import Pipeline
import Quantities

/// Schema `augtop-lab/1`; keys may be added, never renamed.
struct LabReport: Encodable {
  /// The schema's name and version.
  var schema = "augtop-lab/1"
  /// The names of the ablations.
  var rows = ObservedEpochs.rows.map(\.rawValue)
  /// The observed epochs, in seconds.
  var observedS = ObservedEpochs.observed
  /// Half the unit to which they were rounded, in seconds.
  var roundingS = ObservedEpochs.rounding
  /// How far the best constant gets.
  var constantRmsS = ObservedEpochs.rmsOfBestConstant
  /// The mechanisms with their best fits.
  var mechanisms: [Mechanism]

  /// The report of these findings.
  init(_ findings: [LabFinding]) { mechanisms = findings.map(Mechanism.init) }

  /// One mechanism, or a combination, with its best fit.
  struct Mechanism: Encodable {
    var name: String
    /// By name and unit, as `compute_ms`.
    var parameters: [String: Double]
    /// In the rows' order; fitted minus observed.
    var fittedS: [Double]
    var residualsS: [Double]
    var rmsS: Double
    /// At worst when stages take 1 % less and the GPU 0.5 % more, or the other way round.
    var shakenRmsS: Double
    var worstS: Double
    var withinRounding: Bool
    /// The number of points tried, and of those that meet the table to its rounding.
    var tried: Int
    var asGood: Int
    /// From the least to the most of those, for each parameter.
    var asGoodRanges: [String: [Double]]
    /// False where it was interrupted.
    var complete: Bool

    init(_ finding: LabFinding) {
      let parameters = finding.mechanism.parameters
      name = finding.mechanism.name
      self.parameters = Dictionary(
        uniqueKeysWithValues: parameters.map { ($0.key, finding.point[$0]) })
      fittedS = finding.fit.seconds
      residualsS = finding.fit.residuals
      rmsS = finding.fit.rms
      shakenRmsS = finding.shaken.rms
      worstS = finding.fit.worst
      withinRounding = finding.fit.isWithinRounding
      tried = finding.tried
      asGood = finding.region?.points ?? 0
      asGoodRanges = Dictionary(
        uniqueKeysWithValues: parameters.compactMap { parameter in
          finding.region?.range(parameter).map {
            (parameter.key, [$0.lowerBound, $0.upperBound])
          }
        })
      complete = finding.isComplete
    }
  }
}

extension LabParameter {
  /// As a key of a report; dictionaries' keys aren't converted.
  fileprivate var key: String {
    switch self {
    case .compute: "compute_ms"
    case .host: "host_ms"
    case .costScale: "cost_scale"
    case .floor: "governor_floor"
    case .threshold: "governor_threshold"
    case .window: "governor_window_ms"
    case .step: "governor_step"
    }
  }
}
