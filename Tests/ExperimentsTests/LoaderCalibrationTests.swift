import Pipeline
import Quantities
import TestSupport
import Testing

@testable import Experiments

/// What the readings of `augtop calibrate --loader torch` come to.
struct LoaderCalibrationTests {
  private var readings: [String: [Double]] {
    var readings: [String: [Double]] = [
      "detach_us": [240], "wake_us": [90, 40, 30], "quiet": [50, 60, 55],
      "taken": Array(repeating: 55, count: 90) + Array(repeating: 4_055, count: 10),
      "crowded": Array(repeating: 4_055, count: 50) + Array(repeating: 55, count: 50),
      "owing": Array(repeating: 4_055, count: 75) + Array(repeating: 55, count: 25),
    ]
    for part in LoaderCosts.Part.allCases { readings[part.rawValue] = [40, 20, 30] }
    return readings
  }

  @Test func mediansBecomeParts() throws {
    let costs = try LoaderCalibration.costs(readings)
    #expect(costs[.collate] == .microseconds(30))
    #expect(costs[.hop] == .microseconds(60))
    #expect(costs[.wakeLeast] < costs[.wakeMost])
    #expect(costs[.wakeLeast] == .microseconds(24) && costs[.wakeMost] == .microseconds(56))
    #expect(costs.isWithinLimits)
  }

  /// The fuller the cores, the sooner a sleeping thread's core is taken.
  @Test func coresAreTakenAsSoonAsSleepsEndLate() throws {
    let costs = try LoaderCalibration.costs(readings)
    #expect(costs[.coreWait] == .microseconds(4_000))
    #expect(costs[.crowdedAfter] > .zero && costs[.crowdedAfter] < costs[.takenAfter])
    var quiet = readings
    quiet["taken"] = [55]
    quiet["crowded"] = [55]
    #expect(try LoaderCalibration.costs(quiet)[.takenAfter] == .zero)
  }

  /// A thread that worked is late in three of four cases, one that didn't in two, each time by 4 ms.
  @Test func whatWorkedBeforeItsSleepIsLater() throws {
    #expect(try LoaderCalibration.costs(readings)[.crowdedWork] == .milliseconds(1))
    var older = readings
    older["owing"] = nil
    #expect(try LoaderCalibration.costs(older)[.crowdedWork] == .zero)
  }

  /// Nothing is asserted of how long anything took.
  @Test(.enabled(if: FrameworkPython.tensorflow != nil, "TensorFlow isn't installed"))
  func anIteratorIsMeasured() throws {
    let calibration = try LoaderCalibration.measure(
      .tfData, python: try #require(FrameworkPython.tensorflow), arguments: ["3"],
      timeout: .seconds(60), keepsGoing: { true }, progress: { _ in })
    #expect(calibration.versions.first?.name == "tensorflow")
    #expect(calibration.costs.owners == [.tfData] && calibration.costs[.iterator] > .zero)
  }

  @Test func aPoolsPartsAreMedians() throws {
    let costs = try LoaderCalibration.costs(readings, of: .keras3)
    #expect(costs[.poolSend] == .microseconds(30) && costs[.hop] == .zero)
    #expect(costs.owners == [.keras3])
    var readings = readings
    readings["pool_task_us"] = nil
    #expect(throws: PythonFault.incomplete("its pool_task_us")) {
      try LoaderCalibration.costs(readings, of: .keras3)
    }
  }

  /// Nothing is asserted of how long anything took.
  @Test(.enabled(if: FrameworkPython.keras != nil, "Keras 3 isn't installed"))
  func aPoolIsMeasured() throws {
    let calibration = try LoaderCalibration.measure(
      .keras3, python: try #require(FrameworkPython.keras), arguments: ["14", "1"],
      timeout: .seconds(60), keepsGoing: { true }, progress: { _ in })
    #expect(calibration.versions.contains { $0.name == "keras" })
    #expect(calibration.costs[.poolSend] + calibration.costs[.poolSendPerMegabyte] > .zero)
    #expect(calibration.costs[.poolPickle] + calibration.costs[.poolPicklePerMegabyte] > .zero)
  }

  @Test func aMissingPartIsNamed() {
    var readings = readings
    readings["serve_us"] = nil
    #expect(throws: PythonFault.incomplete("its serve_us")) {
      try LoaderCalibration.costs(readings)
    }
  }
}
