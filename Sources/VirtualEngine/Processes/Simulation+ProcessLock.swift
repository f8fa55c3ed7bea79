import Pipeline
import Quantities

/// The interpreter lock of a worker's process.
extension Simulation {
  private func lock(of thread: Int) -> Int { LoaderProcesses.worker(of: thread) }

  /// Asks for the process's lock, and does `step` once the thread has it.
  mutating func take(_ thread: Int, then step: ProcessThread.Step) {
    processes.threads[thread].step = step
    processes.threads[thread].waitStart = clock
    let process = lock(of: thread)
    settleMain(of: process, for: thread)
    if processes.locks[process].holder == nil {
      grant(thread)
    } else {
      waitForLock(thread)
      // The holder now goes no further than its next release.
      contend(process)
    }
  }

  private mutating func grant(_ thread: Int) {
    let process = lock(of: thread)
    let changed = processes.locks[process].lastHolder != thread
    processes.locks[process].holder = thread
    processes.locks[process].lastHolder = thread
    if changed {
      processes.locks[process].changes += 1
      if let stalled = processes.locks[process].stalled {
        processes.locks[process].stalled = nil
        // It asks anew at once.
        processes.threads[stalled].phase = .looking
        processes.due[stalled] = clock
      }
    }
    let waited = clock - processes.threads[thread].waitStart
    if thread == LoaderProcesses.main(process) { processes.workers[process].lockWait += waited }
    processes.threads[thread].phase = .blocked
    processes.due[thread] = .infinity
    goOnAsProcess(thread)
  }

  private mutating func waitForLock(_ thread: Int) {
    let process = lock(of: thread)
    processes.threads[thread].phase = .awaitingLock
    processes.threads[thread].changes = processes.locks[process].changes
    processes.due[thread] = clock + Double(setup.switchInterval.count)
    processes.locks[process].waiters.append(thread)
  }

  /// A woken waiter takes the lock, or finds that another has it and waits anew.
  mutating func lookAtLock(_ thread: Int) {
    let process = lock(of: thread)
    processes.locks[process].waiters.removeAll { $0 == thread }
    settleMain(of: process, for: thread)
    if processes.locks[process].holder == nil {
      grant(thread)
    } else {
      waitForLock(thread)
      contend(process)
    }
  }

  /// A waiter's interval is over: where the lock hasn't changed hands, the holder has to let go.
  mutating func askForDrop(_ thread: Int) {
    let process = lock(of: thread)
    let changes = processes.locks[process].changes
    let isUnchanged = changes == processes.threads[thread].changes
    processes.threads[thread].changes = changes
    processes.due[thread] = clock + Double(setup.switchInterval.count)
    // Only a main thread holds the lock for so long; the others let go by themselves.
    guard isUnchanged, processes.locks[process].holder == LoaderProcesses.main(process) else {
      return
    }
    // May signal this very waiter, which then looks sooner.
    cutMain(of: process)
  }

  /// Lets go of the lock and signals one waiter, which looks at it after a while.
  mutating func unlock(_ thread: Int) {
    let process = lock(of: thread)
    precondition(processes.locks[process].holder == thread, "only the holder lets go of a lock")
    processes.locks[process].holder = nil
    let waiter = processes.locks[process].waiters.first {
      processes.threads[$0].phase == .awaitingLock
    }
    guard let waiter else { return }
    processes.threads[waiter].phase = .looking
    processes.due[waiter] = clock + wakeLatency()
  }

  /// Whether other threads of the process want its lock.
  func isContended(_ process: Int) -> Bool { !processes.locks[process].waiters.isEmpty }
}
