import Augmentation
import Pipeline
import Quantities
import Recordings
import Tracing

/// Writes speedscope's own format: one evented profile for each track, in nanoseconds since the
/// session's start.
///
/// It reads the session once to find the tracks and once for each of them, so that memory is
/// bounded.
///
/// - Source: speedscope.app/file-format-schema.json (1.25.0).
struct SpeedscopeExport {
  let exporter: String

  func write(_ walk: inout ExportWalk) throws(ExportFault) {
    var ends: [SequenceID: (start: Nanoseconds, end: Nanoseconds)] = [:]
    try walk.each { _ in
    } slice: { slice in
      let known = ends[slice.track] ?? (slice.start, slice.end)
      ends[slice.track] = (min(known.start, slice.start), max(known.end, slice.end))
    }
    let sink = walk.sink
    sink.add("{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"exporter\":")
    sink.add(json: exporter)
    sink.add(",\"name\":")
    sink.add(json: "augtop \(walk.session.header.scenarioName)")
    sink.add(",\"activeProfileIndex\":0,\"shared\":{\"frames\":[")
    // A frame's number is its slice's index, so the list has no gaps: nothing is after the stages.
    let frames = SliceName.others + walk.names.stages.map { .stage($0.id) }
    for (index, name) in frames.enumerated() {
      if index > 0 { sink.add(",") }
      sink.add("{\"name\":")
      sink.add(json: walk.names.title(name))
      sink.add("}")
    }
    sink.add("]},\"profiles\":[")
    for (index, track) in ends.keys.sorted(by: { $0.order < $1.order }).enumerated() {
      sink.add(index > 0 ? ",\n" : "\n")
      let span = ends[track] ?? (.zero, .zero)
      try profile(track, from: span.start, to: span.end, &walk)
    }
    sink.add("\n]}\n")
  }

  private func profile(
    _ track: SequenceID, from start: Nanoseconds, to end: Nanoseconds, _ walk: inout ExportWalk
  ) throws(ExportFault) {
    let sink = walk.sink
    sink.add("{\"type\":\"evented\",\"name\":")
    sink.add(json: track.title)
    sink.add(",\"unit\":\"nanoseconds\",\"startValue\":")
    sink.add(start.count)
    sink.add(",\"endValue\":")
    sink.add(end.count)
    sink.add(",\"events\":[")
    var outer: Slice?
    var last = start
    var isFirst = true
    func event(_ type: StaticString, _ name: SliceName, _ at: Nanoseconds) {
      // Slices of a damaged recording may overlap, which the format forbids.
      last = max(last, at)
      if !isFirst { sink.add(",") }
      isFirst = false
      sink.add("{\"type\":\"")
      sink.add(type)
      sink.add("\",\"frame\":")
      sink.add(name.index)
      sink.add(",\"at\":")
      sink.add(last.count)
      sink.add("}")
    }
    func close() {
      if let open = outer { event("C", open.name, open.end) }
      outer = nil
    }
    try walk.each { _ in
    } slice: { slice in
      guard slice.track == track else { return }
      if !slice.isInner { close() }
      event("O", slice.name, slice.start)
      if slice.isInner { event("C", slice.name, slice.end) } else { outer = slice }
    }
    close()
    sink.add("]}")
  }
}
