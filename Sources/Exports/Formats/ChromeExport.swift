import Augmentation
import Pipeline
import Quantities
import Recordings
import Tracing

/// Writes the trace event format in JSON, which chrome://tracing, Perfetto and speedscope read.
///
/// Slices are complete events (`X`), times are microseconds since the session's start. A flow
/// connects the making of a batch with its training step.
///
/// - Source: "Trace Event Format", docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
struct ChromeExport {
  let exporter: String

  func write(_ walk: inout ExportWalk) throws(ExportFault) {
    let sink = walk.sink
    let cut = walk.cut
    begin(walk.session, sink)
    var tracks: Set<SequenceID> = []
    let names = walk.names
    var last: SessionRecord?
    try walk.each { record in
      tell(record, cut, names, sink)
      if case .event = record { last = copy record }
    } slice: { slice in
      if tracks.insert(slice.track).inserted { name(slice.track, sink) }
      tell(slice, names, of: last, sink)
    }
    sink.add("\n]}\n")
  }

  // MARK: The session

  private func begin(_ session: RecordedSession, _ sink: ExportSink) {
    sink.add("{\"displayTimeUnit\":\"ns\",\"otherData\":{\"exporter\":")
    sink.add(json: exporter)
    for attribute in session.header.attributes {
      sink.add(",")
      sink.add(json: attribute.key)
      sink.add(":")
      sink.add(json: attribute.value)
    }
    sink.add(
      "},\"traceEvents\":[\n{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":")
    sink.add(json: "augtop \(session.header.scenarioName)")
    sink.add("}}")
  }

  private func name(_ track: SequenceID, _ sink: ExportSink) {
    begin("M", track, sink)
    sink.add(",\"name\":\"thread_name\",\"args\":{\"name\":")
    sink.add(json: track.title)
    sink.add("}}")
    begin("M", track, sink)
    sink.add(",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":")
    sink.add(track.order)
    sink.add("}}")
  }

  private func begin(_ phase: StaticString, _ track: SequenceID, _ sink: ExportSink) {
    sink.add(",\n{\"ph\":\"")
    sink.add(phase)
    sink.add("\",\"pid\":1,\"tid\":")
    sink.add(track.order + 1)
  }

  // MARK: Slices

  private func tell(
    _ slice: Slice, _ names: SessionNames, of record: SessionRecord?, _ sink: ExportSink
  ) {
    begin("X", slice.track, sink)
    sink.add(",\"ts\":")
    sink.add(nanoseconds: slice.start.count, decimals: 3)
    sink.add(",\"dur\":")
    sink.add(nanoseconds: slice.length.count, decimals: 3)
    sink.add(",\"cat\":\"")
    sink.add(text: slice.name.category.title)
    sink.add("\",\"name\":")
    sink.add(json: names.title(slice.name))
    if let batch = slice.batch, !slice.isInner {
      sink.add(",\"args\":{\"batch\":")
      sink.add(batch)
      if slice.name == .batch, case .event(.made(let made))? = record {
        sink.add(",\"pictures\":")
        sink.add(made.pictures)
        sink.add(",\"generation\":")
        sink.add(made.generation)
        microseconds("lock_wait_us", made.lockWait, sink)
        microseconds("overrun_us", made.overrun, sink)
        if let cpu = made.cpu { microseconds("cpu_us", cpu, sink) }
      } else if slice.name == .step, case .event(.stepped(let step))? = record {
        sink.add(",\"pictures\":")
        sink.add(step.pictures)
        microseconds("lock_wait_us", step.lockWait, sink)
        microseconds("cpu_us", step.cpu, sink)
      }
      sink.add("}}")
      if slice.name == .batch { flow("s", slice, batch, sink) }
      if slice.name == .step { flow("f", slice, batch, sink) }
    } else {
      sink.add("}")
    }
  }

  private func microseconds(_ name: StaticString, _ time: Nanoseconds, _ sink: ExportSink) {
    sink.add(",\"")
    sink.add(name)
    sink.add("\":")
    sink.add(nanoseconds: time.count, decimals: 3)
  }

  private func flow(_ phase: StaticString, _ slice: Slice, _ batch: Int, _ sink: ExportSink) {
    begin(phase, slice.track, sink)
    sink.add(",\"bp\":\"e\",\"cat\":\"batch\",\"name\":\"batch\",\"id\":")
    sink.add(batch)
    sink.add(",\"ts\":")
    sink.add(nanoseconds: slice.start.count, decimals: 3)
    sink.add("}")
  }

  // MARK: Counters and instants

  private func tell(
    _ record: borrowing SessionRecord, _ cut: Selection, _ names: SessionNames, _ sink: ExportSink
  ) {
    switch record {
    case .event(.made(let made)) where cut.has(.queue):
      counter("queue depth", "batches", at: made.put, sink)
      sink.add(made.depth)
      sink.add("}}")
    case .event(.taken(let taken)) where cut.has(.queue):
      counter("queue depth", "batches", at: taken.at, sink)
      sink.add(taken.depth)
      sink.add("}}")
    case .counter(let id, let value, let at):
      let track = names.counters[id]
      counter(track?.name ?? "counter \(id.rawValue)", track?.unitName ?? "value", at: at, sink)
      sink.add(real: value)
      sink.add("}}")
    default:
      guard let instant = TimelineMark(record, names.stages) else { return }
      sink.add(",\n{\"ph\":\"i\",\"s\":\"p\",\"pid\":1,\"tid\":1,\"ts\":")
      sink.add(nanoseconds: instant.at.count, decimals: 3)
      sink.add(",\"cat\":\"session\",\"name\":")
      sink.add(json: instant.name)
      sink.add(",\"args\":{")
      for (index, pair) in instant.arguments.enumerated() {
        if index > 0 { sink.add(",") }
        sink.add(json: pair.key)
        sink.add(":")
        sink.add(json: pair.value)
      }
      sink.add("}}")
    }
  }

  private func counter(
    _ name: String, _ unit: String, at: Nanoseconds, _ sink: ExportSink
  ) {
    sink.add(",\n{\"ph\":\"C\",\"pid\":1,\"ts\":")
    sink.add(nanoseconds: at.count, decimals: 3)
    sink.add(",\"name\":")
    sink.add(json: name)
    sink.add(",\"args\":{")
    sink.add(json: unit)
    sink.add(":")
  }
}
