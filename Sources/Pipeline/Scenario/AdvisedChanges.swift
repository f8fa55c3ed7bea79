import Augmentation
import Quantities

/// The changes that advice weighs up.
extension Scenario {
  /// A GPU twice as fast: about the step from one generation of GPUs to the next.
  private static let fasterGPU = 2

  /// Every single change that the user could make: each stage's switch, workers one more or fewer, queue
  /// or prefetch twice as long, each other loader, a GPU twice as fast, and lock and governor off where
  /// they are on.
  ///
  /// - Parameter list: The session's stages.
  package func advisedChanges(_ list: StageList) -> [ScenarioChange] {
    // A kernel that has nothing to do takes no time that could be won.
    var changes = stageChanges(list.filter { !(costs == .native && $0.isIdle) })
    changes += otherLoaders
    changes += [workers - 1, workers + 1].filter(loader.workerCounts.contains).map(
      ScenarioChange.workers)
    changes += [loader == .torch ? doubledPrefetch : doubledQueue].compactMap { $0 }
    changes += loaderChoices
    changes += [fasterStep].compactMap(\.self)
    if hasSharedLock { changes.append(.interpreterLock(false)) }
    if governor != nil { changes.append(.governor(nil)) }
    return changes
  }

  /// Every pair of these that can be made together, and has an effect of both parts by the loader's
  /// rules: a loader has either a queue or a prefetch.
  ///
  /// - Parameter list: The session's stages.
  /// - Complexity: O(changes²).
  package func advisedPairs(_ list: StageList) -> [[ScenarioChange]] {
    let singles = advisedChanges(list)
    var pairs: [[ScenarioChange]] = []
    for (index, first) in singles.enumerated() {
      for second in singles[(index + 1)...] where canCombine(first, second) {
        pairs.append([first, second])
      }
    }
    guard !isJob else { return pairs }
    if loader == .torch {
      let others = Loader.allCases.filter { $0 != .torch }
      pairs += doubledQueue.map { queue in others.map { [.loader($0), queue] } } ?? []
    } else if let doubledPrefetch {
      pairs.append([.loader(.torch), doubledPrefetch])
    }
    return pairs
  }

  /// Each stage's switch; of a job also its decoding, which its author can do once beforehand.
  func stageChanges(_ list: some Sequence<SessionStage>) -> [ScenarioChange] {
    list.filter { $0.isSwitchable || isJob && $0.name == SessionStage.decoding }.map {
      .stage($0.id, on: !stages.contains($0.id))
    }
  }

  /// Each other loader.
  var otherLoaders: [ScenarioChange] {
    Loader.allCases.filter { $0 != loader }.map(ScenarioChange.loader)
  }

  /// What can be chosen in a loader besides numbers, as far as its costs are known.
  var loaderChoices: [ScenarioChange] {
    guard isJob else {
      let starts =
        loader == .torch && !makesInLoop && loaderCosts.map { $0[.start] > .zero } == true
      return starts ? [.keptWorkers(keepsWorkers != true)] : []
    }
    return [keepsWorkers.map { .keptWorkers(!$0) }].compactMap(\.self)
      + (loader == .torch ? [.pinnedMemory(!consumer.isPinned)] : [])
  }

  /// A GPU twice as fast; nil for a step that is too short.
  var fasterStep: ScenarioChange? {
    let faster = (consumer.compute.mean / Self.fasterGPU).threeDigits
    return Self.computeTimes.contains(faster) ? .compute(faster) : nil
  }

  private var doubledQueue: ScenarioChange? {
    Self.queueLimits.contains(queueLimit * 2) ? .queueLimit(queueLimit * 2) : nil
  }

  private var doubledPrefetch: ScenarioChange? {
    Self.prefetchCounts.contains(prefetch * 2) ? .prefetch(prefetch * 2) : nil
  }

  private func canCombine(_ first: ScenarioChange, _ second: ScenarioChange) -> Bool {
    guard !first.supersedes(second), !second.supersedes(first) else { return false }
    switch (first, second) {
    // Of a job under another library's loader little is known.
    case (.loader, _) where isJob, (_, .loader) where isJob: return false
    case (.loader(let loader), .queueLimit), (.queueLimit, .loader(let loader)):
      return loader != .torch
    case (.loader(let loader), .prefetch), (.prefetch, .loader(let loader)):
      return loader == .torch
    case (.loader(let loader), .interpreterLock), (.interpreterLock, .loader(let loader)):
      return loader.sharesInterpreter
    default: return true
    }
  }
}

extension Duration {
  /// With three digits, as a measured time deserves; whole nanoseconds.
  fileprivate var threeDigits: Duration {
    let count = Nanoseconds(self).count
    var unit: Int64 = 1
    while unit < Int64.max / 10_000, count >= 1_000 * unit { unit *= 10 }
    return .nanoseconds((count + unit / 2) / unit * unit)
  }
}

extension [ScenarioChange] {
  /// The price of these changes together.
  ///
  /// - Parameters:
  ///   - stages: The session's.
  ///   - isJob: Whether the session is somebody's own job, whose loader is its framework's.
  package func price(_ stages: StageList, isJob: Bool) -> Advice.Price {
    let prices = map { change -> Advice.Price in
      switch change {
      case .stage(let stage, let on):
        // A stage that has nothing to do leaves pictures as they are, on or off.
        // So do pictures that are decoded beforehand.
        on || stages[stage].isIdle || !stages[stage].isSwitchable ? .nothing : .augmentation
      case .stages, .ablation, .setting: .augmentation
      case .compute: .hardware
      case .loader where isJob: .rewriting
      case .loader, .workers, .queueLimit, .prefetch, .keptWorkers, .pinnedMemory, .costs,
        .interpreterLock, .governor:
        .nothing
      }
    }
    return Advice.Price.allCases.last(where: prices.contains) ?? .nothing
  }
}
