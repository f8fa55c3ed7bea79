import Pipeline
import Quantities

/// How a simulation begins, and whether its epochs end.
package enum SimulationCourse: Sendable {
  /// As a session: all workers start.
  case session
  /// As any epoch but a session's first: workers that are kept don't start.
  case laterEpoch
  /// In the middle of an epoch that has no end.
  case endless
}

/// The boundary between two epochs, of loaders that begin each anew.
extension Simulation {
  /// The epoch begins anew, and with it the way to the next validation.
  package mutating func restartEpoch() {
    consumer.schedule.restartEpoch()
    guard !epoch.isBetween else { return }
    boundEpoch()
    letWorkersGoOn()
  }

  /// Nothing happens until workers have started.
  mutating func begin(with start: EpochBoundary) {
    boundEpoch()
    if setup.hasProcesses { startProcesses() }
    guard start.start > .zero else { return }
    let end = Double(Nanoseconds(start.start).count)
    for thread in due.indices { due[thread] = end }
    if setup.beginsAnew { epoch.finish() }
    if setup.hasProcesses {
      startWorkers(start, at: clock)
      processes.due[0] = end
    }
    consumer.wanted = end
    if Listener.listens {
      listener.receive(
        .phase(PhaseBegun(.workerStart, start: .zero, end: Nanoseconds(start.start))))
    }
  }

  /// The epoch's last step is over, and training goes on at `end`.
  mutating func finishEpoch(goingOnAt end: Double) {
    guard setup.beginsAnew else { return }
    epoch.finish()
    guard setup.hasProcesses, setup.boundary.apart > .zero else { return }
    startWorkers(setup.boundary, at: end - Double(Nanoseconds(setup.boundary.start).count))
  }

  /// Where an epoch has ended, the next one begins, and its batches may be made.
  mutating func beginEpochIfOver() {
    guard epoch.isBetween else { return }
    boundEpoch()
    letWorkersGoOn()
  }

  /// Finds where the present epoch ends.
  mutating func boundEpoch() {
    epoch = EpochBound()
    guard setup.beginsAnew else { return }
    let next = queue.frontier.next
    // The batch that is trained at this moment isn't counted as seen yet.
    let held = consumer.holdsBatch ? setup.pictures(threads[0].isShort) : 0
    let left = consumer.schedule.samplesLeft(of: setup.samplesPerEpoch) - held
    let batches = setup.scenario.batches(from: next, holding: left, of: dataset.count)
    epoch.begin(at: next, batches: batches)
  }

  /// Lets workers look again, since more batches may be made.
  mutating func letWorkersGoOn() {
    guard !setup.hasProcesses else { return sendIndexes() }
    guard !setup.makesInLoop else { return }
    for thread in 1..<threads.count where threads[thread].phase == .awaitingDemand {
      due[thread] = min(due[thread], clock + setup.costs.latencies.waking)
    }
  }

  /// Starts one worker's process after another; each works for a while before it looks for a batch.
  private mutating func startWorkers(_ start: EpochBoundary, at moment: Double) {
    let all = Double(Nanoseconds(start.start).count)
    let apart = Double(Nanoseconds(start.apart).count)
    processes.boot = Double(Nanoseconds(start.boot).count)
    for worker in processes.workers.indices {
      let main = LoaderProcesses.main(worker)
      guard processes.workers[worker].isIdle, processes.threads[main].phase == .blocked else {
        continue
      }
      processes.workers[worker].isIdle = false
      emitProcessWait(worker)
      let after = apart > 0 ? apart * Double(worker + 1) : all
      pause(main, moment + after - clock, then: .boot)
    }
  }
}
