import Pipeline
import Quantities
import Tracing

/// The seek index of a recording: the places from which it can be played on, its markers and its switches.
///
/// It is made by reading the file once (`IndexBuilder`), or read from the index file.
struct SeekIndex: Sendable {
  /// A place between two packets, and the place of its state in the index file.
  struct Checkpoint: Sendable, Equatable, BitwiseCopyable {
    /// All records before the place ended at or before this moment.
    var at: Nanoseconds
    /// The offset in the session file, in bytes.
    var offset: Int
    /// The offset of the state in the index file, in bytes.
    var place: Int
    var length: Int
    var checksum: UInt64
  }

  private(set) var checkpoints: [Checkpoint] = []
  private(set) var targets: [SeekTarget] = []
  private(set) var book: ScenarioBook
  /// The moment up to which the recording has been read.
  var frontier = Nanoseconds.zero
  /// The part of the file that has been read, 0...1.
  var share = 0.0
  var isWhole = false
  var trouble = RecordingTrouble()

  private let stages: StageList

  /// An empty index.
  ///
  /// - Parameters:
  ///   - first: The scenario that the session began with.
  ///   - stages: The session's stages.
  init(_ first: Scenario, stages: StageList) {
    book = ScenarioBook(first)
    self.stages = stages
  }

  mutating func add(_ checkpoint: Checkpoint) { checkpoints.append(checkpoint) }

  mutating func note(_ note: Note, at moment: Nanoseconds) {
    switch note {
    case .asked(let change, _, _):
      book.add(change)
      targets.append(SeekTarget(at: moment, label: change.label(stages)))
    case .marker(let text):
      targets.append(SeekTarget(at: moment, label: text.isEmpty ? "marker" : text))
    case .paused, .resumed, .stoodStill, .epochRestarted, .badPicture: break
    }
  }

  /// The last checkpoint before which no record ends after a moment; nil where there is none.
  ///
  /// - Complexity: O(log checkpoints).
  func checkpoint(before moment: Nanoseconds) -> Checkpoint? {
    var low = 0
    var high = checkpoints.count
    while low < high {
      let middle = (low + high) / 2
      if checkpoints[middle].at <= moment { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? checkpoints[low - 1] : nil
  }

  func target(after moment: Nanoseconds) -> SeekTarget? {
    targets.filter { $0.at > moment }.min { $0.at < $1.at }
  }

  func target(before moment: Nanoseconds) -> SeekTarget? {
    targets.filter { $0.at < moment }.max { $0.at < $1.at }
  }
}

/// A marker or a change of a recording.
struct SeekTarget: Sendable, Equatable {
  var at: Nanoseconds
  var label: String
}

extension SeekIndex {
  /// Writes or reads the index, without the states.
  ///
  /// - Parameter archive: Its book isn't used, because changes are written as text.
  mutating func archive(_ archive: inout StateArchive) {
    archive.list(&checkpoints)
    archive.list(&targets, filler: SeekTarget(at: .zero, label: "")) { entry, archive in
      archive.value(&entry.at)
      archive.text(&entry.label)
    }
    var changes = book.changes.map(attributes)
    archive.list(&changes, filler: []) { pairs, archive in
      archive.list(&pairs, filler: SessionHeader.Attribute("", "")) { pair, archive in
        archive.text(&pair.key)
        archive.text(&pair.value)
      }
    }
    archive.value(&frontier)
    archiveTrouble(&archive)
    guard archive.isReading else { return }
    book = ScenarioBook(book.scenarios[0])
    for written in changes {
      guard let change = change(written) else { return }
      book.add(change)
    }
  }

  private mutating func archiveTrouble(_ archive: inout StateArchive) {
    archive.value(&trouble.tornBytes)
    archive.value(&trouble.damagedPlaces)
    archive.value(&trouble.skippedBytes)
    archive.value(&trouble.firstDamage)
    archive.value(&trouble.lostMoments)
  }

  private func attributes(_ change: ScenarioChange) -> [SessionHeader.Attribute] {
    let attributes = [SessionHeader.Attribute("change", ChangeText.write(change, stages: stages))]
    guard case .costs(let costs) = change else { return attributes }
    return attributes + CostProfileText.write(costs)
  }

  private func change(_ attributes: [SessionHeader.Attribute]) -> ScenarioChange? {
    attributes.first { $0.key == "change" }.flatMap {
      ChangeText.read($0.value, costs: CostProfileText.read(attributes), stages: stages)
    }
  }
}
