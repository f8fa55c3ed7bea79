package import Quantities

/// Observations of a job besides its session: parts of steps, phases, faults.
package struct JobTally: Sendable {
  /// CPU time of the loop's thread in the steps that were measured, whether they had such parts or not.
  private var stepCPU = Nanoseconds.zero
  /// Their time.
  private var stepTime = Nanoseconds.zero
  /// The share of a step that the loop's thread computes, 0...1; the rest it waits, as for a GPU.
  package var hostShare: Double {
    guard stepTime > .zero else { return 0 }
    return min(1, max(0, stepCPU.seconds / stepTime.seconds))
  }
  /// Time of other loaders' batches, as validation's.
  package var otherTime = Nanoseconds.zero
  /// Modules that couldn't be hooked, with the reasons.
  package var unhooked: [String] = []
  /// Errors that ended loops over loaders, as a worker's death, in the framework's words.
  package var failures: [String] = []
  /// Stages that weren't bypassed, since they change shape or type.
  package var refused: [String] = []
  /// Records that were overwritten before they were read.
  package var lost = 0
  /// Records and lines with impossible values.
  package var impossible = 0
  /// Processes that write rings.
  package var processes = 0
  /// Ranks of processes that train together, by process, as their launcher has told them.
  package var ranks: [Int32: Int] = [:]
  /// The training process's memory.
  package var memory = MemoryUse()
  /// Versions of Python.
  package var python: Set<String> = []
  /// Times that stages were bypassed and on again: generation, first batch, number of stages.
  package var applied: [(generation: Int, batch: Int, bypassed: Int, at: Nanoseconds)] = []

  mutating func add(_ parts: RingRecord.StepParts) {
    stepCPU += parts.cpu
    stepTime += parts.end - parts.taken
  }
}
