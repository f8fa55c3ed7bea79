import Dashboard
import Pipeline

extension Verdict {
  /// The advice for the user of a command line: in augtop's options for its own sessions, in the loader's
  /// arguments for a watched job.
  func sentence(for reading: Reading) -> String {
    reading.scenario.isJob ? jobAdvice(for: reading) : advice.sentence(reading.stageList)
  }
}
