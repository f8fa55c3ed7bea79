package import Augmentation
package import Pipeline
import Quantities

/// The cost of each stage in this machine's Python, as the calibration script measured it.
package struct Calibration: Sendable {
  /// The versions of Python and the packages measured.
  package let python: CalibratedPython
  /// The shape of the pictures measured.
  package let shape: PictureShape
  /// The profile; the caller sets its name and description.
  package var profile: CostProfile
  /// Rounds in which every stage was read once.
  package let rounds: Int
  /// Half the interquartile range of each stage's readings, as a share of their median; changes of the
  /// machine's speed between rounds left out.
  package let spreads: [Stage: Double]
  /// The same of whole rounds: how far the machine changed its speed.
  package let speedSpread: Double
  /// The whole function for a picture: shifts and a mirror on, as in Keras's cifar10 example.
  package let whole: Duration
  /// The warp of a picture by the identity.
  package let idleWarp: Duration

  /// How long a thread takes to run after it was signalled that the lock is free; and how much longer it
  /// works after it took the lock over from another one, where that can't be measured: `keras-1.1`'s.
  private static let lock = (wake: Duration.microseconds(42), cold: Duration.microseconds(22))

  /// Measures for about `seconds` seconds.
  ///
  /// - Parameters:
  ///   - python: A path, or a name that is looked for on `PATH`.
  ///   - timeout: The longest time to wait for a line.
  ///   - keepsGoing: Called repeatedly while waiting; false ends the measurement.
  ///   - progress: Called with the part that is done, 0...1.
  ///
  /// - Throws: `PythonFault.missing` where packages are missing, `.unexpected` for an unexpected line,
  ///   `.incomplete` where readings are missing at the end, `.endless` where there is no end after ten
  ///   times `seconds` and `timeout`; else what `PythonScript` throws.
  package static func measure(
    python: String, shape: PictureShape, seconds: Double, timeout: Duration,
    keepsGoing: () -> Bool, progress: (Double) -> Void
  ) throws(PythonFault) -> Calibration {
    let script = String(decoding: PackageResources.calibrate_py, as: UTF8.self)
    let process = try PythonScript(
      python: python, script: script,
      arguments: ["\(shape.height)", "\(shape.width)", "\(shape.channels)", "\(seconds)"])
    var readings = CalibrationReadings()
    // Imports come first, and rounds may be slow; but a script without an end measures nothing.
    let longest = timeout + .seconds(rounding: 10 * seconds)
    let start = ContinuousClock.now
    while !readings.isDone {
      guard start.duration(to: .now) < longest else { throw .endless(longest) }
      let text: String
      do {
        text = try process.line(within: timeout, keepsGoing: keepsGoing)
      } catch {
        // The script ends after it has listed the missing packages, so its end is no other fault.
        guard readings.missing.isEmpty || error == .interrupted else {
          throw .missing(packages: readings.missing)
        }
        throw error
      }
      guard let line = CalibrationLine(text), readings.take(line) else { throw .unexpected(text) }
      if case .progress(let fraction) = line { progress(fraction) }
    }
    return try Calibration(readings, shape: shape)
  }

  /// Evaluates the readings: medians at one speed of the machine, and a line through two picture sizes where
  /// the cost grows.
  ///
  /// - Throws: `PythonFault.incomplete` where readings of a stage, or the versions, are missing.
  package init(_ readings: CalibrationReadings, shape: PictureShape) throws(PythonFault) {
    guard let python = readings.python else { throw .incomplete("its versions") }
    self.python = python
    self.shape = shape
    let rounds = CalibrationRounds(readings.cells)
    var stages: [String: StageCost] = [:]
    var spreads: [Stage: Double] = [:]
    for stage in Self.plain {
      let times = try rounds.times(stage, values: shape.count)
      stages[stage.rawValue] = StageCost(
        fixed: .microseconds(times.median), releases: KerasReleases.stretches(of: stage))
      spreads[stage] = times.spread
      if let identity = rounds[.stage(stage, isZero: true, values: shape.count)] {
        stages[stage.rawValue]?.identity = .microseconds(identity.median)
      }
    }
    for stage in Self.sized {
      let times = try rounds.times(stage, values: shape.count)
      stages[stage.rawValue] = try readings.line(stage, in: rounds, shape: shape)
      spreads[stage] = times.spread
    }
    profile = CostProfile(
      name: "", stages: stages, switchInterval: python.switchInterval,
      serializationPerMegabyte: .microseconds(try readings.pipe.median))
    (profile.lockWake, profile.lockCold) = Self.lock
    if let gain = readings.gain, python.hasLock {
      profile.lockCold = LockFit(profile, shape: shape).cold(gain: gain)
    }
    self.spreads = spreads
    speedSpread = rounds.spread
    self.rounds = rounds.count
    guard let whole = rounds[.whole] else { throw .incomplete("what a whole picture costs") }
    self.whole = .microseconds(whole.median)
    guard let idle = rounds[.stage(.warp, isZero: true, values: shape.count)] else {
      throw .incomplete("what warp costs with the identity")
    }
    idleWarp = .microseconds(idle.median)
  }

  /// Stages whose cost doesn't grow with the picture.
  private static let plain: [Stage] = [
    .rotation, .heightShift, .widthShift, .shear, .zoom, .compose, .horizontalFlip, .verticalFlip,
  ]
  private static let sized: [Stage] = [.load, .warp, .channelShift, .standardize, .collate]

  /// The lock-free share that the profile gets for a measured one: the other thread's Python isn't quite
  /// as fast as it would be alone, nor is what it gets nothing where nothing is lock-free.
  fileprivate static func lockFree(_ share: Double) -> Double {
    share < 0.05 ? 0 : share > 0.95 ? 1 : (share * 100).rounded() / 100
  }
}

/// The script's lines, collected.
package struct CalibrationReadings: Sendable {
  /// Packages, under their names on PyPI, that this Python lacks.
  package private(set) var missing: [String] = []
  /// The versions of Python and its packages; nil until the script has printed them.
  package private(set) var python: CalibratedPython?
  /// Whether the script's last line has come.
  package private(set) var isDone = false
  fileprivate private(set) var cells: [CalibrationRounds.Cell: [Double]] = [:]
  private var shares: [Stage: [Double]] = [:]
  private var pipes: [Double] = []
  private var rates: [Int: [Double]] = [:]

  /// No lines yet.
  package init() {}

  /// False where the line can't come now.
  package mutating func take(_ line: CalibrationLine) -> Bool {
    switch line {
    case .missing(let package):
      guard python == nil else { return false }
      missing.append(package)
      return true
    case .ready(let found):
      guard python == nil, missing.isEmpty else { return false }
      python = found
      return true
    case .progress: break
    case .time(let stage, let isZero, let values, let time):
      cells[.stage(stage, isZero: isZero, values: values), default: []].append(time)
    case .whole(let time): cells[.whole, default: []].append(time)
    case .pipe(let time): pipes.append(time)
    case .share(let stage, let share): shares[stage, default: []].append(share)
    case .threads(let count, let rate): rates[count, default: []].append(rate)
    case .done: isDone = true
    }
    return python != nil
  }

  /// How many times as many pictures two threads make as one, round by round; nil where the script has had
  /// one core.
  fileprivate var gain: Double? {
    median(zip(rates[1] ?? [], rates[2] ?? []).map { $1 / $0 })
  }

  fileprivate var pipe: Readings {
    get throws(PythonFault) {
      guard let readings = Readings(pipes) else { throw .incomplete("what a pipe costs") }
      return readings
    }
  }

  /// The line through the least and the calibrated size.
  fileprivate func line(
    _ stage: Stage, in rounds: CalibrationRounds, shape: PictureShape
  ) throws(PythonFault) -> StageCost {
    guard let least = rounds.sizes(of: stage).min(), least < shape.count else {
      throw .incomplete("what \(stage.rawValue) costs for a small picture")
    }
    let small = try rounds.times(stage, values: least)
    let large = try rounds.times(stage, values: shape.count)
    let slope = max(0, (large.median - small.median) / Double(shape.count - least))
    guard let share = Readings(shares[stage] ?? []) else {
      throw .incomplete("the share of \(stage.rawValue) without the lock")
    }
    return StageCost(
      fixed: .microseconds(max(0, large.median - slope * Double(shape.count))),
      perPicture32: .microseconds(slope * 3072),
      lockFree: Calibration.lockFree(min(1, share.median)),
      releases: KerasReleases.stretches(of: stage))
  }
}

extension CalibrationRounds {
  fileprivate func times(_ stage: Stage, values: Int) throws(PythonFault) -> Readings {
    guard let times = self[.stage(stage, isZero: false, values: values)] else {
      throw .incomplete("what \(stage.rawValue) costs")
    }
    return times
  }
}

extension Duration {
  /// Microseconds to the nanosecond.
  fileprivate static func microseconds(_ value: Double) -> Duration {
    .nanoseconds(Int64(nearest: value * 1e3))
  }
}
