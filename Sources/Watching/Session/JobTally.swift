package import Quantities

/// Observations of a job besides its session: parts of steps, phases, faults.
package struct JobTally: Sendable {
  /// The parts of a training step, in the host's time, summed over the steps that were measured.
  package struct Parts: Sendable {
    /// Steps that were measured.
    package var steps = 0
    /// From the batch to the model's first call.
    package var before = Nanoseconds.zero
    /// From there to the backward pass.
    package var forward = Nanoseconds.zero
    /// The backward pass.
    package var backward = Nanoseconds.zero
    /// The optimizer.
    package var optimizer = Nanoseconds.zero
    /// The rest of the steps.
    package var rest = Nanoseconds.zero
  }

  /// The steps' parts.
  package var parts = Parts()
  /// Steps whose CPU time is known.
  package var stepsWithCPU = 0
  /// CPU time of the loop's thread in them.
  package var stepCPU = Nanoseconds.zero
  /// Their time.
  package var stepTime = Nanoseconds.zero
  /// The share of a step that the loop's thread computes, 0...1; the rest it waits, as for a GPU.
  package var hostShare: Double {
    guard stepsWithCPU > 0, stepTime > .zero else { return 0 }
    return min(1, max(0, stepCPU.seconds / stepTime.seconds))
  }
  /// Time of other loaders' batches, as validation's.
  package var otherTime = Nanoseconds.zero
  /// From the job's start, or the attaching, to the first batch that was taken; nil before.
  package var untilFirstBatch: Nanoseconds?
  /// Modules that couldn't be hooked, with the reasons.
  package var unhooked: [String] = []
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
    let forward = parts.forward ?? parts.taken
    let backward = parts.backward ?? forward
    let backwardEnd = parts.backwardEnd ?? backward
    let optimizer = parts.optimizer ?? backwardEnd
    let optimizerEnd = parts.optimizerEnd ?? optimizer
    let moments = [
      parts.taken, forward, backward, backwardEnd, optimizer, optimizerEnd, parts.end,
    ]
    guard zip(moments, moments.dropFirst()).allSatisfy({ $0 <= $1 }) else { return }
    self.parts.steps += 1
    self.parts.before += forward - parts.taken
    self.parts.forward += backward - forward
    self.parts.backward += backwardEnd - backward
    self.parts.optimizer += optimizerEnd - optimizer
    self.parts.rest += optimizer - backwardEnd + (parts.end - optimizerEnd)
  }
}
