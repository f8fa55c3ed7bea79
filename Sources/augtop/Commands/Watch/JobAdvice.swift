import Dashboard
import Pipeline
import Watching

extension Verdict {
  /// The advice for the user of a command line: in augtop's options for its own sessions, in the loader's
  /// arguments for a watched job.
  func sentence(for reading: Reading) -> String {
    reading.scenario.isJob ? jobAdvice(for: reading) : advice.sentence(reading.stageList)
  }
}

extension JobLoader {
  /// Changes that nothing was measured for to predict them from, each with the reason.
  var unpredicted: [String] {
    guard kind == "torch" else { return [] }
    var lines: [String] = []
    if workers > 0, !isPersistent, restart == nil {
      lines.append("persistent workers aren't predicted: no epoch has ended yet")
    } else if workers > 0, isPersistent {
      lines.append("workers that start anew aren't predicted: these stay")
    }
    if isPinned {
      lines.append("memory that isn't pinned isn't predicted: this is")
    } else if !hasDevice {
      lines.append(
        "pinned memory isn't predicted: the job has no device that batches are copied to")
    } else if parts.mean == nil {
      lines.append("pinned memory isn't predicted: no step was measured")
    }
    return lines
  }
}
