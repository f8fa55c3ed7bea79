import Pipeline

extension Verdict {
  /// The advice for the user of a command line: in augtop's options for its own sessions, in the loader's
  /// arguments for a watched job.
  func sentence(for reading: Reading) -> String {
    guard reading.scenario.isJob else { return advice.sentence(reading.stageList) }
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
