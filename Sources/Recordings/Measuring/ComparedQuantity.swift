import Augmentation
package import Pipeline
package import Quantities

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
  package var basis: Basis {
    switch self {
    case .epoch: .epoch
    case .stageCPU, .stageWall: .picture
    case .measured(let measure):
      switch measure {
      case .period, .step, .make, .lockWait: .batch
      case .stageCPU, .stageWall: .picture
      case .imagesPerSecond, .busy, .host, .starved, .napping, .waiting, .depth: .session
      }
    }
  }

  /// The unit of the number.
  package var unit: Unit {
    switch self {
    case .epoch, .stageCPU, .stageWall: .seconds
    case .measured(let measure):
      switch measure {
      case .period, .step, .make, .lockWait, .stageCPU, .stageWall: .seconds
      case .imagesPerSecond: .perSecond
      case .busy, .host, .starved, .napping, .waiting: .share
      case .depth: .batches
      }
    }
  }

  /// The name of the stage it belongs to; nil for quantities of the whole session.
  package var stage: String? {
    switch self {
    case .stageCPU(let name), .stageWall(let name): name
    case .epoch, .measured: nil
    }
  }

  /// Its name for programs; never renamed.
  package var id: String {
    switch self {
    case .epoch: "epoch"
    case .stageCPU(let name): "cpu_per_image.\(name)"
    case .stageWall(let name): "wall_per_image.\(name)"
    case .measured(let measure):
      switch measure {
      case .period: "period"
      case .imagesPerSecond: "images_per_s"
      case .busy: "gpu_busy"
      case .host: "gpu_host"
      case .starved: "gpu_starved"
      case .step: "step"
      case .make: "make"
      case .lockWait: "lock_wait"
      case .napping: "workers_napping"
      case .waiting: "workers_waiting"
      case .depth: "queue_depth"
      case .stageCPU(let stage): "cpu_per_image.\(stage.index)"
      case .stageWall(let stage): "wall_per_image.\(stage.index)"
      }
    }
  }

  /// Its name for people.
  package var title: String {
    switch self {
    case .epoch: "epoch"
    case .stageCPU(let name), .stageWall(let name): name
    case .measured(let measure):
      switch measure {
      case .period: "from step to step"
      case .imagesPerSecond: "images/s"
      case .busy: "gpu busy"
      case .host: "gpu host"
      case .starved: "gpu starved"
      case .step: "step"
      case .make: "make a batch"
      case .lockWait: "wait for lock"
      case .napping: "workers napping"
      case .waiting: "workers waiting"
      case .depth: "queue, mean"
      case .stageCPU(let stage), .stageWall(let stage): "stage \(stage.index)"
      }
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
