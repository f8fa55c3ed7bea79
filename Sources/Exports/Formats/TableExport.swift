import Augmentation
import Pipeline
import Quantities
import Tracing

/// Writes a session as tables of comma-separated values, with units in the columns' names.
///
/// Times are whole nanoseconds since the session's start; a value that wasn't measured is empty.
///
/// - Source: RFC 4180, with line feeds.
struct TableExport {
  let table: ExportTable
  var style = TableStyle.standard

  func write(_ walk: inout ExportWalk) throws(ExportFault) {
    let sink = TableSink(walk.sink, style)
    let cut = walk.cut
    let names = walk.names
    Self.begin(table, sink)
    try walk.each { record in
      Self.tell(record, in: cut, table, names, sink)
    } slice: { slice in
      if table == .waits { Self.wait(slice, names, sink) }
    }
  }

  static func begin(_ table: ExportTable, _ sink: TableSink) {
    sink.begin()
    switch table {
    case .batches:
      sink.add(
        heading:
          "batch,worker,pictures,generation,start_ns,finished_ns,put_ns,depth_batches,cpu_ns,lock_wait_ns,overrun_ns,serialization_ns\n"
      )
    case .stages: sink.add(heading: "batch,worker,stage,start_ns,wall_ns,lock_wait_ns,cpu_ns\n")
    case .steps:
      sink.add(
        heading:
          "batch,pictures,wanted_ns,taken_ns,host_end_ns,transfer_end_ns,end_ns,lock_wait_ns,cpu_ns,clock_of_maximum\n"
      )
    case .phases: sink.add(heading: "phase,start_ns,wall_ns\n")
    case .waits: sink.add(heading: "track,reason,batch,start_ns,wall_ns\n")
    case .counters: sink.add(heading: "time_ns,counter,unit,value\n")
    case .switches: sink.add(heading: "time_ns,kind,what,generation,batch,details\n")
    }
  }

  static func tell(
    _ record: SessionRecord, in cut: Selection, _ table: ExportTable, _ names: SessionNames,
    _ sink: TableSink
  ) {
    switch table {
    case .batches:
      if case .event(.made(let made)) = record, cut.has(.workers) { batch(made, sink) }
    case .stages:
      if case .event(.made(let made)) = record, cut.has(.workers) {
        stages(made, names, sink)
      }
    case .steps: if case .event(.stepped(let step)) = record { self.step(step, sink) }
    case .phases: if case .event(.phase(let phase)) = record { self.phase(phase, sink) }
    case .counters:
      switch record {
      case .event(.made(let made)) where cut.has(.queue):
        depth(made.depth, at: made.put, sink)
      case .event(.taken(let taken)) where cut.has(.queue):
        depth(taken.depth, at: taken.at, sink)
      case .counter(let id, let value, let at): counter(id, value, at: at, names, sink)
      default: break
      }
    case .switches: instant(record, names, sink)
    case .waits: break
    }
  }

  private static func batch(_ made: BatchMade, _ sink: TableSink) {
    row(
      sink, made.batch, made.worker + 1, made.pictures, made.generation, made.start.count,
      made.finished.count, made.put.count, made.depth)
    sink.separate()
    if let cpu = made.cpu { sink.add(cpu.count) }
    sink.separate()
    row(sink, made.lockWait.count, made.overrun.count, made.serialization.count)
    sink.add("\n")
  }

  private static func stages(_ made: BatchMade, _ names: SessionNames, _ sink: TableSink) {
    var start = made.start
    for (time, stage) in zip(made.stages, names.stages) {
      let end = time.end
      if end > start {
        row(sink, made.batch, made.worker + 1)
        sink.separate()
        sink.add(cell: stage.name)
        sink.separate()
        row(
          sink, start.count, (end - start).count, time.wait.count)
        sink.separate()
        if made.hasStageCPU { sink.add(time.cpu.count) }
        sink.add("\n")
      }
      start = end
    }
  }

  private static func step(_ step: StepDone, _ sink: TableSink) {
    row(
      sink, step.batch, step.pictures, step.wanted.count, step.taken.count, step.hostEnd.count,
      step.transferEnd.count, step.end.count, step.lockWait.count, step.cpu.count)
    sink.separate()
    sink.add(real: step.clock)
    sink.add("\n")
  }

  private static func phase(_ phase: PhaseBegun, _ sink: TableSink) {
    sink.add(cell: phase.kind.title)
    sink.separate()
    row(sink, phase.start.count, phase.length.count)
    sink.add("\n")
  }

  static func wait(_ slice: Slice, _ names: SessionNames, _ sink: TableSink) {
    guard slice.name.category == .wait else { return }
    sink.add(cell: slice.track.title)
    sink.separate()
    sink.add(cell: names.title(slice.name))
    sink.separate()
    if let batch = slice.batch { sink.add(batch) }
    sink.separate()
    row(sink, slice.start.count, slice.length.count)
    sink.add("\n")
  }

  private static func depth(_ depth: Int, at: Nanoseconds, _ sink: TableSink) {
    sink.add(at.count)
    sink.add(heading: ",queue depth,batches,")
    sink.add(depth)
    sink.add("\n")
  }

  private static func counter(
    _ id: TrackID, _ value: Double, at: Nanoseconds, _ names: SessionNames, _ sink: TableSink
  ) {
    let track = names.counters[id]
    sink.add(at.count)
    sink.separate()
    sink.add(cell: track?.name ?? "counter \(id.rawValue)")
    sink.separate()
    sink.add(cell: track?.unitName ?? "")
    sink.separate()
    sink.add(real: value)
    sink.add("\n")
  }

  private static func instant(
    _ record: borrowing SessionRecord, _ names: SessionNames, _ sink: TableSink
  ) {
    guard let instant = TimelineMark(record, names.stages) else { return }
    var arguments = instant.arguments
    func take(_ key: String) -> String {
      guard let index = arguments.firstIndex(where: { $0.key == key }) else { return "" }
      return arguments.remove(at: index).value
    }
    let generation = take("generation")
    let batch = take("batch")
    sink.add(instant.at.count)
    sink.separate()
    // A session file says "session end"; the column's values are fixed.
    sink.add(cell: instant.kind == .end ? "ended" : instant.kind.rawValue)
    sink.separate()
    sink.add(cell: instant.name)
    sink.separate()
    sink.add(cell: generation)
    sink.separate()
    sink.add(cell: batch)
    sink.separate()
    sink.add(cell: arguments.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
    sink.add("\n")
  }

  private static func row(_ sink: TableSink, _ numbers: any FixedWidthInteger...) {
    for (index, number) in numbers.enumerated() {
      if index > 0 { sink.separate() }
      sink.add(Int64(number))
    }
  }
}
