import Augmentation
package import Host
package import Pipeline
import ScenarioFiles
package import Toml
package import Tracing

/// An open session file: the session's facts, and its records, which can be read again and again.
package struct RecordedSession {
  /// The file as the user named it.
  package let path: String
  /// Version, clocks, machine and scenario, as recorded.
  package let header: RecordedHeader
  /// The scenario that the session began with; where there is a `scenarioFault`, only the part of
  /// it that could be read.
  package let scenario: Scenario
  /// Why the recorded scenario couldn't be read: another version's words, or step times that the
  /// recording doesn't hold.
  package let scenarioFault: ConfigurationFault?
  /// Number and shape of the pictures; the synthetic dataset's where the recording doesn't hold
  /// them.
  package let dataset: DatasetFacts
  /// The session's stages; of a recording that has no list, the generator's of that time.
  package let stages: StageList
  /// The records, from the first on.
  package var records: SessionRecords
  /// Identifies this state of the file; nil where it is no file.
  package let stamp: FileStamp?
  private let file: SessionFileReader

  /// Opens a session file and reads its header.
  ///
  /// - Throws: `SessionFileFault` for a file that can't be read or isn't a session file.
  package init(path: String) throws(SessionFileFault) {
    self.init(try SessionFileReader(path: path))
  }

  /// Opens a session file in memory; faults name it `path`.
  ///
  /// - Throws: `SessionFileFault` for bytes that aren't a session file.
  package init(bytes: [UInt8], path: String) throws(SessionFileFault) {
    self.init(try SessionFileReader(bytes: bytes, path: path))
  }

  private init(_ file: SessionFileReader) {
    path = file.path
    header = file.header
    var (scenario, fault) = Self.scenario(file.header, path: file.path)
    if let recorded = header.stages {
      stages = recorded.list
      scenario.stages = recorded.on
    } else {
      let generator = scenario.generatorStages
      let on = generator.names(in: scenario.stages)
      stages = generator.selecting(Self.stagesWithoutList)
      scenario.stages = StageSet(stages.filter { on.contains($0.name) }.map(\.id))
    }
    (self.scenario, scenarioFault) = (scenario, fault)
    dataset = file.header.dataset ?? DatasetFacts(count: 50_000, shape: .cifar)
    records = SessionRecords(file, scenario: scenario, stages: stages)
    stamp = file.stamp
    self.file = file
  }

  /// The same session with a reader of its own, for another thread.
  ///
  /// - Throws: `SessionFileFault` for a file that can't be opened again.
  package func another() throws(SessionFileFault) -> RecordedSession {
    RecordedSession(try file.another(), self)
  }

  private init(_ file: SessionFileReader, _ other: borrowing RecordedSession) {
    path = other.path
    header = other.header
    (scenario, scenarioFault) = (other.scenario, other.scenarioFault)
    dataset = other.dataset
    stages = other.stages
    records = SessionRecords(file, scenario: other.scenario, stages: other.stages)
    stamp = other.stamp
    self.file = file
  }

  /// The recorded scenario; files that it names aren't opened, for the recording holds the costs and
  /// the step times. Recordings that don't hold the step times have their mean.
  private static func scenario(
    _ header: RecordedHeader, path: String
  ) -> (Scenario, ConfigurationFault?) {
    var pairs = Array(header.scenarioPairs.prefix(mostKeys))
    let recorded = RecordedContent(costs: header.costs, stepTimes: header.stepTimes)
    var fault: ConfigurationFault?
    var isStepGone = false
    // The switches are in the list of stages, whose names may be none of the generator's.
    if header.stages != nil { pairs.removeAll { $0.key.hasPrefix("stages.") } }
    while !pairs.isEmpty {
      do {
        var scenario = try ScenarioFile.parse(pairs, file: path, recorded: recorded)
        if isStepGone, let mean = header.meanCompute { scenario.consumer.compute = .constant(mean) }
        return (scenario, fault)
      } catch {
        fault = fault ?? error
        // One key less, the one at fault where that is known, until the rest makes sense.
        let place = pairs.firstIndex { $0.key == error.keyPath } ?? pairs.indices.last
        guard let place else { break }
        isStepGone = isStepGone || pairs[place].key == "gpu.compute"
        pairs.remove(at: place)
      }
    }
    return (Scenario(name: header.scenarioName), fault)
  }

  /// The generator's stages when session files had no list of stages. Recordings of that time refer
  /// to them by their places, so this never changes.
  private static let stagesWithoutList = [
    "load", "rotation", "height-shift", "width-shift", "shear", "zoom", "compose", "warp",
    "channel-shift", "horizontal-flip", "vertical-flip", "lens", "standardize", "collate",
  ]

  /// More than a scenario has; a crafted header can have a million.
  private static let mostKeys = 200
}
