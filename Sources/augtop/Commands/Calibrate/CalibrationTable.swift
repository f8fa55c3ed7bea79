import Augmentation
import Experiments
import Pipeline
import Quantities

/// A table that compares a calibrated profile with another one.
struct CalibrationTable {
  private let calibration: Calibration
  private let other: CostProfile
  private let otherName: String

  /// A table with a column for each of the two profiles.
  init(_ calibration: Calibration, comparedTo other: CostProfile) {
    self.calibration = calibration
    self.other = other
    otherName = other.name
  }

  /// The table.
  var text: String {
    let python = calibration.python
    var table = TextTable([
      .left("stage", 16), .right("fixed", 8), .right("per 3072", 10), .right("no lock", 9),
      .right("range 0", 9), .right("\(calibration.shape)", 14), .right(otherName, 11),
      .right("ratio", 7), .right("spread", 8),
    ])
    for stage in Stage.allCases {
      if let cost = calibration.profile.stages[stage.rawValue] { table.add(cells(stage, cost)) }
    }
    let heading =
      "Python \(python.python), NumPy \(python.numpy), SciPy \(python.scipy);"
      + " \(calibration.rounds) rounds; microseconds a picture"
    return ([heading, ""] + table.lines + [""] + remarks).printableText
  }

  private func cells(_ stage: Stage, _ cost: StageCost) -> [String] {
    let here = cost.whole(calibration.shape)
    let there = other.stages[stage.rawValue]?.whole(calibration.shape)
    return [
      stage.rawValue, micros(cost.fixed),
      cost.perPicture32 > .zero ? micros(cost.perPicture32) : "",
      cost.lockFree > 0 ? NumberText.percent(cost.lockFree) : "",
      cost.identity.map(micros) ?? "", micros(here), there.map(micros) ?? "–",
      there.map { NumberText.fixed(here.seconds / max(1e-9, $0.seconds), 2) } ?? "–",
      calibration.spreads[stage].map { "±\(NumberText.percent($0))" } ?? "",
    ]
  }

  private var remarks: [String] {
    let sum = example(calibration.profile)
    let whole = calibration.whole.seconds
    var lines = [
      "Keras's cifar10 example: the stages add up to \(micros(.seconds(rounding: sum))) µs, the whole"
        + " function takes \(micros(calibration.whole)) µs: \(NumberText.rate(1 / max(whole, 1e-9)))"
        + " pictures/s (\(otherName): \(NumberText.rate(1 / example(other))))",
      "a warp by the identity: \(micros(calibration.idleWarp)) µs",
      "to another process and back, 10⁶ bytes and side:"
        + " \(micros(calibration.profile.serializationPerMegabyte)) µs"
        + " (\(otherName): \(micros(other.serializationPerMegabyte)))",
      "switch interval: \(micros(calibration.profile.switchInterval)) µs"
        + " (\(otherName): \(micros(other.switchInterval)));"
        + " slower for \(micros(calibration.profile.lockCold)) µs after the lock changed hands"
        + " (\(otherName): \(micros(other.lockCold)))",
    ]
    if !calibration.python.hasLock {
      lines.append("! this Python is free-threaded: run with --no-gil, it has no interpreter lock")
    }
    if calibration.speedSpread > Self.steady {
      lines.append(
        "the machine's speed changed by ±\(NumberText.percent(calibration.speedSpread)) between rounds;"
          + " stages are compared within rounds, the scale is the median round's: --cost-scale has"
          + " another one")
    }
    if abs(sum / max(whole, 1e-9) - 1) > Self.tolerance {
      lines.append(
        "! the stages don't add up to the whole function: the machine was busy, or clocks moved;"
          + " measure again")
    }
    return lines
  }

  /// Rounds that differ by less are about equally fast.
  private static let steady = 0.05
  /// How far the sum of the stages may be from the whole function.
  private static let tolerance = 0.15

  /// Seconds of a picture with shifts and a mirror.
  private func example(_ profile: CostProfile) -> Double {
    var settings = AugmentationSettings()
    settings.widthShiftRange = 0.1
    settings.heightShiftRange = 0.1
    settings.horizontalFlip = true
    return StageList.generator(settings).reduce(0) { sum, stage in
      sum + profile.charge(stage, in: .all, shape: calibration.shape).total.seconds
    }
  }

  private func micros(_ time: Duration) -> String { NumberText.short(time.seconds * 1e6) }
}

extension StageCost {
  fileprivate func whole(_ shape: PictureShape) -> Duration {
    .seconds(rounding: fixed.seconds + perPicture32.seconds * Double(shape.count) / 3072)
  }
}
