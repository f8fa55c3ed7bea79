package import Augmentation
package import Pipeline
package import Quantities

/// The facts about a session that were read from the header of its file.
package struct RecordedHeader: Sendable, Equatable {
  /// The trace's attributes, in the order of the file.
  package var attributes: [SessionHeader.Attribute]
  /// The session's identity; zeros where the file has none.
  package var identity: SessionHeader.Identity

  init(attributes: [SessionHeader.Attribute], identity: SessionHeader.Identity) {
    self.attributes = attributes
    self.identity = identity
  }

  /// The value of the first attribute with this key; nil where there is none.
  ///
  /// - Complexity: O(attributes).
  package func value(_ key: String) -> String? { attributes.first { $0.key == key }?.value }

  /// The version of augtop that wrote the file; empty where the file has none.
  package var version: String { value("augtop.version") ?? "" }
  /// The name of the session's scenario; empty where the file has none.
  package var scenarioName: String { value("session.scenario") ?? "" }

  /// The scenario's keys and values, as a scenario file has them.
  package var scenarioPairs: [(key: String, value: String)] {
    attributes.filter { $0.key.hasPrefix(Self.scenarioPrefix) }.map {
      (String($0.key.dropFirst(Self.scenarioPrefix.count)), $0.value)
    }
  }

  /// The costs of the stages; nil where the file has none or they are invalid.
  package var costs: CostSource? { CostProfileText.read(attributes) }

  /// The session's stages, and those of them that were on at its start; nil where the file has
  /// none, as the files of augtop 1, or where they are invalid.
  package var stages: (list: StageList, on: StageSet)? { StageListText.read(attributes) }

  /// The mean computing time of a training step; nil where the file has none or it is outside the
  /// limits of `Scenario`.
  package var meanCompute: Duration? {
    value("session.compute_ns").flatMap(ExactTime.read).flatMap {
      Scenario.computeTimes.contains($0) ? $0 : nil
    }
  }

  /// The sampled times of steps, or the means of their hundredths; nil where the file holds none.
  package var stepTimes: [Nanoseconds]? {
    value("session.step_times_ns").flatMap(StepTimesText.read)
  }

  package var clocks: SessionClocks {
    SessionClocks(
      monotonic: clock("monotonic"), boottime: clock("boottime"), realtime: clock("realtime"))
  }

  /// The number of processors that the session could use; 1 where the file has none or an invalid
  /// number.
  package var cores: Int {
    value("machine.cores").flatMap(Int.init).flatMap { (1...65_536).contains($0) ? $0 : nil } ?? 1
  }

  /// The number and shape of the pictures; nil where the file has none, or a number is beyond the
  /// readers' limits.
  package var dataset: DatasetFacts? {
    guard let count = dimension("pictures", most: 1_000_000_000),
      let height = dimension("height", most: 65_536), let width = dimension("width", most: 65_536),
      let channels = dimension("channels", most: 65_536),
      height * width * channels < Self.mostValues
    else { return nil }
    return DatasetFacts(
      count: count, shape: PictureShape(height: height, width: width, channels: channels))
  }

  /// The limit of values in one picture, which is also that of the datasets' readers.
  private static let mostValues = 1 << 31
  private static let scenarioPrefix = "scenario."

  private func clock(_ name: String) -> UInt64 {
    value("clock.\(name)_ns").flatMap(UInt64.init) ?? 0
  }

  private func dimension(_ name: String, most: Int) -> Int? {
    value("dataset.\(name)").flatMap(Int.init).flatMap { (1...most).contains($0) ? $0 : nil }
  }
}
