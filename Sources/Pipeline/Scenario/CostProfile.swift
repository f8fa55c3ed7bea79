package import Augmentation
package import Quantities

/// The cost of each stage in another implementation, per picture. The worker runs this program's
/// kernel for the pixels and then burns the rest of the cost.
///
/// A stage that isn't in the profile costs nothing extra.
package struct CostProfile: Hashable, Sendable {
  /// The profile's name.
  package var name: String
  /// The file it was read from; nil for the program's own.
  package var path: String?
  /// A description of the measured software and machine; free text.
  package var about: String
  /// By the stage's name.
  package var stages: [String: StageCost]
  /// How long a thread waits for the interpreter lock before it asks for it (CPython: 5 ms).
  package var switchInterval: Duration
  /// What the interpreter lock costs the threads that share it.
  package var lock: LockCosts
  /// How much slower a thread works after it has slept; nil where that wasn't measured.
  package var afterRest: AfterRest?
  /// Copying a batch to another process and back, per 10⁶ bytes and side.
  package var serializationPerMegabyte: Duration
  /// The factor by which all costs are longer than on the measured machine; the times above include
  /// it.
  package private(set) var scale: Double

  /// A profile of stage costs that already include `scale`.
  package init(
    name: String, about: String = "", stages: [String: StageCost],
    switchInterval: Duration = .milliseconds(5), lock: LockCosts = .usual,
    afterRest: AfterRest? = nil, serializationPerMegabyte: Duration = .zero, scale: Double = 1
  ) {
    self.name = name
    self.about = about
    self.stages = stages
    self.switchInterval = switchInterval
    self.lock = lock
    self.afterRest = afterRest
    self.serializationPerMegabyte = serializationPerMegabyte
    self.scale = scale
  }
}

extension CostProfile {
  /// From a tenth of the time to ten times: beyond that the profile is one of another program.
  package static let scales = 0.1...10

  /// The valid times of a stage, a megabyte and the switch interval, before any scaling: no stage
  /// takes a minute for one picture.
  package static let times = Duration.zero...Duration.seconds(60)

  /// Whether its scale is one of `scales`, its times lie within `times`, scaled up where it is, and
  /// shares within 0...1.
  package var isWithinLimits: Bool {
    guard Self.scales.contains(scale) else { return false }
    let scaled = Duration.zero...Self.times.upperBound * max(1, scale)
    return Self.times.contains(switchInterval) && scaled.contains(serializationPerMegabyte)
      && lock.isWithin(scaled) && afterRest?.isWithinLimits ?? true
      && stages.values.allSatisfy { $0.isWithin(scaled) }
  }

  /// The name, and the scale where there is one.
  package var label: String { scale == 1 ? name : "\(name) ×\(scale)" }

  /// The same program on a slower or faster processor: every time is `scale` times the measured one.
  /// The switch interval stays, since it is a clock's, and so do waits and wake-ups, which are the
  /// kernel's and other devices'.
  package func scaled(to scale: Double) -> CostProfile {
    guard scale != self.scale else { return self }
    let factor = scale / self.scale
    var scaled = self
    scaled.scale = scale
    scaled.stages = stages.mapValues { $0.scaled(by: factor) }
    scaled.lock.cold = .seconds(rounding: lock.cold.seconds * factor)
    scaled.serializationPerMegabyte = .seconds(
      rounding: serializationPerMegabyte.seconds * factor)
    return scaled
  }
}

extension CostProfile {
  /// The rule for a stage's cost.
  ///
  /// Off: nothing. On with a setting: the whole cost. On with a setting of zero: `identity` where
  /// the profile has one, else nothing for what draws and for `standardize`, and the whole cost for
  /// `compose` and `warp`, which Keras 1.1.0 runs always.
  package func charge(
    _ stage: SessionStage, in stages: StageSet, shape: PictureShape
  ) -> StageCharge {
    guard stages.contains(stage.id), let cost = self.stages[stage.name] else { return .nothing }
    let wait = Nanoseconds(cost.wait)
    if stage.isIdle {
      return StageCharge(held: Nanoseconds(cost.identity ?? .zero), lockFree: .zero, wait: wait)
    }
    let sized = cost.perPicture32.seconds * Double(shape.count) / 3072
    return StageCharge(
      held: Nanoseconds(seconds: cost.fixed.seconds + sized * (1 - cost.lockFree)),
      lockFree: Nanoseconds(seconds: sized * cost.lockFree), releases: cost.releases,
      briefReleases: cost.briefReleases, wait: wait, spread: cost.spread)
  }
}

extension CostProfile {
  /// Bytes of one value on its way to another process: Keras 1.1.0's batches are float64.
  package static let serializedValue = 8

  /// The time that a batch takes on each side of a pipe.
  package func serialization(pictures: Int, shape: PictureShape) -> Nanoseconds {
    let megabytes = Double(pictures * shape.count * Self.serializedValue) * 1e-6
    return Nanoseconds(seconds: serializationPerMegabyte.seconds * megabytes)
  }
}

/// Where a stage's cost comes from.
package enum CostSource: Hashable, Sendable {
  /// The Swift kernels as they are.
  case native
  /// A profile's costs: the kernel runs and the worker burns the rest of the time.
  case profile(CostProfile)

  /// "native", or the profile's label.
  package var name: String {
    switch self {
    case .native: "native"
    case .profile(let profile): profile.label
    }
  }
}
