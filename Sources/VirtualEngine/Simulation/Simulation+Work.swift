import Pipeline
import Quantities

/// Burning CPU: under the interpreter lock, at the speed that cores and clock allow.
///
/// A working thread has a position in its program and a target there; `due` is when it reaches it
/// at the present speed.
extension Simulation {
  /// Begins a program of `total`; waits for the lock first where there is one.
  mutating func beginWork(_ thread: Int) {
    threads[thread].phase = .working
    if setup.hasLock {
      request(thread, at: 0)
    } else {
      setBurning(thread, true)
      head(thread, from: 0, to: threads[thread].total, .end)
    }
  }

  /// Moves a working thread on from its target.
  mutating func reachTarget(_ thread: Int) {
    switch threads[thread].stop {
    case .end:
      if lock.holder == thread { letGo(thread) }
      setBurning(thread, false)
      if thread == 0 { beginComputing() } else { finishBatch(thread) }
    case .release:
      let position = threads[thread].target
      letGo(thread)
      goFree(thread, from: position)
    case .freeEnd: request(thread, at: threads[thread].target)
    case .drop:
      let position = threads[thread].target
      guard let next = lock.drop(thread, at: now) else {
        return hold(thread, from: position)
      }
      awaitLock(thread, at: position)
      grant(next)
    }
  }

  /// Asks for the lock and goes on with it, or waits.
  private mutating func request(_ thread: Int, at position: Double) {
    let wasContended = lock.isContended
    settleRunner()
    if lock.acquire(thread, at: now) {
      setBurning(thread, true)
      hold(thread, from: position)
    } else {
      awaitLock(thread, at: position)
      // A holder that isn't awake yet finds out by itself.
      if !wasContended, let holder = lock.holder, threads[holder].phase == .working {
        cutShort(holder, from: positionNow(of: holder))
      }
    }
  }

  private mutating func awaitLock(_ thread: Int, at position: Double) {
    threads[thread].phase = .awaitingLock
    threads[thread].saved = position
    threads[thread].waitStart = clock
    due[thread] = .infinity
    setBurning(thread, false)
  }

  /// Gives the lock to a thread that waited for it; one that sleeps has to wake up first.
  private mutating func grant(_ thread: Int) {
    let isLong = clock - threads[thread].waitStart > setup.spin
    let latency =
      isLong
      ? setup.costs.latencies.lock : setup.isCrowded ? setup.costs.latencies.handOver : 0
    guard latency > 0 else { return goOn(thread) }
    threads[thread].phase = .waking
    due[thread] = clock + latency
  }

  /// Goes on with the lock, awake.
  mutating func goOn(_ thread: Int) {
    let wait = clock - threads[thread].waitStart
    threads[thread].lockWait += wait
    let position = threads[thread].saved
    if Listener.listens, thread > 0 {
      let stage = setup.withProgram(threads[thread].isShort) { $0.stage(at: position) }
      stageWaits[thread][stage, default: 0] += wait
    }
    threads[thread].phase = .working
    setBurning(thread, true)
    hold(thread, from: position)
  }

  private mutating func letGo(_ thread: Int) {
    if runner == thread { runner = nil }
    if let next = lock.release(thread, at: now) { grant(next) }
  }

  /// Works on with the lock: to the end where no thread waits for it, else as far as the rules allow.
  private mutating func hold(_ thread: Int, from position: Double) {
    if lock.isContended {
      runner = nil
      cutShort(thread, from: position)
    } else {
      runner = thread
      head(thread, from: position, to: threads[thread].total, .end)
    }
  }

  /// Schedules the next moment at which the holder releases the lock, by itself or on request.
  private mutating func cutShort(_ thread: Int, from position: Double) {
    runner = nil
    let release =
      thread == 0
      ? nil : setup.withProgram(threads[thread].isShort) { $0.nextRelease(from: position) }
    head(
      thread, from: position, to: max(position, release ?? threads[thread].total),
      release == nil ? .end : .release)
    let drop = Double(lock.dropDue.count)
    guard drop < due[thread] else { return }
    due[thread] = max(clock, drop)
    threads[thread].stop = .drop
    threads[thread].target = position + (due[thread] - clock) * rate / threads[thread].scale
  }

  /// The lock-free stretch after a release.
  private mutating func goFree(_ thread: Int, from position: Double) {
    let stretch = setup.withProgram(threads[thread].isShort) { $0.freeStretch(at: position) }
    head(thread, from: position, to: stretch?.upperBound ?? position, .freeEnd)
  }

  /// Stops treating the runner apart. Where its position lies in a lock-free stretch, it releases the
  /// lock.
  private mutating func settleRunner() {
    guard let thread = runner else { return }
    runner = nil
    guard thread > 0 else { return }
    let position = positionNow(of: thread)
    let stretch = setup.withProgram(threads[thread].isShort) { $0.freeStretch(at: position) }
    guard let stretch else { return }
    _ = lock.release(thread, at: now)
    head(thread, from: position, to: stretch.upperBound, .freeEnd)
  }

  @inline(__always) private mutating func head(
    _ thread: Int, from position: Double, to target: Double, _ stop: SimulatedThread.Stop
  ) {
    threads[thread].target = target
    threads[thread].stop = stop
    due[thread] = clock + (target - position) * threads[thread].scale / rate
  }

  /// Inlined, since a call would copy the whole simulation for it.
  @inline(__always) private func positionNow(of thread: Int) -> Double {
    threads[thread].target - (due[thread] - clock) * rate / threads[thread].scale
  }

  /// The threads that burn where this one does.
  @inline(__always) func weight(of thread: Int) -> Double { thread == 0 ? setup.loopThreads : 1 }

  @inline(__always) private mutating func setBurning(_ thread: Int, _ burns: Bool) {
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
      let (target, stop) = (threads[thread].target, threads[thread].stop)
      if stop == .drop {
        cutShort(thread, from: positions[thread])
      } else {
        head(thread, from: positions[thread], to: target, stop)
      }
    }
  }
}
