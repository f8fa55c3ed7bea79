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
  /// How long a thread takes to run after it was signalled that the interpreter lock is free; a wait's
  /// own varies about it.
  package var lockWake = Duration.zero
  /// How much longer a thread works after it took the interpreter lock over from another one, because
  /// what it needs lies in the other core's caches.
  package var lockCold = Duration.zero
  /// Copying a batch to another process and back, per 10⁶ bytes and side.
  package var serializationPerMegabyte: Duration
  /// What PyTorch's loader or Keras 3's pool costs besides the pictures; nil where neither was measured.
  package var loader: LoaderCosts?
  /// The factor by which all costs are longer than on the measured machine; the times above include
  /// it.
  package private(set) var scale: Double

  /// A profile of stage costs that already include `scale`.
  package init(
    name: String, about: String = "", stages: [String: StageCost],
    switchInterval: Duration = .milliseconds(5), serializationPerMegabyte: Duration = .zero,
    scale: Double = 1
  ) {
    self.name = name
    self.about = about
    self.stages = stages
    self.switchInterval = switchInterval
    self.serializationPerMegabyte = serializationPerMegabyte
    self.scale = scale
  }
}

/// One stage's cost: `fixed + perKpx × height·width·channels / 3072` per picture, and what it waits besides.
package struct StageCost: Hashable, Sendable {
  /// The part that doesn't depend on the picture's size.
  package var fixed: Duration
  /// For 3 072 values, a CIFAR-10 picture.
  package var perPicture32: Duration
  /// The share of the `perPicture32` part that runs without the interpreter lock, 0...1.
  package var lockFree: Double
  /// The stage's cost when it is on and its range is zero; nil where the profile has none.
  package var identity: Duration?
  /// The stretches of one picture, each ending with the lock let go of. Empty where the lock is let go
  /// of once, at the end, if a part of the stage is lock-free at all.
  package var releases: [LockStretch] = []
  /// What the stage waits for each picture, as for a disk: it burns nothing meanwhile and holds no lock.
  package var wait = Duration.zero
  /// The same in proportion to the picture's size: for 3 072 values.
  package var waitPerPicture32 = Duration.zero

  /// A cost with a fixed part and one in proportion to the picture's size.
  package init(
    fixed: Duration, perPicture32: Duration = .zero, lockFree: Double = 0,
    identity: Duration? = nil, releases: [LockStretch] = []
  ) {
    self.fixed = fixed
    self.perPicture32 = perPicture32
    self.lockFree = lockFree
    self.identity = identity
    self.releases = releases
  }
}

/// Work with the interpreter lock, and then without it.
///
/// Both are shares of what the stage's other stretches have: a stage's held time is divided among its
/// stretches as their `held` parts are, and its lock-free time as the `free` ones.
package struct LockStretch: Hashable, Sendable, BitwiseCopyable {
  /// The part with the lock; 0 or more.
  package var held: Double
  /// The part without it, 0 or more: many of NumPy's are too short for anybody to wake up in.
  package var free: Double

  /// The most stretches of a stage.
  package static let most = 64
  /// The valid lengths: nobody writes a minute in nanoseconds with more digits.
  package static let lengths = 0...1e12

  /// Whether both parts are valid lengths.
  package var isWithinLimits: Bool { Self.lengths.contains(held) && Self.lengths.contains(free) }

  /// Two lengths, of any unit that the stage's stretches share.
  package init(held: Double, free: Double) {
    self.held = held
    self.free = free
  }

  /// These stretches with held parts that add up to 1, and free parts that do; alike where all are 0.
  ///
  /// - Complexity: O(stretches).
  package static func shares(of stretches: [LockStretch]) -> [LockStretch] {
    let held = stretches.reduce(0) { $0 + $1.held }
    let free = stretches.reduce(0) { $0 + $1.free }
    let even = 1 / Double(max(1, stretches.count))
    return stretches.map {
      LockStretch(
        held: held > 0 ? $0.held / held : even, free: free > 0 ? $0.free / free : even)
    }
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
      && Self.times.contains(lockWake) && scaled.contains(lockCold)
      && loader?.isWithinLimits ?? true
      && stages.values.allSatisfy { cost in
        scaled.contains(cost.fixed) && scaled.contains(cost.perPicture32)
          && scaled.contains(cost.identity ?? .zero) && (0...1).contains(cost.lockFree)
          && cost.releases.count <= LockStretch.most
          && cost.releases.allSatisfy(\.isWithinLimits)
          && Self.times.contains(cost.wait) && Self.times.contains(cost.waitPerPicture32)
      }
  }

  /// The name, and the scale where there is one.
  package var label: String { scale == 1 ? name : "\(name) ×\(scale)" }

  /// The same program on a slower or faster processor: every time of work is `scale` times the measured one.
  /// The switch interval stays, since it is a clock's, and so do wake-ups, which are the kernel's, and waits.
  package func scaled(to scale: Double) -> CostProfile {
    guard scale != self.scale else { return self }
    let factor = scale / self.scale
    var scaled = self
    scaled.scale = scale
    scaled.stages = stages.mapValues { $0.scaled(by: factor) }
    scaled.lockCold = .seconds(rounding: lockCold.seconds * factor)
    scaled.serializationPerMegabyte = .seconds(
      rounding: serializationPerMegabyte.seconds * factor)
    return scaled
  }
}

extension StageCost {
  fileprivate func scaled(by factor: Double) -> StageCost {
    func times(_ time: Duration) -> Duration { .seconds(rounding: time.seconds * factor) }
    var scaled = self
    scaled.fixed = times(fixed)
    scaled.perPicture32 = times(perPicture32)
    scaled.identity = identity.map(times)
    return scaled
  }
}

/// A worker's time in one stage for one picture.
package struct StageCharge: Hashable, Sendable, BitwiseCopyable {
  /// Spent holding the interpreter lock.
  package var held: Nanoseconds
  /// Spent without it: in the stretches that the stage's `releases` cut it into, or once a picture,
  /// at the stage's end.
  package var lockFree: Nanoseconds
  /// Waited besides, without the lock and without burning.
  package var waiting = Nanoseconds.zero

  /// No time at all.
  package static let nothing = StageCharge(held: .zero, lockFree: .zero)
  /// Work, with and without the lock.
  package var total: Nanoseconds { held + lockFree }

  /// The same for a picture whose work and waits are longer or shorter.
  package func times(_ factor: Double) -> StageCharge {
    guard factor != 1 else { return self }
    return StageCharge(
      held: held * factor, lockFree: lockFree * factor, waiting: waiting * factor)
  }
}

extension CostProfile {
  /// The rule for a stage's cost; a stage that does nothing waits for nothing.
  ///
  /// Off: nothing. On with a setting: the whole cost. On with a setting of zero: `identity` where
  /// the profile has one, else nothing for what draws and for `standardize`, and the whole cost for
  /// `compose` and `warp`, which Keras 1.1.0 runs always.
  package func charge(
    _ stage: SessionStage, in stages: StageSet, shape: PictureShape
  ) -> StageCharge {
    guard stages.contains(stage.id), let cost = self.stages[stage.name] else { return .nothing }
    let size = Double(shape.count) / 3072
    let sized = cost.perPicture32.seconds * size
    let free = sized * cost.lockFree
    if stage.isIdle {
      // What a range of zero saves is Python's, not the work on pixels.
      let whole = cost.identity?.seconds ?? 0
      return StageCharge(
        held: Nanoseconds(seconds: max(0, whole - free)),
        lockFree: Nanoseconds(seconds: min(whole, free)))
    }
    return StageCharge(
      held: Nanoseconds(seconds: cost.fixed.seconds + sized - free),
      lockFree: Nanoseconds(seconds: free),
      waiting: Nanoseconds(seconds: cost.wait.seconds + cost.waitPerPicture32.seconds * size))
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

extension Scenario {
  /// What PyTorch's loader costs besides the pictures; nil where that isn't known.
  package var loaderCosts: LoaderCosts? { loaderCosts(of: .torch) }

  /// What the pool of the scenario's loader costs; nil where it has none, or that isn't known.
  package var poolCosts: LoaderCosts? {
    loader == .keras3Processes ? loaderCosts(of: .keras3) : nil
  }

  /// What one library's loader costs; nil where that isn't known.
  package func loaderCosts(of owner: LoaderCosts.Owner) -> LoaderCosts? {
    guard case .profile(let profile) = costs else { return nil }
    return profile.loader.flatMap { $0.owners.contains(owner) ? $0 : nil }
  }
}
