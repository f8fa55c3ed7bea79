import Augmentation
import LiveEngine
package import Pipeline
package import Quantities
package import VirtualEngine

/// A real loader, the same on simulated time, and the same on this program's threads, row by row.
package struct RealAgreement {
  /// The most that a row's two last measurements may differ, as a share of the greater.
  package static let repeatability = 0.05
  /// Others that burn more of a core than this disturb a measurement.
  package static let mostOthers = 0.1
  /// Measurements of a row until two in a row agree.
  package static let mostBlocks = 4

  /// The change of costs and step that tests a row for sensitivity, as in `GridAgreement`.
  private static let share = 0.025
  private static let most = Duration.microseconds(100)
  /// How long a thread takes to run after a signal, and how much longer it works after it took the
  /// interpreter lock over, as `keras-1.1` has them.
  private static let wake = Duration.microseconds(42)
  private static let cold = Duration.microseconds(22)
  /// Batches of the simulated epoch.
  private static let batches = 1_500

  /// One row, measured and predicted; rates in batches a second.
  package struct Result: Sendable {
    /// The row; its making and its loop's time are the measured ones.
    package var row: RealRow
    /// The real loader's rate: the last two blocks.
    package let measured: Estimate
    /// How far the last two blocks differ, as a share of the greater.
    package let difference: Double
    /// The cores that others kept busy meanwhile, the greater of the last two blocks.
    package let others: Double
    /// The same row on simulated time.
    package let simulated: PerturbedEpoch
    /// The same row on this program's threads; nil where it wasn't run.
    package let run: Double?
    /// Real blocks measured.
    package let blocks: Int

    /// Whether the measurement can be held against anything.
    package var isSteady: Bool {
      difference <= RealAgreement.repeatability && others <= RealAgreement.mostOthers
    }
    /// Whether the row counts: steady, and on no knife edge.
    package var isCounted: Bool { isSteady && !simulated.isSensitive }
    /// How far the simulated rate is off the measured one, with its sign.
    package var error: Double { simulated.batchesPerSecond / measured.value - 1 }
    /// The same for the run; nil where it wasn't run.
    package var runError: Double? { run.map { $0 / measured.value - 1 } }
  }

  private let loader: RealLoader
  private let costs: LoaderCosts?
  private let cores: Int
  private let window: Duration

  /// - Parameters:
  ///   - costs: What the loader costs besides the pictures; nil means nothing.
  ///   - window: The length of each block's measurement.
  package init(_ loader: RealLoader, costs: LoaderCosts? = nil, cores: Int, window: Duration) {
    self.loader = loader
    self.costs = costs
    self.cores = cores
    self.window = window
  }

  /// A row as a scenario.
  package func scenario(_ row: RealRow) -> Scenario {
    var scenario = Scenario(name: "real-\(loader.rawValue)")
    scenario.batchSize = row.pictures
    scenario.stages = .fixed
    scenario.loader = loader.rules(row)
    scenario.workers = row.workers
    scenario.prefetch = row.ahead
    if row.epoch != nil { scenario.keepsWorkers = row.keepsWorkers }
    scenario.queueLimit = row.ahead
    // Among the costs of a loader with workers is that the loop's thread runs late.
    let hasParts = loader == .torch && costs != nil
    let isLate = !hasParts || scenario.makesInLoop
    scenario.consumer.compute = .constant(isLate ? row.step + row.late : row.step)
    // The parts of a loader's costs contain the loop's.
    if !scenario.makesInLoop, !hasParts { scenario.consumer.host = row.loop }
    if row.work == .sleep { scenario.loadWait = .constant(row.make / row.pictures) }
    scenario.apply(.costs(.profile(profile(row))))
    return scenario
  }

  private func profile(_ row: RealRow) -> CostProfile {
    let picture = row.make / row.pictures
    let burnt = row.work == .sleep ? .zero : picture
    let cost = keras(row, picture: picture) ?? StageCost(fixed: burnt)
    var profile = CostProfile(name: "set-time", stages: [Stage.load.rawValue: cost])
    profile.lockWake = Self.wake
    // A picture made until a set time is over ends at that time, however slowly the thread works.
    profile.lockCold = row.work == .burn ? .zero : Self.cold
    let bytes = row.pictures * row.shape.count * CostProfile.serializedValue
    // Where the loop itself reads, half of the way is its own.
    let share = loader.rules(row).readsInLoop ? 0.5 : 1
    profile.serializationPerMegabyte = .seconds(
      rounding: row.pipe.seconds * share / (Double(bytes) * 1e-6))
    profile.loader = costs
    // The making was measured with its loop around pictures, and with waits that end late.
    profile.loader?[.item] = .zero
    profile.loader?[.waitLate] = .zero
    return profile
  }

  /// What a picture of Keras 1.1.0's own generator costs, whose releases of the lock are known; nil for
  /// other rows.
  private func keras(_ row: RealRow, picture: Duration) -> StageCost? {
    guard loader == .keras, row.work.isReal else { return nil }
    let known =
      row.work == .noWarp ? KerasReleases.pictureWithoutWarp : KerasReleases.picture
    // The lock-free part is the work on pixels.
    let size = Double(row.shape.count) / 3072
    let releases = known.map { LockStretch(held: $0.held, free: $0.free * size) }
    let held = releases.reduce(0) { $0 + $1.held }
    let free = releases.reduce(0) { $0 + $1.free }
    return StageCost(
      fixed: .zero, perPicture32: .seconds(rounding: picture.seconds / size),
      lockFree: free / (held + free), releases: releases)
  }

  /// The row on simulated time; nil where the rules make no progress.
  package func simulate(_ row: RealRow) -> PerturbedEpoch? {
    let scenario = scenario(row)
    let facts = DatasetFacts(
      count: (row.epoch ?? Self.batches) * row.pictures, shape: row.shape)
    var costs = StageCosts(scenario, profile: profile(row), shape: row.shape)
    costs.endsByTheClock = row.work == .burn
    costs.napLateness = row.late.seconds * 1e9
    return PerturbedEpoch(
      scenario, dataset: facts, costs: costs, machineCores: cores,
      perturbation: Perturbation(
        make: min(Self.most, row.make * Self.share), step: min(Self.most, row.step * Self.share),
        nap: Self.most), withPhases: row.epoch != nil)
  }

  /// Measures a row: the real loader and this program's threads in turn, until two real blocks in a row
  /// agree, but no more than `mostBlocks`.
  ///
  /// - Parameter step: Called before each block, with the number of those that are done.
  /// - Returns: nil where it was cancelled, or the rules make no progress.
  /// - Throws: `RealProbe.Failed` where the loader fails, `PythonFault` where Python does,
  ///   `LiveEpoch.Failed` where a session does.
  package func measure(
    _ row: RealRow, with probe: RealProbe, isCancelled: () -> Bool, step: (Int) -> Void
  ) throws -> Result? {
    var row = row
    var blocks: [RealProbe.Block] = []
    var runs: [Double] = []
    let dataset = EqualPictures(
      count: (row.epoch ?? Self.batches) * row.pictures, shape: row.shape)
    while blocks.count < 2 || (blocks.count < Self.mostBlocks && !Self.agree(blocks.suffix(2))) {
      step(blocks.count)
      blocks.append(try probe.run(row, for: window))
      row.take(blocks.suffix(1))
      guard !isCancelled() else { return nil }
      guard runs.count < 2 else { continue }
      let reading = try LiveEpoch(dataset).measure(
        scenario(row), for: Nanoseconds(window), endsByTheClock: row.work == .burn,
        isCancelled: isCancelled)
      guard let reading else { return nil }
      if let epoch = reading.epoch.settled {
        let count = reading.scenario.batchesPerEpoch(samples: reading.epoch.samples)
        let phases =
          row.epoch == nil
          ? reading.scenario.phaseSeconds(batches: count, machineCores: reading.cores) : 0
        runs.append(Double(count) / (epoch.seconds - phases))
      }
    }
    row.take(blocks[...])
    guard let simulated = simulate(row) else { return nil }
    let last = blocks.suffix(2)
    return Result(
      row: row, measured: Estimate(trimmedMeanOf: last.flatMap(\.rates)),
      difference: Self.difference(last), others: last.map(\.others).max() ?? 0,
      simulated: simulated, run: runs.isEmpty ? nil : runs.reduce(0, +) / Double(runs.count),
      blocks: blocks.count)
  }

  private static func agree(_ blocks: ArraySlice<RealProbe.Block>) -> Bool {
    difference(blocks) <= repeatability && blocks.allSatisfy { $0.others <= mostOthers }
  }

  private static func difference(_ blocks: ArraySlice<RealProbe.Block>) -> Double {
    let rates = blocks.map(\.rate)
    guard let least = rates.min(), let most = rates.max(), most > 0 else { return 0 }
    return 1 - least / most
  }
}

extension RealRow {
  /// Takes what blocks have measured besides rates: the median of each time.
  fileprivate mutating func take(_ blocks: ArraySlice<RealProbe.Block>) {
    func time(_ part: (RealProbe.Block) -> Duration?) -> Duration? {
      median(blocks.compactMap { part($0)?.seconds }).map { .seconds(rounding: $0) }
    }
    make = time(\.alone) ?? make
    pipe = time(\.pipe) ?? pipe
    late = time(\.late) ?? late
    loop = time(\.loop) ?? loop
  }
}
