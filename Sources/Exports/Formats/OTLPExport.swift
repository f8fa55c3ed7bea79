import Augmentation
import Pipeline
import Quantities
import Recordings
import Tracing

/// Spans in OTLP's JSON encoding: one trace for each batch, from its making to its training, and one
/// for the session with its workers' naps.
///
/// Identifiers follow from the session's identity, so that two exports of a file are the same.
///
/// - Source: opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding": hexadecimal identifiers,
///   64-bit integers as strings.
struct OTLPExport {
  let exporter: String

  private struct Span {
    var trace: UInt64
    var id: UInt64
    var parent: UInt64?
    var name: String
    var start: Nanoseconds
    var end: Nanoseconds
    var track: String
    var batch: Int?
  }

  func write(_ walk: inout ExportWalk) throws(ExportFault) {
    let sink = walk.sink
    let names = walk.names
    let header = walk.session.header
    begin(walk.session, sink)
    var latest = Nanoseconds.zero
    var earliest = Nanoseconds.never
    var events: [TimelineMark] = []
    var isFirst = true
    var number: UInt64 = 0
    var outer: [SequenceID: UInt64] = [:]
    let start = header.clocks.realtime
    let identity = UInt64(bitPattern: header.identity.high)
    try walk.each { record in
      latest = max(latest, record.at)
      if let instant = TimelineMark(record, names.stages), events.count < Self.mostEvents {
        events.append(instant)
      }
    } slice: { slice in
      number += 1
      earliest = min(earliest, slice.start)
      latest = max(latest, slice.end)
      let root = slice.batch.map { Self.batchSpan($0) }
      var span = Span(
        trace: slice.batch.map { UInt64($0) &+ 1 } ?? 0, id: number << 1 | 1,
        parent: root ?? Self.sessionSpan, name: names.title(slice.name), start: slice.start,
        end: slice.end, track: slice.track.title, batch: slice.batch)
      if slice.isInner {
        span.parent = outer[slice.track] ?? span.parent
      } else {
        if slice.name == .batch, let root {
          span.id = root
          span.parent = nil
        }
        outer[slice.track] = span.id
      }
      Self.write(span, identity, start, isFirst: isFirst, [], sink)
      isFirst = false
    }
    let session = Span(
      trace: 0, id: Self.sessionSpan, parent: nil, name: "session \(header.scenarioName)",
      start: min(earliest, latest), end: latest, track: "session", batch: nil)
    Self.write(session, identity, start, isFirst: isFirst, events, sink)
    sink.add("\n]}]}]}\n")
  }

  /// Changes and other instants are rare; this bounds memory for damaged files.
  private static let mostEvents = 10_000

  /// Differs from the batches' spans, which are even from 4 on, and from all others, which are odd.
  private static let sessionSpan: UInt64 = 2

  private static func batchSpan(_ batch: Int) -> UInt64 { UInt64(batch) &* 2 &+ 4 }

  private func begin(_ session: RecordedSession, _ sink: ExportSink) {
    sink.add("{\"resourceSpans\":[{\"resource\":{\"attributes\":[")
    let attributes =
      [
        ("service.name", "augtop"), ("service.version", session.header.version),
        ("telemetry.sdk.name", exporter),
      ] + session.header.attributes.map { ($0.key, $0.value) }
    for (index, attribute) in attributes.enumerated() {
      if index > 0 { sink.add(",") }
      Self.attribute(attribute.0, attribute.1, sink)
    }
    sink.add("]},\"scopeSpans\":[{\"scope\":{\"name\":\"augtop\"},\"spans\":[")
  }

  private static func write(
    _ span: Span, _ identity: UInt64, _ start: UInt64, isFirst: Bool, _ events: [TimelineMark],
    _ sink: ExportSink
  ) {
    sink.add(isFirst ? "\n" : ",\n")
    sink.add("{\"traceId\":\"")
    // An identifier of zeros alone is invalid.
    sink.add(hex: identity | 1)
    sink.add(hex: span.trace)
    sink.add("\",\"spanId\":\"")
    sink.add(hex: span.id)
    if let parent = span.parent {
      sink.add("\",\"parentSpanId\":\"")
      sink.add(hex: parent)
    }
    sink.add("\",\"name\":")
    sink.add(json: span.name)
    // SPAN_KIND_INTERNAL.
    sink.add(",\"kind\":1,\"startTimeUnixNano\":\"")
    sink.add(text: "\(start &+ UInt64(bitPattern: span.start.count))")
    sink.add("\",\"endTimeUnixNano\":\"")
    sink.add(text: "\(start &+ UInt64(bitPattern: span.end.count))")
    sink.add("\",\"attributes\":[")
    attribute("track", span.track, sink)
    if let batch = span.batch {
      sink.add(",{\"key\":\"batch\",\"value\":{\"intValue\":\"")
      sink.add(batch)
      sink.add("\"}}")
    }
    sink.add("]")
    if !events.isEmpty {
      sink.add(",\"events\":[")
      for (index, event) in events.enumerated() {
        if index > 0 { sink.add(",") }
        sink.add("{\"timeUnixNano\":\"")
        sink.add(text: "\(start &+ UInt64(bitPattern: event.at.count))")
        sink.add("\",\"name\":")
        sink.add(json: event.name)
        sink.add(",\"attributes\":[")
        for (index, pair) in event.arguments.enumerated() {
          if index > 0 { sink.add(",") }
          attribute(pair.key, pair.value, sink)
        }
        sink.add("]}")
      }
      sink.add("]")
    }
    sink.add("}")
  }

  private static func attribute(_ key: String, _ value: String, _ sink: ExportSink) {
    sink.add("{\"key\":")
    sink.add(json: key)
    sink.add(",\"value\":{\"stringValue\":")
    sink.add(json: value)
    sink.add("}}")
  }
}
