import Experiments
import Pipeline
import Quantities

/// Schema `augtop-lab/1`; keys may be added, never renamed. Epochs in the rows' order, in seconds.
func labJSON(_ findings: [LabFinding]) -> JSONObject {
  [
    "schema": "augtop-lab/1", "rows": ObservedEpochs.rows.map(\.rawValue),
    "observed_s": ObservedEpochs.observed, "rounding_s": ObservedEpochs.rounding,
    "constant_rms_s": ObservedEpochs.rmsOfBestConstant, "mechanisms": findings.map(findingJSON),
  ]
}

/// A mechanism's best fit, and the ranges of the points that meet the table to its rounding.
private func findingJSON(_ finding: LabFinding) -> JSONObject {
  let parameters = finding.mechanism.parameters
  return [
    "name": finding.mechanism.name,
    "parameters": JSONObject(parameters.map { ($0.key, finding.point[$0]) }),
    "fitted_s": finding.fit.seconds, "residuals_s": finding.fit.residuals,
    "rms_s": finding.fit.rms, "perturbed_rms_s": finding.perturbed.rms,
    "worst_s": finding.fit.worst,
    "within_rounding": finding.fit.isWithinRounding, "tried": finding.tried,
    "as_good": finding.region?.points ?? 0,
    "as_good_ranges": JSONObject(
      parameters.compactMap { parameter in
        finding.region?.range(parameter).map {
          (parameter.key, [$0.lowerBound, $0.upperBound])
        }
      }),
    "complete": finding.isComplete,
  ]
}

extension LabParameter {
  /// Name and unit, as a key of the report.
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
