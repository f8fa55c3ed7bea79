import Quantities

extension SessionLedger {
  /// A job's pause between two epochs that is no phase is part of neither.
  mutating func leaveOutPause(until wanted: Nanoseconds) {
    let since = max(lastStepEnd, phases.latestEnd ?? .zero)
    guard batchesTrained > 1, wanted > since else { return }
    phases.leaveOut(wanted - since)
    blocks.leaveOut(since..<wanted)
    settledBlocks?.leaveOut(since..<wanted)
    if settledBlocks != nil { settledPhases += wanted - since }
  }
}
