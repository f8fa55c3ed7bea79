import Augmentation
package import Pipeline
package import Quantities
import Tracing

/// A quantity in which sessions are compared, and which `check` tests.
package enum ComparedQuantity: Hashable, Sendable {
  /// Seconds of an epoch.
  case epoch
  /// A quantity of the whole session; `unit` and `basis` depend on it.
  case measured(WindowMeasure)
  /// CPU seconds for each picture in the stage of this name, whose place may differ between
  /// sessions.
  case stageCPU(String)
  /// Wall seconds for each picture in the stage of this name.
  case stageWall(String)

  /// The quantities in which two sessions can be compared, in the order of reports.
  package static func all(_ one: StageList, _ other: StageList) -> [ComparedQuantity] {
    let names = one.map(\.name) + other.map(\.name).filter { one.named($0) == nil }
    return all + names.map(ComparedQuantity.stageCPU) + names.map(ComparedQuantity.stageWall)
  }

  private static let all: [ComparedQuantity] =
    [.epoch]
    + [
      .imagesPerSecond, .busy, .host, .starved, .step, .make, .lockWait, .napping, .waiting, .depth,
    ].map(ComparedQuantity.measured)

  /// The thing that a number is counted per. Where it differs between two sessions, as with batches of
  /// other sizes, the numbers don't compare.
  package enum Basis: Sendable {
    /// Quantities of the whole session always compare; the others only for equal epochs, batches or
    /// pictures.
    case session, epoch, batch, picture
  }

  /// Units; the raw value is the name in JSON and CSV.
  package enum Unit: String, Sendable {
    /// Seconds.
    case seconds = "s"
    /// One per second.
    case perSecond = "1/s"
    /// A share, 0 to 1.
    case share = "fraction"
    /// A number of batches.
    case batches
  }

  /// The thing that the number is counted per.
  package var basis: Basis { description.basis }
  /// The unit of the number.
  package var unit: Unit { description.unit }
  /// Its name for programs; never renamed.
  package var id: String { description.id }
  /// Its name for people.
  package var title: String { description.title }

  /// The name of the stage it belongs to; nil for quantities of the whole session.
  package var stage: String? {
    switch self {
    case .stageCPU(let name), .stageWall(let name): name
    case .epoch, .measured: nil
    }
  }

  private var description: (id: String, title: String, unit: Unit, basis: Basis) {
    switch self {
    case .epoch: ("epoch", "epoch", .seconds, .epoch)
    case .stageCPU(let name): ("cpu_per_image.\(name)", name, .seconds, .picture)
    case .stageWall(let name): ("wall_per_image.\(name)", name, .seconds, .picture)
    case .measured(let measure): Self.description(of: measure)
    }
  }

  private static func description(
    of measure: WindowMeasure
  ) -> (id: String, title: String, unit: Unit, basis: Basis) {
    switch measure {
    case .period: ("period", "from step to step", .seconds, .batch)
    case .imagesPerSecond: ("images_per_s", "images/s", .perSecond, .session)
    case .busy: ("gpu_busy", "gpu busy", .share, .session)
    case .host: ("gpu_host", "gpu host", .share, .session)
    case .starved: ("gpu_starved", "gpu starved", .share, .session)
    case .step: ("step", "step", .seconds, .batch)
    case .make: ("make", "make a batch", .seconds, .batch)
    case .lockWait: ("lock_wait", "wait for lock", .seconds, .batch)
    case .napping: ("workers_napping", "workers napping", .share, .session)
    case .waiting: ("workers_waiting", "workers waiting", .share, .session)
    case .depth: ("queue_depth", "queue, mean", .batches, .session)
    case .stageCPU(let id): ("cpu_per_image.\(id.index)", "stage \(id.index)", .seconds, .picture)
    case .stageWall(let id):
      ("wall_per_image.\(id.index)", "stage \(id.index)", .seconds, .picture)
    }
  }
}

extension MeasuredSession {
  /// A number and its interval; nil where nothing of the kind was measured, and of stages that are
  /// off.
  package func estimate(_ quantity: ComparedQuantity) -> Estimate? {
    switch quantity {
    case .stageCPU(let name): return estimate(name, WindowMeasure.stageCPU)
    case .stageWall(let name): return estimate(name, WindowMeasure.stageWall)
    case .epoch:
      let batches = scenario.batchesPerEpoch(samples: samplesPerEpoch, of: dataset.count)
      return blocks.estimate(.period)?.scaled(by: Double(batches))
        .shifted(by: scenario.phaseSeconds(batches: batches, machineCores: header.cores))
    case .measured(let measure): return blocks.estimate(measure)
    }
  }

  private func estimate(_ name: String, _ measure: (StageID) -> WindowMeasure) -> Estimate? {
    guard isOn(name), let stage = stages.named(name) else { return nil }
    return blocks.estimate(measure(stage.id))
  }

  /// Whether the session has a stage of this name and it was on.
  package func isOn(_ name: String) -> Bool {
    stages.named(name).map { scenario.stages.contains($0.id) } ?? false
  }
}
