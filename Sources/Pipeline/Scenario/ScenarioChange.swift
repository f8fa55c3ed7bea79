package import Augmentation
import Quantities

/// One thing about a running scenario that a key can change.
package enum ScenarioChange: Hashable, Sendable {
  /// A stage of the session's list that is switchable.
  case stage(StageID, on: Bool)
  /// All switches at once; the stages that are always on are in the set.
  case stages(StageSet)
  /// The stages of one of the question's rows.
  case ablation(Ablation)
  /// The loader; with as many workers as it needs where the scenario has fewer.
  case loader(Loader)
  /// The number of workers.
  case workers(Int)
  /// The queue's limit in batches.
  case queueLimit(Int)
  /// The batches that each worker makes ahead with the loader `torch`.
  case prefetch(Int)
  /// Whether workers stay from one epoch to the next.
  case keptWorkers(Bool)
  /// Whether batches go to pinned memory, so that copying one to the device overlaps the step before.
  case pinnedMemory(Bool)
  /// The mean of the GPU's compute time.
  case compute(Duration)
  /// The source of the stages' costs; also sets the interpreter lock.
  case costs(CostSource)
  /// Whether workers and consumer share an interpreter lock.
  case interpreterLock(Bool)
  /// A governor of the processors' clock; nil for none.
  case governor(Governor?)
  /// One of the generator's ranges or flips.
  case setting(SettingChange)

  /// As the effect line names it: "warp off", "loader blocking".
  ///
  /// - Parameter stages: The session's.
  package func label(_ stages: StageList) -> String {
    switch self {
    case .stage(let stage, on: false) where !stages[stage].isSwitchable:
      "\(stages[stage].name) done beforehand"
    case .stage(let stage, let on): "\(stages[stage].name) \(on ? "on" : "off")"
    case .stages(let set): set == stages.all ? "all stages on" : "all stages off"
    case .ablation(let ablation): "row \(ablation.rawValue)"
    case .loader(let loader): "loader \(loader.rawValue)"
    case .workers(let count): "workers \(count)"
    case .queueLimit(let limit): "queue limit \(limit)"
    case .prefetch(let count): "prefetch \(count)"
    case .keptWorkers(let on): "persistent workers \(on ? "on" : "off")"
    case .pinnedMemory(let on): "pinned memory \(on ? "on" : "off")"
    case .compute(let time): "gpu compute \(DurationText.spaced(time))"
    case .costs(let costs): "costs \(costs.name)"
    case .interpreterLock(let on): "interpreter lock \(on ? "on" : "off")"
    case .governor(let governor): "governor \(governor == nil ? "off" : "on")"
    case .setting(let change): "\(change.name) \(change.value)"
    }
  }
}

extension ScenarioChange {
  /// Whether an earlier change is without effect once this one holds.
  package func supersedes(_ earlier: ScenarioChange) -> Bool {
    switch (self, earlier) {
    case (.stage(let stage, _), .stage(let other, _)): stage == other
    case (.setting(let change), .setting(let other)): change.name == other.name
    case (.stages, .stage), (.stages, .stages), (.stages, .ablation), (.ablation, .stage),
      (.ablation, .stages), (.ablation, .ablation), (.loader, .loader), (.workers, .workers),
      (.queueLimit, .queueLimit), (.prefetch, .prefetch), (.governor, .governor),
      (.compute, .compute), (.costs, .costs), (.keptWorkers, .keptWorkers),
      (.pinnedMemory, .pinnedMemory),
      (.costs, .interpreterLock), (.interpreterLock, .interpreterLock):
      true
    default: false
    }
  }
}

extension Scenario {
  /// Makes a change; a stage that can't be switched stays as it is.
  package mutating func apply(_ change: ScenarioChange) {
    switch change {
    case .stage(let stage, let on): stages = stages.setting(stage, on: on)
    case .stages(let set): stages = set
    case .ablation(let ablation): stages = ablation.stages
    case .loader(let loader):
      self.loader = loader
      workers = max(workers, loader.workerCounts.lowerBound)
    case .workers(let count): workers = count
    case .queueLimit(let limit): queueLimit = limit
    case .prefetch(let count): prefetch = count
    case .keptWorkers(let on): keepsWorkers = on
    case .pinnedMemory(let on): consumer.isPinned = on
    case .compute(let mean):
      consumer.compute = consumer.compute.withMean(mean)
      consumer.published = nil
    case .costs(let costs):
      self.costs = costs
      // Python work holds the lock; the kernels never do.
      interpreterLock = costs != .native
    case .interpreterLock(let on): interpreterLock = on
    case .governor(let governor): self.governor = governor
    case .setting(let change): settings.apply(change)
    }
  }

  /// The scenario after a change.
  package func applying(_ change: ScenarioChange) -> Scenario {
    var changed = self
    changed.apply(change)
    return changed
  }
}

/// The question's rows, as switches.
package enum Ablation: String, CaseIterable, Sendable {
  /// All stages.
  case original
  /// Without the products of the transform matrices.
  case noDot = "no-dot"
  /// Removed after the dots: "even though they are used nowhere else".
  case noMatrices = "no-matrices"
  /// Without applying the transform to the picture.
  case noWarp = "no-warp"
  /// The asker's own generator, which has the fixed stages alone.
  case ownGenerator = "own-generator"

  /// The stages that are on in this row.
  package var stages: StageSet {
    switch self {
    case .original: .all
    case .noDot: .all.subtracting(StageSet(.compose))
    case .noMatrices: .all.subtracting(StageSet([.compose, .rotation, .shear, .zoom]))
    case .noWarp: .all.subtracting(StageSet(.warp))
    case .ownGenerator: .fixed
    }
  }

  /// The row that these stages are, if any.
  package init?(_ stages: StageSet) {
    guard let row = Self.allCases.first(where: { $0.stages == stages }) else { return nil }
    self = row
  }

  /// The next row, around the corner; `original` after a set that is no row.
  package static func following(_ stages: StageSet, by step: Int) -> Ablation {
    guard let row = Ablation(stages), let index = allCases.firstIndex(of: row) else {
      return .original
    }
    let count = allCases.count
    return allCases[((index + step) % count + count) % count]
  }
}
