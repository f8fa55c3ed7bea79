import ArgumentParser
import Pipeline
import Quantities
import ScenarioFiles

/// Pauses of an epoch, and several GPUs.
struct EpochOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Validation after an epoch: its pictures; a batch takes as long as a step computes, or \
      step=TIME; every=N, after every N epochs.
      """, valueName: "pictures"))
  var validation: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Checkpoints that training waits for: \(PhaseText.checkpointForm).", valueName: "checkpoint"))
  var checkpoint: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The first step in all, where it compiles or tunes; later ones take --gpu.", valueName: "time"
    ))
  var firstStep: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How long workers take to start.", valueName: "time"))
  var workerStart: String?
  @Flag(
    inversion: .prefixedNo,
    help: "torch: workers stay from one epoch to the next, as PyTorch's persistent_workers.")
  var persistentWorkers: Bool?
  @Option(
    parsing: .unconditional,
    help: "GPUs fed by this machine; a step takes a batch for each and waits for the last.")
  var gpus: Int?
  @Option(parsing: .unconditional, help: "Steps whose gradients go into one update.")
  var accumulate: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Exchanging gradients after each update.", valueName: "time"))
  var allReduce: String?
  @Flag(
    inversion: .prefixedNo,
    help: "The copy to the device overlaps the step before, as from pinned memory.")
  var pinMemory: Bool?

  /// - Throws: A `CommandFault` of status 2 for a text that isn't in its form.
  func apply(to scenario: inout Scenario) throws {
    if let validation {
      guard let parsed = PhaseText.validation(validation) else {
        throw CommandFault.wrong(
          "--validation \(validation): write pictures, as \(PhaseText.validationForm)")
      }
      scenario.phases.validation = parsed
    }
    if let checkpoint {
      guard let parsed = PhaseText.checkpoint(checkpoint) else {
        throw CommandFault.wrong(
          "--checkpoint \(checkpoint): write steps and time, as \(PhaseText.checkpointForm)")
      }
      scenario.phases.checkpoint = parsed
    }
    if let firstStep { scenario.phases.firstStep = try durationOption("first-step", firstStep) }
    if let workerStart {
      scenario.phases.workerStart = try durationOption("worker-start", workerStart)
    }
    if let persistentWorkers { scenario.keepsWorkers = persistentWorkers }
    if let gpus { scenario.consumer.gpus = gpus }
    if let accumulate { scenario.consumer.accumulate = accumulate }
    if let allReduce { scenario.consumer.allReduce = try durationOption("all-reduce", allReduce) }
    if let pinMemory { scenario.consumer.isPinned = pinMemory }
  }
}
