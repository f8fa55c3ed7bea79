import Pipeline
import Quantities

/// Burning CPU: under the interpreter lock, at the speed that cores and clock allow.
///
/// A working thread has a position in its program and a target there; `due` is when it reaches it
/// at the present speed.
extension Simulation {
  /// Begins a program of `total`; waits for the lock first where there is one.
  mutating func beginWork(_ thread: Int) {
    threads[thread].saved = 0
    threads[thread].floor = 0
    pursue(.work, thread)
  }

  /// Goes on with the lock, or without where there is none, awake.
  mutating func goOn(_ thread: Int) {
    switch threads[thread].aim {
    case .look:
      if thread == 0 { lookForBatch() } else { look(thread) }
    case .offer: offer(thread)
    case .work:
      threads[thread].phase = .working
      setBurning(thread, true)
      if lock.holder == thread {
        hold(thread, from: threads[thread].saved)
      } else {
        head(thread, from: threads[thread].saved, to: threads[thread].total, .end)
      }
    }
  }

  /// Moves a working thread on from its target.
  mutating func reachTarget(_ thread: Int) {
    switch threads[thread].stop {
    case .end:
      endRun(thread)
      setBurning(thread, false)
      if thread == 0 { endHostWork() } else { finishBatch(thread) }
    case .release: letGo(thread, at: threads[thread].target)
    case .freeEnd: endFree(thread)
    }
  }

  @inline(__always) mutating func head(
    _ thread: Int, from position: Double, to target: Double, _ stop: SimulatedThread.Stop
  ) {
    threads[thread].target = target
    threads[thread].stop = stop
    due[thread] = clock + (target - position) * threads[thread].scale / rate
  }

  /// Inlined, since a call would copy the whole simulation for it.
  @inline(__always) func positionNow(of thread: Int) -> Double {
    threads[thread].target - (due[thread] - clock) * rate / threads[thread].scale
  }

  /// The threads that burn where this one does.
  @inline(__always) func weight(of thread: Int) -> Double { thread == 0 ? setup.loopThreads : 1 }

  @inline(__always) mutating func setBurning(_ thread: Int, _ burns: Bool) {
    guard threads[thread].isBurning != burns else { return }
    threads[thread].isBurning = burns
    guard setup.isElastic else { return }
    burning += burns ? weight(of: thread) : -weight(of: thread)
    let moment = now
    if burns { governor?.begin(thread, at: moment) } else { governor?.end(thread, at: moment) }
    updateRate()
  }

  /// All cores share the clock, and all burning threads the cores.
  mutating func updateRate() {
    let share = min(1, Double(setup.cores) / max(1, burning))
    let new = setup.isElastic ? share * clockShare : 1
    guard new != rate else { return }
    let positions = threads.indices.map { threads[$0].isBurning ? positionNow(of: $0) : 0 }
    rate = new
    for thread in threads.indices where threads[thread].isBurning {
      // A thread that has only just begun to burn has no target yet.
      guard threads[thread].phase == .working, due[thread] < .infinity else { continue }
      head(thread, from: positions[thread], to: threads[thread].target, threads[thread].stop)
    }
  }
}
