/// A stage by its place in a list of stages, from 0 to 63.
///
/// The generator's list is `Stage.allCases`; a session of another pipeline has its own.
package struct StageID: Hashable, Sendable, BitwiseCopyable {
  private let place: UInt8

  /// - Parameter index: A place in a list of at most 64 stages.
  package init(_ index: Int) {
    precondition((0..<StageSet.capacity).contains(index), "a stage has a place from 0 to 63")
    place = UInt8(index)
  }

  /// The place in the list, counted from 0.
  package var index: Int { Int(place) }
}

/// A set of stages of one list, a bit for each.
package struct StageSet: OptionSet, Sendable, Hashable {
  /// Stages that a list may have.
  package static let capacity = 64

  /// Bit i is the stage at place i.
  package let rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  package init(_ stage: StageID) { self.init(rawValue: 1 << UInt64(stage.index)) }

  package init(_ stages: some Sequence<StageID>) {
    self = stages.reduce(into: StageSet(rawValue: 0)) { $0.formUnion(StageSet($1)) }
  }

  package func contains(_ stage: StageID) -> Bool { rawValue & (1 << UInt64(stage.index)) != 0 }

  /// The set with a stage in it, or without it.
  package func setting(_ stage: StageID, on: Bool) -> StageSet {
    on ? union(StageSet(stage)) : subtracting(StageSet(stage))
  }

  /// The stages in the set, in the list's order.
  package var ids: [StageID] {
    (0..<Self.capacity).lazy.map(StageID.init).filter(contains)
  }
}

extension StageID {
  // The generator's stages by name, as its callers write them.
  package static var load: StageID { Stage.load.id }
  package static var rotation: StageID { Stage.rotation.id }
  package static var heightShift: StageID { Stage.heightShift.id }
  package static var widthShift: StageID { Stage.widthShift.id }
  package static var shear: StageID { Stage.shear.id }
  package static var zoom: StageID { Stage.zoom.id }
  package static var compose: StageID { Stage.compose.id }
  package static var warp: StageID { Stage.warp.id }
  package static var channelShift: StageID { Stage.channelShift.id }
  package static var horizontalFlip: StageID { Stage.horizontalFlip.id }
  package static var verticalFlip: StageID { Stage.verticalFlip.id }
  package static var lens: StageID { Stage.lens.id }
  package static var standardize: StageID { Stage.standardize.id }
  package static var collate: StageID { Stage.collate.id }
}
