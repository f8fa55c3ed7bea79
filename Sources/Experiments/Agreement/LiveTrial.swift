import Augmentation
import CLinux
package import Pipeline
import Quantities

/// A paired experiment on a running session: one change, made and taken back in blocks A B B A.
package struct LiveTrial {
  /// Readings come ten times a second.
  private static let pollInterval = Nanoseconds.milliseconds(40)

  private let session: any SessionSource
  private let change: ScenarioChange
  private let original: Scenario

  /// - Parameter session: A session that runs `original`; only the trial may change it.
  package init(_ session: any SessionSource, change: ScenarioChange, original: Scenario) {
    self.session = session
    self.change = change
    self.original = original
  }

  /// Runs it; nil where it was cancelled, or the session can't go on. The change is taken back.
  ///
  /// - Parameter beforeChange: Called with the last reading before each change is made.
  package func run(
    _ trial: PairedTrial = PairedTrial(), isCancelled: () -> Bool,
    beforeChange: (Reading) -> Void = { _ in }, progress: (PairedTrial) -> Void
  ) -> PairedTrial.Result? {
    var trial = trial
    var isChanged = false
    defer { if isChanged { session.apply(.change(original.undoing(change))) } }
    while !trial.isOver {
      if isCancelled() { return nil }
      let wishes = trial.side == .changed
      if wishes != isChanged {
        if wishes { beforeChange(session.reading) }
        session.apply(.change(wishes ? change : original.undoing(change)))
        isChanged = wishes
      }
      cl_sleep_until_ns(cl_monotonic_ns() + Self.pollInterval.count)
      let reading = session.reading
      if case .failed = reading.state { return nil }
      let expected = wishes ? original.applying(change) : original
      trial.observe(
        batches: reading.batchesTrained, lastStep: reading.lastStepEnd,
        phases: reading.phasesBefore, at: reading.at,
        holds: reading.pending.isEmpty && reading.scenario == expected)
      progress(trial)
    }
    return trial.result
  }
}

extension Scenario {
  /// The change that brings this scenario back after `change`.
  fileprivate func undoing(_ change: ScenarioChange) -> ScenarioChange {
    switch change {
    case .stage(let stage, _): .stage(stage, on: stages.contains(stage))
    case .stages, .ablation: .stages(stages)
    case .loader: .loader(loader)
    case .workers: .workers(workers)
    case .queueLimit: .queueLimit(queueLimit)
    case .prefetch: .prefetch(prefetch)
    case .keptWorkers: .keptWorkers(keepsWorkers ?? true)
    case .pinnedMemory: .pinnedMemory(consumer.isPinned)
    case .compute: .compute(consumer.compute.mean)
    case .costs: .costs(costs)
    case .interpreterLock: .interpreterLock(interpreterLock)
    case .governor: .governor(governor)
    case .setting(let change): .setting(change.restoring(settings))
    }
  }
}
