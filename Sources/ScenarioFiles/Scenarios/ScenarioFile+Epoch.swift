import Pipeline
import Quantities
import Toml

/// The `[epoch]` table, and the keys of `[gpu]` that concern several GPUs and updates.
extension ScenarioFile {
  static func readPhases(
    _ table: inout TomlTable
  ) throws(ConfigurationFault) -> EpochPhases {
    var phases = EpochPhases()
    phases.validation = try table.parsed(
      "validation", orSay: "isn't a validation; write \(PhaseText.validationForm)",
      PhaseText.validation)
    phases.checkpoint = try table.parsed(
      "checkpoint", orSay: "isn't a checkpoint; write \(PhaseText.checkpointForm)",
      PhaseText.checkpoint)
    assign(&phases.firstStep, try time("first-step", &table))
    assign(&phases.workerStart, try time("worker-start", &table))
    do {
      try phases.check()
    } catch {
      throw table.fault(error.option, "has \(error.value); write \(error.wanted)")
    }
    return phases
  }

  static func readUpdates(
    _ table: inout TomlTable, into consumer: inout Consumer
  ) throws(ConfigurationFault) {
    assign(&consumer.gpus, try table.value("gpus", in: Scenario.gpuCounts))
    assign(&consumer.accumulate, try table.value("accumulate", in: Scenario.accumulations))
    assign(&consumer.allReduce, try time("all-reduce", &table))
    assign(&consumer.isPinned, try table.value("pin-memory"))
  }

  /// A time from 0 to an hour.
  static func time(
    _ key: String, _ table: inout TomlTable
  ) throws(ConfigurationFault) -> Duration? {
    let why = "isn't a time; write it with its unit, as \"3.4ms\" (us, ms, s, min, h)"
    guard let time = try table.parsed(key, orSay: why, DurationText.parse) else { return nil }
    guard time >= .zero, time <= Scenario.computeTimes.upperBound else {
      throw table.fault(key, "is out of bounds; write 0ms to 1h")
    }
    return time
  }

  /// Only what differs from a training of steps alone on one GPU.
  static func addPhases(_ scenario: Scenario, to all: inout ScenarioAttributes) {
    let phases = scenario.phases
    guard phases != EpochPhases() else { return }
    all.begin("epoch")
    if let validation = phases.validation {
      all.add("validation", "\"\(PhaseText.write(validation))\"")
    }
    if let checkpoint = phases.checkpoint {
      all.add("checkpoint", "\"\(PhaseText.write(checkpoint))\"")
    }
    for (key, time) in [("first-step", phases.firstStep), ("worker-start", phases.workerStart)]
    where time > .zero {
      all.add(key, "\"\(DurationText.write(time))\"")
    }
  }

  static func addUpdates(_ consumer: Consumer, to all: inout ScenarioAttributes) {
    if consumer.gpus != 1 { all.add("gpus", "\(consumer.gpus)") }
    if consumer.accumulate != 1 { all.add("accumulate", "\(consumer.accumulate)") }
    if consumer.allReduce > .zero {
      all.add("all-reduce", "\"\(DurationText.write(consumer.allReduce))\"")
    }
    if consumer.isPinned { all.add("pin-memory", "true") }
  }
}
