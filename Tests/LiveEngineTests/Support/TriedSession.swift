import Augmentation
import Glibc
import Host
import Pipeline
import Quantities
import Testing
import Tracing

@testable import LiveEngine

/// A live session for a test: made of a scenario, stopped at the end whatever happens.
final class TriedSession {
  let live: LiveSession
  private(set) var isStopped = false

  init(
    _ scenario: Scenario, dataset: any DatasetSource = SmallPictures(),
    openFile: @escaping SessionFileOpener = TriedSession.noFile, checksBatches: Bool = false
  ) {
    live = LiveSession(
      scenario: scenario, dataset: dataset, checksBatches: checksBatches, openFile: openFile)
    do {
      try live.start()
    } catch {
      Issue.record(error)
    }
  }

  deinit {
    if !isStopped { _ = live.stop() }
  }

  func apply(_ change: ScenarioChange) { live.apply(.change(change)) }

  func stop() -> Reading {
    isStopped = true
    return live.stop()
  }

  /// Waits until a reading is so; records an issue after ten seconds without.
  @discardableResult
  func wait(
    _ what: Comment, location: SourceLocation = #_sourceLocation, until holds: (Reading) -> Bool
  ) -> Reading {
    for _ in 0..<5_000 {
      let reading = live.reading
      if holds(reading) { return reading }
      usleep(2_000)
    }
    Issue.record("waited in vain: \(what)", sourceLocation: location)
    return live.reading
  }

  /// Waits until `batches` more batches have been trained.
  func train(_ batches: Int, location: SourceLocation = #_sourceLocation) {
    let before = live.reading.batchesTrained
    wait("\(batches) more batches", location: location) {
      $0.batchesTrained >= before + batches
    }
  }

  static let noFile: SessionFileOpener = { path, _ throws(SessionFileFault) in
    throw .notWritable(path: path, SystemError(code: ENOSPC))
  }
}

extension Scenario {
  /// Batches of four small pictures and a GPU step of 200 µs; `change` makes it what a test needs.
  static func small(
    _ loader: Loader = .blocking, _ change: (inout Scenario) -> Void = { _ in }
  ) -> Scenario {
    var scenario = Scenario(name: "small")
    scenario.batchSize = 4
    scenario.loader = loader
    scenario.queueLimit = 3
    scenario.settings.horizontalFlip = true
    scenario.consumer.compute = .constant(.microseconds(200))
    change(&scenario)
    return scenario
  }

  /// The same with Python's costs: 200 µs a batch under the lock.
  static func smallPython(
    _ loader: Loader = .blocking, _ change: (inout Scenario) -> Void = { _ in }
  ) -> Scenario {
    small(loader) { scenario in
      scenario.apply(.costs(.smallPython))
      scenario.consumer.host = .microseconds(50)
      change(&scenario)
    }
  }
}

extension CostSource {
  static let smallPython = CostSource.profile(
    CostProfile(
      name: "small",
      stages: [
        "load": StageCost(fixed: .microseconds(20)),
        // 16 of 3 072 values: 15 µs without the lock.
        "warp": StageCost(
          fixed: .microseconds(15), perPicture32: .microseconds(2_880), lockFree: 1),
      ],
      switchInterval: .microseconds(500)))
}

extension PublishedSettings {
  /// Those of `Scenario.small` on a machine of one core.
  static func small(_ change: (inout Scenario) -> Void = { _ in }) -> PublishedSettings {
    PublishedSettings(
      RunSettings(
        generation: 0, scenario: .small(.blocking, change), shape: .cifar, machineCores: 1))
  }
}
