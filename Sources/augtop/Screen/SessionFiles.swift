import Augmentation
import Glibc
import Host
import LiveEngine
import Pipeline
import ScenarioFiles
import Tracing

/// Opens session files with the scenario and the machine in their header.
struct SessionFiles {
  /// The clock of the session that is recorded.
  let clock: SessionClock
  /// The facts of its dataset.
  let dataset: DatasetFacts

  /// Session files of a session with this clock and dataset.
  init(clock: SessionClock, dataset: any DatasetSource) {
    self.clock = clock
    self.dataset = DatasetFacts(count: dataset.count, shape: dataset.shape)
  }

  /// For the key that records: never replaces an existing file.
  var opener: SessionFileOpener {
    { [self] path, scenario throws(SessionFileFault) in
      try create(path, scenario, replacing: false)
    }
  }

  /// Creates a session file.
  ///
  /// - Throws: A `SessionFileFault` where it can't be created, or exists and isn't to be replaced.
  func create(
    _ path: String, _ scenario: Scenario, replacing: Bool
  ) throws(SessionFileFault) -> sending SessionFile {
    try SessionFile(
      creating: path,
      header: SessionHeader(
        scenario: scenario, dataset: dataset, attributes: Self.attributes(scenario),
        version: augtopVersion, clocks: SessionClocks(monotonic: clock.start)),
      replacing: replacing)
  }

  /// The whole scenario under its file's keys, so that a recording can be run again.
  ///
  /// - Parameter stages: The session's; nil means the generator's.
  static func attributes(
    _ scenario: Scenario, stages: StageList? = nil
  ) -> [SessionHeader.Attribute] {
    ScenarioFile.attributes(scenario, stages: stages ?? scenario.generatorStages).pairs.map {
      key, value in
      SessionHeader.Attribute("scenario.\(key)", value)
    }
  }

  /// A file's path from the root on; the path as it is where the file is gone.
  static func absolute(_ path: String) -> String {
    guard let whole = realpath(path, nil) else { return path }
    defer { free(whole) }
    return String(cString: whole)
  }

  /// Where the nth recording of this run goes that a key starts.
  static func path(_ number: Int) -> String { path(number, ending: "pftrace") }

  /// A file's name in the working folder by the local date and time.
  static func path(_ number: Int, ending: String) -> String {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let day = "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
    let moment = "\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))"
    return "augtop-\(day)-\(moment)-\(number).\(ending)"
  }
}
