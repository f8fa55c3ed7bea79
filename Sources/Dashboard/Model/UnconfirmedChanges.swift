import Augmentation
import Pipeline

/// The changes that keys asked for and no reading has confirmed, as far as the screen shows them: how
/// many, and of which stages.
///
/// A list of them would grow with every key while a session doesn't answer.
package struct UnconfirmedChanges: Sendable, Equatable {
  /// How many changes there are.
  package private(set) var count = 0
  private var stages = StageSet()
  private var isAboutAllStages = false

  /// Whether every change has been confirmed.
  package var isEmpty: Bool { count == 0 }

  /// Adds a change.
  mutating func add(_ change: ScenarioChange) {
    count += 1
    switch change {
    case .stage(let stage, _): stages.formUnion(StageSet(stage))
    case .stages, .ablation: isAboutAllStages = true
    case .loader, .workers, .queueLimit, .prefetch, .keptWorkers, .pinnedMemory, .compute, .costs,
      .interpreterLock, .governor,
      .setting:
      break
    }
  }

  /// Forgets all.
  mutating func removeAll() { self = UnconfirmedChanges() }

  /// Whether one of the changes may turn this stage's switch.
  func concern(_ stage: SessionStage) -> Bool {
    stages.contains(stage.id) || isAboutAllStages && stage.isSwitchable
  }
}

extension ScenarioChange {
  /// Whether the change may turn this stage's switch.
  func concerns(_ stage: SessionStage) -> Bool {
    switch self {
    case .stage(let changed, _): changed == stage.id
    case .stages, .ablation: stage.isSwitchable
    case .loader, .workers, .queueLimit, .prefetch, .keptWorkers, .pinnedMemory, .compute, .costs,
      .interpreterLock, .governor,
      .setting:
      false
    }
  }
}
