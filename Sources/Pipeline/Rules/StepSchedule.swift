import Quantities

/// Counts batches into steps, updates and epochs: which batch the device computes after, and which phases
/// follow a step.
///
/// Several GPUs that one machine feeds take a batch each, and their step begins when the last has its batch,
/// as in `DistributedDataParallel`: so the device computes, and the host launches, after the last batch of a
/// step. The hosts' work for the other GPUs is done by processes of their own at the same time.
package struct StepSchedule: Sendable, BitwiseCopyable {
  /// Nanoseconds of phases so far, start-up left out.
  package private(set) var paused = 0.0
  /// Batches taken of the present step.
  private var batches = 0
  /// The longest compute time of these, in nanoseconds.
  private var slowest = 0.0
  /// Steps since the last update.
  private var passes = 0
  /// Updates of the optimizer since the session's start.
  private var updates = 0
  /// Pictures of the present epoch.
  private var samples = 0
  private var epochs = 0
  private var isFirst = true

  /// A session's start.
  package init() {}

  /// The device's time of a step, in nanoseconds.
  package struct DeviceTime: Sendable, BitwiseCopyable {
    /// The transfer that compute waits for.
    package var transfer = 0.0
    /// Compute, and the all-reduce that follows it.
    package var compute = 0.0

    /// No time at all.
    package init() {}
  }

  /// Whether the batch that is taken now is the last of its step.
  package func completesStep(_ consumer: Consumer) -> Bool { batches + 1 >= consumer.gpus }

  /// Counts a batch that was taken; the answer is the device's time after it, none where the step lacks
  /// batches.
  ///
  /// - Parameters:
  ///   - transfer: Nanoseconds, as the scenario has it.
  ///   - compute: Nanoseconds, drawn for this batch: its GPU's time.
  ///   - allReduce: Nanoseconds.
  package mutating func device(
    _ consumer: Consumer, transfer: Double, compute: Double, allReduce: Double
  ) -> DeviceTime {
    var time = DeviceTime()
    slowest = max(slowest, compute)
    guard completesStep(consumer) else {
      batches += 1
      return time
    }
    batches = 0
    // The GPUs exchange gradients once the last has computed its own.
    let compute = slowest
    slowest = 0
    time.transfer = consumer.isPinned ? max(0, transfer - compute) : transfer
    time.compute = compute
    passes += 1
    if passes >= consumer.accumulate {
      passes = 0
      updates += 1
      time.compute += allReduce
    }
    return time
  }

  /// The phases after a batch's step, in their order; called after `device` for each batch.
  ///
  /// - Parameters:
  ///   - pictures: In the batch.
  ///   - samplesPerEpoch: Pictures an epoch.
  ///   - boundary: What lies between two epochs.
  ///   - perform: Called for each phase with its length in nanoseconds.
  /// - Returns: Whether an epoch has ended.
  package mutating func phases(
    after pictures: Int, in scenario: Scenario, samplesPerEpoch: Int, boundary: EpochBoundary,
    perform: (PhaseKind, Double) -> Void
  ) -> Bool {
    func pause(_ kind: PhaseKind, _ length: Duration) -> Double {
      let time = Double(Nanoseconds(length).count)
      if time > 0 { perform(kind, time) }
      return time
    }
    samples += pictures
    if batches == 0, isFirst {
      isFirst = false
      paused += pause(.firstStep, scenario.firstStepExcess)
    }
    if let checkpoint = scenario.phases.checkpoint, batches == 0, passes == 0,
      updates.isMultiple(of: checkpoint.every)
    {
      paused += pause(.checkpoint, checkpoint.takes)
    }
    guard samples >= samplesPerEpoch else { return false }
    samples = 0
    epochs += 1
    paused += pause(.workerEnd, boundary.drain)
    if let validation = scenario.phases.validation, epochs.isMultiple(of: validation.every) {
      paused += pause(.validation, scenario.validationTime)
    }
    paused += pause(.workerStart, boundary.start)
    return true
  }

  /// Pictures that are left of the present epoch.
  package func samplesLeft(of samplesPerEpoch: Int) -> Int { samplesPerEpoch - samples }

  /// The epoch begins anew, as the user asked; steps and updates go on.
  package mutating func restartEpoch() { samples = 0 }
}
