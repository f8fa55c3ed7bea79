import Pipeline

/// A change of the scenario while a `DataLoader`'s processes run, or to or from them.
///
/// The batches in the making are finished at once when processes begin or end: a real loader is made
/// anew for such a change.
extension Simulation {
  /// - Parameter before: The setup until now.
  mutating func changeProcesses(from before: SimulationSetup) {
    let isSame = before.makers == setup.makers && before.ahead == setup.ahead
    if before.hasProcesses, setup.hasProcesses, isSame { return processes.adopt(setup) }
    let phase = before.hasProcesses ? endProcesses(of: before) : endThreads()
    lock = InterpreterLockRules()
    runner = nil
    burning = 0
    rate = 1
    threads = Array(repeating: SimulatedThread(), count: setup.makers + 1)
    due = Array(repeating: clock, count: setup.makers + 1)
    threads[0].batch = phase.batch
    threads[0].isShort = setup.isShort(phase.batch)
    if setup.hasProcesses { startProcesses() }
    let next = phase.stepEnd ?? phase.goesOn
    (due[0], processes.due[0]) = (next, next)
    guard phase.stepEnd != nil else { return }
    threads[0].phase = .computing
    processes.threads[0].step = .stepped
  }

  /// What the consumer is at: its batch, when its step ends (nil between steps), and when it looks for the
  /// next batch.
  private struct Step {
    var batch: Int
    var stepEnd: Double?
    var goesOn: Double
  }

  private mutating func endThreads() -> Step {
    var step = Step(batch: threads[0].batch, goesOn: clock)
    for thread in 1..<threads.count {
      let isMaking = threads[thread].isAtWork || threads[thread].phase == .loading
      let isSending = threads[thread].phase == .sending
      guard isMaking || isSending || threads[thread].wantsRoom else { continue }
      threads[thread].finished = max(threads[thread].finished, threads[thread].start)
      if isMaking { threads[thread].finished = clock }
      queue.put(threads[thread].batch)
      if Listener.listens { listener.receive(.made(finishedBatch(thread))) }
    }
    switch threads[0].phase {
    case .computing: step.stepEnd = due[0]
    case _ where threads[0].isAtWork: step.stepEnd = stepEndWithoutHost
    // A pause of the training goes on.
    case .looking where due[0] < .infinity: step.goesOn = due[0]
    default: break
    }
    return step
  }

  private mutating func endProcesses(of before: SimulationSetup) -> Step {
    var step = Step(batch: threads[0].batch, goesOn: clock)
    for worker in processes.workers.indices {
      if processes.workers[worker].batch != nil { finishProcessBatch(worker) }
      for batch in processes.workers[worker].made { queue.put(batch) }
    }
    for (_, batch) in processes.pipe { queue.put(batch) }
    switch processes.threads[0].step {
    case .received, .hop, .answered, .mapped: queue.put(processes.received.batch)
    case .deliver, .compute: step.stepEnd = stepEndWithoutHost
    case .wake, .stepped: step.stepEnd = processes.due[0]
    case .paused: step.goesOn = processes.due[0]
    default: break
    }
    return step
  }

  /// The end of a step whose work on the processor is cut short.
  private var stepEndWithoutHost: Double {
    mutating get {
      consumer.hostEnd = clock
      consumer.device = consumer.schedule.device(
        setup.scenario.consumer, transfer: setup.transfer, compute: setup.constantCompute ?? 0,
        allReduce: setup.allReduce)
      return clock + consumer.device.transfer + consumer.device.compute
    }
  }
}
