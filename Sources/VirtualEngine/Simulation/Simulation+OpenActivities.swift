package import Pipeline
import Quantities

extension Simulation {
  /// What each worker has begun and not ended, by its number.
  ///
  /// - Complexity: O(workers).
  package var openActivities: [OpenActivity?] {
    setup.hasProcesses
      ? processes.workers.indices.map(openProcess) : threads.dropFirst().map(openThread)
  }

  private func openThread(_ thread: SimulatedThread) -> OpenActivity? {
    let waited = moment(thread.waitStart)
    func inBatch(_ activity: Activity, since: Nanoseconds) -> OpenActivity {
      OpenActivity(
        activity, since: since, batchStart: moment(thread.start),
        lockWait: moment(thread.lockWait))
    }
    switch thread.phase {
    case .looking, .awaitingBatch, .computing, .gone: return nil
    case .napping: return OpenActivity(.napping, since: waited)
    case .awaitingDemand: return OpenActivity(.waitingForDemand, since: waited)
    case .awaitingRoom: return inBatch(.waitingForRoom, since: waited)
    case .loading, .working, .sending:
      return inBatch(.making, since: moment(thread.start + thread.lockWait))
    case .awaitingLock, .waking, .standing:
      let asked = moment(thread.lockStart)
      switch thread.aim {
      case .look: return OpenActivity(.waitingForLock, since: asked)
      case .work: return inBatch(.waitingForLock, since: asked)
      // The batch is finished, and is put with the lock.
      case .offer:
        return thread.wantsRoom
          ? inBatch(.waitingForRoom, since: waited) : inBatch(.waitingForLock, since: asked)
      }
    }
  }

  private func openProcess(_ number: Int) -> OpenActivity? {
    let worker = processes.workers[number]
    guard worker.batch != nil else {
      return worker.isIdle ? OpenActivity(.waitingForDemand, since: moment(worker.waitStart)) : nil
    }
    let main = processes.threads[LoaderProcesses.main(number)]
    let start = moment(worker.start)
    let lockWait = moment(worker.lockWait)
    return switch main.phase {
    case .awaitingLock, .looking:
      OpenActivity(
        .waitingForLock, since: moment(main.waitStart), batchStart: start, lockWait: lockWait)
    case .burning, .pausing, .blocked:
      OpenActivity(
        .making, since: moment(worker.start + worker.lockWait), batchStart: start,
        lockWait: lockWait)
    }
  }
}
