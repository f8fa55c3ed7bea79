import Pipeline
import Recordings
import Tracing

/// The names of a session's stages, slices and counters; every format uses the same.
struct SessionNames {
  let stages: StageList
  /// Every slice of the session.
  let slices: [SliceName]
  /// Counters by their track; tracks that this version doesn't define have none.
  let counters: [TrackID: CounterTrack]
  private let titles: [String]

  init(_ session: RecordedSession) {
    stages = session.stages
    slices = SliceName.all(stages)
    counters = Dictionary(
      CounterTrack.all(stages).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var titles = [String](repeating: "", count: SliceName.indices)
    for name in slices { titles[name.index] = name.title(stages) }
    self.titles = titles
  }

  func title(_ name: SliceName) -> String { titles[name.index] }
}
