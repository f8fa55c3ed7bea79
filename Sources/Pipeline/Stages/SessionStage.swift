package import Augmentation

/// A stage of a session's pipeline: a step of making a batch whose time is measured by itself.
package struct SessionStage: Hashable, Sendable {
  /// Its place in the session's list; set by the list.
  package internal(set) var id = StageID(0)
  /// Its name on the screen, in options, files and reports; unique in its list.
  package var name: String
  /// The key that switches it; nil where it has none.
  package var key: Character?
  /// Whether it can be switched off while the session runs.
  package var isSwitchable: Bool
  /// Whether it is on and has nothing to do, because its range is zero: it then costs nothing that
  /// could be measured.
  package var isIdle: Bool
  /// The stages that this one may share a cost with. The first one that is on bears the shared cost:
  /// for example, the first stage that changes a picture also copies it to its place in the batch.
  /// Switching that stage off makes the others slower, so the epoch without it has to be measured.
  package var sharesCostWith: StageSet

  /// The name of reading a picture's file in somebody's own job.
  package static let decoding = "decode"

  /// A stage whose place is set by its list.
  package init(
    _ name: String, key: Character? = nil, isSwitchable: Bool = true, isIdle: Bool = false,
    sharesCostWith: StageSet = []
  ) {
    self.name = name
    self.key = key
    self.isSwitchable = isSwitchable
    self.isIdle = isIdle
    self.sharesCostWith = sharesCostWith
  }
}

/// The stages of a session, in the order in which they make a batch; fixed at the session's start.
///
/// All that is measured, shown, recorded and predicted of a session works by this list, wherever its
/// batches come from. At most 64 stages, each with a name of its own.
package struct StageList: Hashable, Sendable, RandomAccessCollection {
  private let stages: [SessionStage]
  /// The stage whose switch the screen suggests to a newcomer; nil suggests none.
  package let suggested: StageID?

  /// - Parameters:
  ///   - stages: At most 64, with different names.
  ///   - suggested: A stage of the list.
  package init(_ stages: [SessionStage], suggested: StageID? = nil) {
    guard let list = StageList(checking: stages, suggested: suggested) else {
      preconditionFailure("a session has at most 64 stages, each with a name of its own")
    }
    self = list
  }

  /// The same for a list from outside; nil where there are too many, a name comes twice, is empty or
  /// has a comma or a line break in it, or a stage refers to one that isn't there.
  package init?(checking stages: [SessionStage], suggested: StageID? = nil) {
    let places = StageSet.capacity
    guard stages.count <= places, Set(stages.map(\.name)).count == stages.count,
      stages.allSatisfy({ Self.isName($0.name) }),
      suggested.map({ $0.index < stages.count }) ?? true
    else { return nil }
    let all = StageSet(stages.indices.map(StageID.init))
    guard stages.allSatisfy({ $0.sharesCostWith.isSubset(of: all) }) else { return nil }
    self.stages = stages.enumerated().map { index, stage in
      var placed = stage
      placed.id = StageID(index)
      return placed
    }
    self.suggested = suggested
  }

  /// The first stage's place.
  package var startIndex: Int { stages.startIndex }
  /// The place after the last stage.
  package var endIndex: Int { stages.endIndex }
  /// The stage at a position of this list.
  package subscript(position: Int) -> SessionStage { stages[position] }

  /// The stage with this identifier in this list.
  package subscript(id: StageID) -> SessionStage { stages[id.index] }

  /// The stage of this name; nil where there is none.
  ///
  /// - Complexity: O(stages).
  package func named(_ name: String) -> SessionStage? { stages.first { $0.name == name } }

  /// Every stage.
  package var all: StageSet { StageSet(stages.map(\.id)) }
  /// The stages that no switch can turn off.
  package var fixed: StageSet { members { !$0.isSwitchable } }
  /// The stages that have nothing to do when they are on.
  package var idle: StageSet { members(\.isIdle) }

  /// The names of the stages in a set, in the list's order.
  package func names(in set: StageSet) -> [String] {
    stages.filter { set.contains($0.id) }.map(\.name)
  }

  /// The stages of these names, in their order, as a list of their own; names that aren't here are
  /// left out.
  ///
  /// - Complexity: O(stages²).
  package func selecting(_ names: [String]) -> StageList {
    let selected = names.compactMap(named)
    let places = { (set: StageSet) in
      StageSet(selected.indices.filter { set.contains(selected[$0].id) }.map(StageID.init))
    }
    let suggestedPlace = selected.firstIndex { $0.id == suggested }
    return StageList(
      selected.map { stage in
        var stage = stage
        stage.sharesCostWith = places(stage.sharesCostWith)
        return stage
      }, suggested: suggestedPlace.map(StageID.init))
  }

  /// Commas separate names in lists, and newlines in files, so a name contains neither.
  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && !name.contains { $0 == "," || $0.isNewline }
  }

  /// The stages of these names, separated by commas; nil where one isn't known.
  package func set(named list: String) -> StageSet? {
    let names = list.split(separator: ",").map(String.init)
    let ids = names.compactMap { named($0)?.id }
    return ids.count == names.count ? StageSet(ids) : nil
  }

  private func members(_ isIn: (SessionStage) -> Bool) -> StageSet {
    StageSet(stages.filter(isIn).map(\.id))
  }
}
