import Pipeline
import Quantities

/// The interpreter lock on simulated time.
///
/// A thread that works while nobody else waits unsignalled is the *runner*: it goes through held and
/// lock-free stretches to its program's end in one event, and `lock` isn't kept up to date for it.
/// `settleRunner` brings it up to date before another thread asks.
extension Simulation {
  /// How far the time that a signalled waiter takes to run strays from its mean, as a share of it.
  ///
  /// - Source: 25 to 60 µs, measured on Linux.
  private static var strayOfWaking: Double { 0.4 }

  /// Does what a thread aims at once it has the lock: at once where there is none, or it has it already.
  mutating func pursue(_ aim: SimulatedThread.Aim, _ thread: Int) {
    threads[thread].aim = aim
    guard setup.hasLock else {
      if lock.holder == thread { leaveLock(thread) }
      return goOn(thread)
    }
    guard lock.holder != thread else { return goOn(thread) }
    threads[thread].lockStart = clock
    ask(thread)
  }

  /// Asks for the lock, for the first time or after a signal.
  mutating func ask(_ thread: Int) {
    settleRunner()
    if let grant = lock.ask(thread) { accept(grant, thread) } else { awaitLock(thread) }
  }

  /// A waiter's interval is over.
  mutating func timeOut(_ thread: Int) {
    settleRunner()
    if let grant = lock.timeOut(thread) { return accept(grant, thread) }
    awaitLock(thread)
    guard lock.isDropRequested, let holder = lock.holder, threads[holder].phase == .working else {
      // A holder that is between two pieces of work finds out by itself.
      return
    }
    drop(holder, at: positionNow(of: holder))
  }

  /// Goes on after another thread has had the lock.
  mutating func endStanding(_ thread: Int) {
    guard threads[thread].standsFree else { return ask(thread) }
    threads[thread].lockWait += clock - threads[thread].lockStart
    threads[thread].phase = .working
    setBurning(thread, true)
    goFree(thread, from: threads[thread].saved)
  }

  private mutating func accept(_ grant: InterpreterLockRules.Grant, _ thread: Int) {
    if let freed = grant.freed { due[freed] = clock + lockLatency() }
    if grant.isChange, setup.cores > 1 { threads[thread].cold += setup.costs.lockCold }
    if threads[thread].aim == .work { bookWait(clock - threads[thread].lockStart, on: thread) }
    goOn(thread)
  }

  private mutating func bookWait(_ wait: Double, on thread: Int) {
    threads[thread].lockWait += wait
    if setup.costs.endsByTheClock, thread > 0 {
      // The picture's time goes on meanwhile.
      let position = max(threads[thread].saved, threads[thread].floor)
      let rest = setup.withProgram(threads[thread].isShort) { $0.rest(at: position) }
      threads[thread].saved = position + min(wait, rest)
      threads[thread].floor = threads[thread].saved
    }
    guard Listener.listens, thread > 0, wait > 0 else { return }
    let position = max(threads[thread].saved, threads[thread].floor)
    let stage = setup.withProgram(threads[thread].isShort) { $0.stage(at: position) }
    stageWaits[thread][stage, default: 0] += wait
  }

  private mutating func awaitLock(_ thread: Int) {
    threads[thread].phase = .awaitingLock
    due[thread] = clock + Double(setup.switchInterval.count) + lockLatency()
    setBurning(thread, false)
    // The holder goes no further than its next release.
    guard let holder = lock.holder, threads[holder].phase == .working,
      threads[holder].stop == .end
    else { return }
    cutShort(holder, from: positionNow(of: holder))
  }

  /// Lets go of the lock for good: the thread sleeps, or works without it.
  mutating func leaveLock(_ thread: Int) {
    guard lock.holder == thread else { return }
    threads[thread].cold = 0
    signal(lock.release(thread, leaves: true))
  }

  private mutating func signal(_ release: InterpreterLockRules.Release) {
    guard let waiter = release.signalled else { return }
    threads[waiter].phase = .waking
    due[waiter] = clock + lockLatency()
  }

  /// A release where the program has one.
  mutating func letGo(_ thread: Int, at position: Double) {
    threads[thread].floor = position
    let release = lock.release(thread)
    signal(release)
    if release.stands {
      stand(thread, at: position, isFree: true)
    } else if lock.isContended {
      goFree(thread, from: position)
    } else {
      // Nobody asks before the one that was signalled wakes up.
      runner = thread
      head(thread, from: position, to: threads[thread].total, .end)
    }
  }

  /// Releases the lock because a waiter asked for it.
  mutating func drop(_ thread: Int, at position: Double) {
    threads[thread].floor = max(threads[thread].floor, position)
    signal(lock.release(thread))
    // Who asked for a drop waits still.
    stand(thread, at: position, isFree: false)
  }

  private mutating func stand(_ thread: Int, at position: Double, isFree: Bool) {
    threads[thread].phase = .standing
    threads[thread].standsFree = isFree
    threads[thread].aim = .work
    threads[thread].saved = position
    threads[thread].lockStart = clock
    due[thread] = .infinity
    setBurning(thread, false)
  }

  /// The lock-free stretch after a release.
  private mutating func goFree(_ thread: Int, from position: Double) {
    let end = setup.withProgram(threads[thread].isShort) { $0.freeEnd(at: position) }
    head(thread, from: position, to: end ?? position, .freeEnd)
  }

  /// The end of a lock-free stretch.
  mutating func endFree(_ thread: Int) {
    let position = threads[thread].target
    threads[thread].floor = position
    threads[thread].saved = position
    threads[thread].aim = .work
    threads[thread].lockStart = clock
    ask(thread)
  }

  /// Brings the lock up to date about the thread that works while nobody waits.
  private mutating func settleRunner() {
    guard let thread = runner else { return }
    runner = nil
    let position = positionNow(of: thread)
    let reached = max(position, threads[thread].floor)
    let free =
      thread > 0 ? setup.withProgram(threads[thread].isShort) { $0.freeEnd(at: reached) } : nil
    threads[thread].floor = reached
    if let free {
      if lock.holder == thread { _ = lock.release(thread) }
      head(thread, from: position, to: free, .freeEnd)
    } else if lock.holder != thread {
      _ = lock.ask(thread)
    }
  }

  /// The end of the runner's program, which it reaches with the lock.
  mutating func endRun(_ thread: Int) {
    guard runner == thread else { return }
    runner = nil
    if lock.holder != thread { _ = lock.ask(thread) }
  }

  /// Works on with the lock: to the end where no thread waits for it, else as far as the rules allow.
  mutating func hold(_ thread: Int, from position: Double) {
    threads[thread].floor = max(threads[thread].floor, position)
    let start = position - threads[thread].cold
    threads[thread].cold = 0
    if lock.isDropRequested {
      drop(thread, at: start)
    } else if lock.isContended {
      cutShort(thread, from: start)
    } else {
      runner = thread
      head(thread, from: start, to: threads[thread].total, .end)
    }
  }

  /// Schedules the holder's next release.
  private mutating func cutShort(_ thread: Int, from position: Double) {
    runner = nil
    let reached = max(position, threads[thread].floor)
    let release =
      thread == 0
      ? nil : setup.withProgram(threads[thread].isShort) { $0.nextRelease(from: reached) }
    head(
      thread, from: position, to: release ?? threads[thread].total,
      release == nil ? .end : .release)
  }

  /// How long a thread takes to run after a signal.
  private mutating func lockLatency() -> Double {
    let latencies = setup.costs.latencies
    let mean = setup.isCrowded && latencies.handOver > 0 ? latencies.handOver : latencies.lock
    guard mean > 0 else { return 0 }
    return mean * (1 + Self.strayOfWaking * (2 * lockStream.unit() - 1))
  }
}
