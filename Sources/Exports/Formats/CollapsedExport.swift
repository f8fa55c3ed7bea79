import Augmentation
import Pipeline
import Quantities
import Tracing

/// Collapsed stacks, as flamegraph.pl, inferno and speedscope read them: `track;slice;slice count`,
/// counts in nanoseconds of a slice's own time.
///
/// - Source: github.com/brendangregg/FlameGraph, stackcollapse.pl.
struct CollapsedExport {
  private struct Stack: Hashable {
    var track: SequenceID
    var outer: SliceName
    var inner: SliceName?
  }

  func write(_ walk: inout ExportWalk) throws(ExportFault) {
    var stacks: [Stack: Int64] = [:]
    var outer: [SequenceID: SliceName] = [:]
    try walk.each { _ in
    } slice: { slice in
      if slice.isInner {
        let parent = outer[slice.track] ?? slice.name
        stacks[Stack(track: slice.track, outer: parent, inner: slice.name), default: 0] +=
          slice.length.count
        // The outer slice's own time excludes its inner slices.
        stacks[Stack(track: slice.track, outer: parent), default: 0] -= slice.length.count
      } else {
        outer[slice.track] = slice.name
        stacks[Stack(track: slice.track, outer: slice.name), default: 0] += slice.length.count
      }
    }
    let order = stacks.filter { $0.value > 0 }.sorted { Self.key($0.key) < Self.key($1.key) }
    for (stack, time) in order {
      walk.sink.add(text: stack.track.title)
      walk.sink.add(";")
      walk.sink.add(text: Self.frame(walk.names.title(stack.outer)))
      if let inner = stack.inner {
        walk.sink.add(";")
        walk.sink.add(text: Self.frame(walk.names.title(inner)))
      }
      walk.sink.add(" ")
      walk.sink.add(time)
      walk.sink.add("\n")
    }
  }

  /// A name without the separator of stacks and without line ends.
  private static func frame(_ title: String) -> String {
    String(title.map { $0 == ";" || $0.isNewline ? " " : $0 }).printable
  }

  private static func key(_ stack: Stack) -> (Int, Int, Int) {
    (stack.track.order, stack.outer.index, stack.inner.map { $0.index } ?? -1)
  }
}
