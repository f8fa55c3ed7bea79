package import Pipeline
import Quantities

/// How the side that trains is called. Of a watched job the loop's own time is measured, on the host, and not
/// the GPU's.
struct ConsumerWords {
  /// The label of its bars and lanes, six cells at most.
  let name: String
  /// The time that trains.
  let busy: String
  /// The time without a batch.
  let starved: String
  /// What is at its limit where input can't help.
  let limit: String
  /// Whether host work is told apart from the device's.
  let hasHost: Bool

  init(_ scenario: Scenario) {
    let isJob = scenario.isJob
    name = isJob ? "loop" : "GPU"
    busy = isJob ? "trains" : "busy"
    starved = isJob ? "waits" : "starved"
    limit = isJob ? "training step" : "GPU"
    hasHost = !isJob
  }
}

extension Verdict {
  /// The advice for somebody's own job: what to change in its loader.
  package func jobAdvice(for reading: Reading) -> String {
    let workers = reading.scenario.workers
    return switch advice {
    case .lessWork(let stage):
      "\(reading.stageList[stage].name) costs most: make it cheaper, or do it once beforehand"
    case .moreWorkers where reading.scenario.loader != .torch:
      "try workers=\(workers + 1) where the loader is made"
    case .moreWorkers: "try num_workers=\(workers + 1) in the loader"
    case .fasterGPU: "the loader keeps up; only a shorter training step would help"
    case .sharedMemory:
      "keep workers from one epoch to the next (persistent_workers=True), or make larger batches"
    case .blockingLoader, .noLock:
      "try a PyTorch DataLoader with num_workers=\(workers + 1): no naps, no shared lock"
    case .noGovernor: "keep the processors at their highest clock"
    case .wait, .resume: "watch longer: there is not enough to tell yet"
    }
  }
}
