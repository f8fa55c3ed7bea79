import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import Toml

/// The report of a run, schema `augtop-report/1`; keys may be added, never renamed.
///
/// Times are in seconds, of stages in microseconds a picture; shares are fractions; depths are in
/// batches. A value that wasn't measured is null.
///
/// - Parameter next: The advice; nil for the verdict's.
func reportJSON(_ reading: Reading, next: String? = nil) -> JSONObject {
  let (consumer, queue, workers) = (reading.consumer, reading.queue, reading.workers)
  let own = reading.own
  return [
    "schema": "augtop-report/1",
    "scenario": scenarioJSON(reading.scenario, reading.stageList),
    "wall_s": reading.at.seconds, "batches": reading.batchesTrained,
    "images": reading.imagesTrained, "epoch": epochJSON(reading.epoch),
    "throughput": [
      "images_per_s": consumer.imagesPerSecond, "batches_per_s": consumer.batchesPerSecond,
    ] as JSONObject,
    "gpu": [
      "busy_fraction": consumer.busy, "host_fraction": consumer.host,
      "starved_fraction": consumer.starved, "step_s": consumer.step?.seconds ?? 0,
    ] as JSONObject,
    "queue": [
      "capacity": queue.limit, "mean_depth": queue.meanDepth, "p50_depth": queue.medianDepth,
      "max_depth": queue.maxDepth,
    ] as JSONObject,
    "workers": [
      "make_s": workers.make?.seconds ?? 0, "lock_wait_s": workers.lockWait.seconds,
      "overrun_s": workers.overrun.seconds, "making_fraction": workers.making,
      "napping_fraction": workers.napping,
    ] as JSONObject,
    "stages": reading.stages.map(stageJSON),
    "bad_pictures": badPicturesJSON(reading.badPictures),
    "verdict": verdictJSON(Verdict(reading), reading, next: next),
    "self": [
      "cpu_fraction": own.cpuFraction, "emulated_cores": own.emulatedCores,
      "dropped_events": own.droppedEvents, "ns_per_event": own.nanosecondsPerEvent,
      "resident_bytes": own.residentBytes,
    ] as JSONObject,
  ]
}

/// The settled estimate, else the present one, else the projection.
private func epochJSON(_ epoch: EpochReading) -> JSONObject {
  let estimate = epoch.settled ?? epoch.estimate
  return [
    "seconds": estimate?.seconds ?? epoch.projected, "low": estimate?.low, "high": estimate?.high,
    "phases": epoch.phaseShares.map {
      ["phase": $0.kind.title, "seconds": $0.seconds] as JSONObject
    },
    "first_epoch_extra_s": epoch.firstExtra,
  ]
}

/// How many pictures were left out, and the first of them.
private func badPicturesJSON(_ bad: BadPicturesReading) -> JSONObject {
  [
    "count": bad.count,
    "named": bad.named.map { ["path": $0.path, "reason": $0.reason] as JSONObject },
  ]
}

private func stageJSON(_ stage: StageReading) -> JSONObject {
  [
    "id": stage.stage.name, "enabled": stage.isOn,
    "cpu_us_per_image": stage.cpuPerImage?.microseconds,
    "wall_us_per_image": stage.wallPerImage?.microseconds,
    "waiting_us_per_image": stage.idlePerImage?.microseconds,
    "epoch_delta_s": stage.epochDelta?.seconds, "epoch_delta_low_s": stage.epochDelta?.low,
    "epoch_delta_high_s": stage.epochDelta?.high,
  ]
}

private func verdictJSON(
  _ verdict: Verdict, _ reading: Reading, next: String?
) -> JSONObject {
  [
    "kind": verdict.kind.rawValue, "because": verdict.because,
    "next": next ?? verdict.sentence(for: reading), "inversion": verdict.inversion,
    "warning": verdict.warning,
  ]
}

/// The scenario under its file's keys.
///
/// - Parameter stages: The session's.
func scenarioJSON(_ scenario: Scenario, _ stages: StageList) -> JSONObject {
  JSONObject(
    ScenarioFile.attributes(scenario, stages: stages).pairs.map { key, value in
      switch key {
      case "stages.off": (key, stages.filter { !scenario.stages.contains($0.id) }.map(\.name))
      case "augmentation.zoom-range":
        (key, [scenario.settings.zoomRange.low, scenario.settings.zoomRange.high])
      default: (key, scalar(value))
      }
    })
}

/// A scalar as TOML writes it.
private func scalar(_ toml: String) -> any Encodable {
  if toml == "true" || toml == "false" { return toml == "true" }
  if let whole = Int(toml) { return whole }
  if let number = Double(toml) { return number }
  // A string with its quotes and escapes.
  let document = try? TomlDocument(text: "text = \(toml)", file: "")
  let text = try? document?.read { (table) throws(ConfigurationFault) in
    try table.required("text", as: String.self)
  }
  return text ?? toml
}

extension Verdict.Advice {
  /// The advice for the user of a command line.
  ///
  /// - Parameter stages: The session's.
  func sentence(_ stages: StageList) -> String {
    switch self {
    case .wait: "run longer: there is not enough to tell yet"
    case .resume: "resume the session"
    case .lessWork(let stage): "try --off \(stages[stage].name): less work"
    case .moreWorkers: "try one worker more: --workers"
    case .blockingLoader: "try --loader blocking: no naps"
    case .fasterGPU: "a faster GPU (--gpu) is all that would help"
    case .noLock: "try --no-gil, or workers that share no lock: --loader torch"
    case .noGovernor: "try --governor off: the highest clock"
    case .sharedMemory: "try --loader torch: batches in shared memory"
    }
  }
}
