package import Augmentation
package import Pipeline
package import Quantities

/// What a session file says of its session before the first event.
package struct RecordedHeader: Sendable, Equatable {
  /// The trace's attributes, as they stand in the file.
  package var attributes: [SessionHeader.Attribute]
  package var identity: SessionHeader.Identity

  init(attributes: [SessionHeader.Attribute], identity: SessionHeader.Identity) {
    self.attributes = attributes
    self.identity = identity
  }

  package func value(_ key: String) -> String? { attributes.first { $0.key == key }?.value }

  /// The version of augtop that wrote it.
  package var version: String { value("augtop.version") ?? "" }
  package var scenarioName: String { value("session.scenario") ?? "" }

  /// The scenario's keys as its file has them, with their values.
  package var scenarioPairs: [(key: String, value: String)] {
    attributes.filter { $0.key.hasPrefix(Self.scenarioPrefix) }.map {
      (String($0.key.dropFirst(Self.scenarioPrefix.count)), $0.value)
    }
  }

  /// What stages cost; nil where the file doesn't say.
  package var costs: CostSource? { CostProfileText.read(attributes) }

  /// The session's stages, and which of them were on at its start; nil where the file doesn't say, as
  /// those of augtop 1 don't, or says what makes no sense.
  package var stages: (list: StageList, on: StageSet)? { StageListText.read(attributes) }

  /// The mean time that a step computes.
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

  /// The machine's processors; 1 where the file doesn't say.
  package var cores: Int {
    value("machine.cores").flatMap(Int.init).flatMap { (1...65_536).contains($0) ? $0 : nil } ?? 1
  }

  /// The pictures; nil where the file doesn't say, or says what can't be.
  package var dataset: DatasetFacts? {
    guard let count = dimension("pictures", most: 1_000_000_000),
      let height = dimension("height", most: 65_536), let width = dimension("width", most: 65_536),
      let channels = dimension("channels", most: 65_536),
      height * width * channels < Self.mostValues
    else { return nil }
    return DatasetFacts(
      count: count, shape: PictureShape(height: height, width: width, channels: channels))
  }

  /// Values of one picture; the datasets' readers allow no more.
  private static let mostValues = 1 << 31
  private static let scenarioPrefix = "scenario."

  private func clock(_ name: String) -> UInt64 {
    value("clock.\(name)_ns").flatMap(UInt64.init) ?? 0
  }

  private func dimension(_ name: String, most: Int) -> Int? {
    value("dataset.\(name)").flatMap(Int.init).flatMap { (1...most).contains($0) ? $0 : nil }
  }
}
