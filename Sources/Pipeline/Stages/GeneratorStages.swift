package import Augmentation

extension StageList {
  /// The generator's stages as a session's list; a stage's place is its `Stage.index`.
  ///
  /// - Parameter settings: A stage whose range is zero in these settings is idle.
  package static func generator(_ settings: AugmentationSettings) -> StageList {
    let changesPixels = StageSet(Stage.allCases.filter(\.changesPixels).map(\.id))
    return StageList(
      Stage.allCases.map { stage in
        SessionStage(
          stage.rawValue, key: stage.key, isSwitchable: stage.isSwitchable,
          isIdle: settings.isIdle(stage),
          sharesCostWith: stage.changesPixels
            ? changesPixels.subtracting(StageSet(stage.id)) : [])
      }, suggested: .warp)
  }

  /// Whether the names are those of the generator's stages, in their order: the question's rows
  /// (`Ablation`) are sets of these.
  package var isGenerators: Bool {
    count == Stage.allCases.count && zip(self, Stage.allCases).allSatisfy { $0.name == $1.rawValue }
  }
}

extension Scenario {
  /// The stages of a session in which the generator makes the batches.
  package var generatorStages: StageList { .generator(settings) }
}

extension Stage {
  /// Whether it writes the picture into the batch array if no stage before it has.
  fileprivate var changesPixels: Bool {
    switch self {
    case .warp, .channelShift, .horizontalFlip, .verticalFlip, .lens, .standardize: true
    case .load, .rotation, .heightShift, .widthShift, .shear, .zoom, .compose, .collate: false
    }
  }

  /// The key that switches it; nil for `load` and `collate`, which are always on.
  fileprivate var key: Character? {
    switch self {
    case .load, .collate: nil
    case .rotation: "1"
    case .heightShift: "2"
    case .widthShift: "3"
    case .shear: "4"
    case .zoom: "5"
    case .compose: "6"
    case .warp: "7"
    case .channelShift: "8"
    case .horizontalFlip: "9"
    case .verticalFlip: "0"
    case .lens: "b"
    case .standardize: "s"
    }
  }
}
