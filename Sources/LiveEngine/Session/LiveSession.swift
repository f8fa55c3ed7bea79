package import Augmentation
import CLinux
import Glibc
package import Host
package import Pipeline
package import Quantities
package import Tracing

/// A session on real threads and in real time.
///
/// Workers and consumer are threads of their own; a recorder thread drains their lanes, keeps the
/// ledger, writes the session file and publishes readings, the latest of which wins.
package final class LiveSession: SessionSource {
  /// The clock that counts from the session's start.
  package let clock: SessionClock
  /// Becomes readable when a reading has been published; closed by `stop`.
  package let wakeDescriptor: Int32
  private let shared: SharedSession
  private let recorder: Recorder
  private let threads: Monitor<SessionThreads>

  private struct SessionThreads {
    /// By number; a worker that has gone stays until its successor comes.
    var workers: [Int: EmulatedThread] = [:]
    var consumer: EmulatedThread?
    /// Changes requested so far.
    var generation = 0
    /// With all changes requested so far, whether or not a batch was made under them yet.
    var requested: Scenario
    var isPaused = false
    var isStopped = false
    var ownsDescriptor = true
  }

  /// - Parameters:
  ///   - scenario: Checked; its dataset is `dataset`.
  ///   - statistics: Fitted to `dataset`, where the scenario has featurewise settings.
  ///   - recording: An open session file, if the session is to be recorded from the start.
  ///   - checksBatches: For debugging: the consumer makes every batch again, alone and in order, and
  ///     the session fails where one differs. Steps take longer then.
  ///   - endsByTheClock: A picture of a cost profile is made at a set time after its beginning, as by a loop
  ///     that looks at the clock, however often other threads have its processor meanwhile.
  ///   - openFile: Opens the files of `record` requests; without it such a request fails, and the
  ///     reading contains the failure.
  package init(
    scenario: Scenario, dataset: any DatasetSource, statistics: Statistics? = nil,
    clock: SessionClock = SessionClock(),
    recording: sending SessionFile? = nil, checksBatches: Bool = false,
    endsByTheClock: Bool = false,
    openFile: SessionFileOpener? = nil
  ) {
    let cores = Int(cl_usable_processors())
    self.clock = clock
    wakeDescriptor = cl_eventfd()
    shared = SharedSession(
      scenario: scenario, dataset: dataset, statistics: statistics, clock: clock,
      machineCores: cores, checksBatches: checksBatches, endsByTheClock: endsByTheClock)
    recorder = Recorder(
      ledger: SessionLedger(
        scenario: scenario,
        dataset: DatasetFacts(count: dataset.count, shape: dataset.shape), cores: cores),
      shared: shared, wakeDescriptor: wakeDescriptor, recording: recording, openFile: openFile)
    threads = Monitor(SessionThreads(requested: scenario))
  }

  /// Starts the threads.
  ///
  /// - Throws: `ThreadFault` where the system doesn't give all of them; the session has stopped then.
  package func start() throws(ThreadFault) {
    do throws(ThreadFault) {
      try recorder.start()
      try threads.withLock { threads throws(ThreadFault) in
        threads.consumer = try startConsumer()
        try startMissingWorkers(&threads)
      }
    } catch {
      _ = stop()
      throw error
    }
  }

  /// The newest published reading.
  package var reading: Reading { recorder.reading }

  /// Workers whose threads run.
  var workersAtWork: Int { threads.withLock { $0.workers.values.count { !$0.isOver } } }

  /// Batches compared with the generator's so far; 0 without `checksBatches`.
  var batchesCompared: Int { shared.batchesCompared }

  /// Carries out a request of the user; returns without waiting for its effect. A change for whose
  /// workers the system has no threads is refused, which the reading says.
  package func apply(_ request: SessionRequest) {
    switch request {
    case .change(let change): apply(change)
    case .pause: setPaused(true)
    case .resume: setPaused(false)
    case .restartEpoch:
      shared.restartEpoch()
      recorder.note(.epochRestarted)
    case .mark(let text): recorder.note(.marker(text))
    case .record(let path): recorder.startRecording(path)
    case .stopRecording: recorder.stopRecording()
    case .replay: break
    }
  }

  /// Takes note of a piece of augtop's own work, for the recording.
  package func note(_ work: OwnWork) { recorder.note(work) }

  /// Shows in its readings what predictions take of augtop's own cost.
  package func countPredictions(_ cpu: @escaping @Sendable () -> Nanoseconds) {
    recorder.countPredictions(cpu)
  }

  /// Stops all threads, closes the session file, and answers with the report's reading.
  package func stop() -> Reading {
    let threads = threads.withLock { threads in
      threads.isStopped = true
      return Array(threads.workers.values) + [threads.consumer].compactMap { $0 }
    }
    shared.stop()
    for thread in threads { thread.join() }
    shared.joinProcesses()
    let last = recorder.stop()
    // Not before the recorder has ended: the number may soon be another file's.
    self.threads.withLock { threads in
      if threads.ownsDescriptor { close(wakeDescriptor) }
      threads.ownsDescriptor = false
    }
    return last
  }

  private func apply(_ change: ScenarioChange) {
    threads.withLock { threads in
      guard !threads.isStopped else { return }
      let workers = threads.requested.workers
      publish(change, &threads)
      do throws(ThreadFault) {
        try startMissingWorkers(&threads)
      } catch {
        // The workers that run are as many as before; a recording has both changes.
        publish(.workers(workers), &threads)
        recorder.refuse(change)
      }
    }
  }

  private func publish(_ change: ScenarioChange, _ threads: inout SessionThreads) {
    threads.generation += 1
    threads.requested.apply(change)
    // The recorder must have the note before a worker can begin a batch of the generation.
    recorder.note(.asked(change, generation: threads.generation, scenario: threads.requested))
    shared.publish(threads.requested, generation: threads.generation)
  }

  private func setPaused(_ paused: Bool) {
    threads.withLock { threads in
      guard threads.isPaused != paused, !threads.isStopped else { return }
      threads.isPaused = paused
      recorder.note(paused ? .paused : .resumed)
      shared.queue.setPaused(paused)
    }
  }

  /// Starts the workers that the scenario asks for and that don't run; too many go by themselves.
  private func startMissingWorkers(_ threads: inout SessionThreads) throws(ThreadFault) {
    for number in 0..<threads.requested.makers(machineCores: shared.machineCores)
    where shared.register(worker: number) {
      let lane = recorder.lane(.worker(number))
      let present = recorder.present(worker: number)
      let shared = shared
      let thread: EmulatedThread
      do throws(ThreadFault) {
        thread = try EmulatedThread(name: "worker \(number + 1)") {
          var worker = Worker(number: number, shared: shared, lane: lane, present: present)
          worker.run()
        }
      } catch {
        shared.unregister(worker: number)
        throw error
      }
      threads.workers[number] = thread
      recorder.watch(thread)
    }
  }

  private func startConsumer() throws(ThreadFault) -> EmulatedThread {
    let lane = recorder.lane(.consumer)
    let shared = shared
    let thread = try EmulatedThread(name: "gpu") {
      var consumer = GPUSimulator(shared: shared, lane: lane)
      consumer.run()
    }
    recorder.watch(thread)
    return thread
  }
}
