import Augmentation
import Pipeline
import Quantities
import Recordings
import Tracing

/// Writes a session's totals in the text formats of OpenMetrics and Prometheus, as a scrape at its end
/// would have read them.
///
/// OpenMetrics has the session's facts as a gauge, not as its own type `info`: so node_exporter's
/// textfile collector and the Pushgateway, which read Prometheus's format, take it as well. They find
/// counters without a type in it, since its families are named without `_total`; the format for
/// Prometheus gives them theirs.
///
/// - Source: OpenMetrics 1.0, github.com/prometheus/OpenMetrics; Prometheus's exposition formats, text
///   format 0.0.4.
struct OpenMetricsExport {
  let exporter: String
  /// Whether it is Prometheus's text format 0.0.4.
  var isPrometheus = false

  /// Upper bounds in nanoseconds, of 1, 2.5 and 5 in each decade from 10 µs to 10 s.
  private static let bounds: [Int64] =
    [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000].flatMap {
      [$0, $0 * 5 / 2, $0 * 5]
    } + [10_000_000_000]

  private struct Histogram {
    var counts = [Int](repeating: 0, count: OpenMetricsExport.bounds.count + 1)
    var sum = Nanoseconds.zero

    mutating func add(_ time: Nanoseconds) {
      let place = OpenMetricsExport.bounds.firstIndex { time.count <= $0 }
      counts[place ?? OpenMetricsExport.bounds.count] += 1
      sum += time
    }
  }

  func write(_ walk: inout ExportWalk) throws(ExportFault) {
    var feed = LedgerFeed(walk.session)
    var make = Histogram()
    var step = Histogram()
    let cut = walk.cut
    try walk.each { record in
      feed.take(record)
      switch record {
      case .event(.made(let made)) where cut.has(.workers):
        make.add(made.finished - made.start - made.lockWait)
      case .event(.stepped(let done)): step.add(done.end - done.taken)
      default: break
      }
    } beforeSelection: {
      feed.learn($0)
    } slice: { _ in
    }
    let sink = walk.sink
    information(walk.session, sink)
    totals(walk.totals, walk.names, sink)
    if cut.has(.workers) {
      histogram("augtop_make", "Making a batch, without waiting for the lock.", make, sink)
    }
    if cut.has(.consumer) { histogram("augtop_step", "One training step.", step, sink) }
    let reading = feed.report()
    gauges(reading, sink)
    phases(reading.epoch, sink)
    counters(walk.totals, walk.names, sink)
    if !isPrometheus { sink.add("# EOF\n") }
  }

  private func information(_ session: RecordedSession, _ sink: ExportSink) {
    family("augtop_session_info", "gauge", nil, "The session.", sink)
    sink.add("augtop_session_info{")
    let labels = [
      ("scenario", session.header.scenarioName), ("version", session.header.version),
      ("exporter", exporter), ("loader", session.scenario.loader.rawValue),
      ("dataset", session.scenario.dataset.description),
      ("costs", session.scenario.costs.name),
    ]
    for (index, label) in labels.enumerated() {
      if index > 0 { sink.add(",") }
      sink.add(text: label.0)
      sink.add("=")
      quoted(label.1, sink)
    }
    sink.add("} 1\n")
  }

  private func totals(_ totals: SessionTotals, _ names: SessionNames, _ sink: ExportSink) {
    for (name, help, value) in [
      ("augtop_batches_made", "Batches recorded one by one.", totals.batches),
      ("augtop_pictures_made", "Pictures in them.", totals.picturesMade),
      ("augtop_steps", "Training steps recorded one by one.", totals.steps),
      ("augtop_pictures_trained", "Pictures trained on in them.", totals.picturesTrained),
      ("augtop_batches_left_out", "Batches known as sums alone.", totals.batchesLeftOut),
      ("augtop_steps_left_out", "Steps known as sums alone.", totals.stepsLeftOut),
      ("augtop_pictures_left_out", "Pictures trained on in them.", totals.picturesLeftOut),
      ("augtop_switches", "Changes asked for.", totals.switches),
      ("augtop_markers", "Markers set.", totals.markers),
      ("augtop_dropped_events", "Events lost in full lanes.", totals.droppedEvents),
    ] {
      family(name, "counter", nil, help, sink)
      sample("\(name)_total", [], sink)
      sink.add(value)
      sink.add("\n")
    }
    family("augtop_slice_seconds", "counter", "seconds", "Time by what it was spent on.", sink)
    for name in names.slices {
      sample(
        "augtop_slice_seconds_total",
        [("slice", names.title(name)), ("kind", name.category.title)], sink)
      sink.add(nanoseconds: totals.sum(name).time.count, decimals: 9)
      sink.add("\n")
    }
    family("augtop_slices", "counter", nil, "Slices by what they were spent on.", sink)
    for name in names.slices {
      sample(
        "augtop_slices_total", [("slice", names.title(name)), ("kind", name.category.title)], sink)
      sink.add(totals.sum(name).count)
      sink.add("\n")
    }
    family(
      "augtop_stage_cpu_seconds", "counter", "seconds",
      "CPU time of stages, where it was measured.",
      sink)
    for stage in names.stages {
      sample("augtop_stage_cpu_seconds_total", [("stage", stage.name)], sink)
      sink.add(nanoseconds: totals.cpu(of: stage.id).count, decimals: 9)
      sink.add("\n")
    }
    for (name, help, time) in [
      ("augtop_lock_wait_seconds", "Batches' waits for the interpreter lock.", totals.lockWait),
      ("augtop_step_lock_wait_seconds", "Steps' waits for it.", totals.stepLockWait),
      ("augtop_overrun_seconds", "Kernel time beyond the cost profile.", totals.overrun),
    ] {
      family(name, "counter", "seconds", help, sink)
      sample("\(name)_total", [], sink)
      sink.add(nanoseconds: time.count, decimals: 9)
      sink.add("\n")
    }
  }

  private func gauges(_ reading: Reading, _ sink: ExportSink) {
    var gauges: [(name: String, unit: String?, help: String, value: Double)] = [
      ("augtop_wall_seconds", "seconds", "The session's length.", reading.at.seconds),
      ("augtop_gpu_busy_ratio", "ratio", "The GPU's time busy.", reading.consumer.busy),
      ("augtop_gpu_host_ratio", "ratio", "The GPU's time fed.", reading.consumer.host),
      ("augtop_gpu_starved_ratio", "ratio", "The GPU's time starved.", reading.consumer.starved),
      ("augtop_pictures_per_second", nil, "Trained on.", reading.consumer.imagesPerSecond),
      ("augtop_queue_depth_mean", nil, "Batches waiting.", reading.queue.meanDepth),
    ]
    if let epoch = reading.epoch.settled ?? reading.epoch.estimate {
      gauges.append(("augtop_epoch_seconds", "seconds", "An epoch's time.", epoch.seconds))
      gauges.append(("augtop_epoch_low_seconds", "seconds", "Its interval, 90 %.", epoch.low))
      gauges.append(("augtop_epoch_high_seconds", "seconds", "Its interval, 90 %.", epoch.high))
    }
    if reading.epoch.firstExtra > 0 {
      gauges.append(
        (
          "augtop_first_epoch_extra_seconds", "seconds", "The first epoch takes longer.",
          reading.epoch.firstExtra
        ))
    }
    for gauge in gauges {
      family(gauge.name, "gauge", gauge.unit, gauge.help, sink)
      sample(gauge.name, [], sink)
      sink.add(real: gauge.value)
      sink.add("\n")
    }
  }

  /// The phases of an epoch that isn't the first.
  private func phases(_ epoch: EpochReading, _ sink: ExportSink) {
    guard !epoch.phaseShares.isEmpty else { return }
    family(
      "augtop_epoch_phase_seconds", "gauge", "seconds", "Of an epoch's time, by phase.", sink)
    for share in epoch.phaseShares {
      sample("augtop_epoch_phase_seconds", [("phase", share.kind.title)], sink)
      sink.add(real: share.seconds)
      sink.add("\n")
    }
  }

  private func counters(_ totals: SessionTotals, _ names: SessionNames, _ sink: ExportSink) {
    guard !totals.counters.isEmpty else { return }
    family("augtop_final_value", "gauge", nil, "The session's counters at its end.", sink)
    for (id, value) in totals.counters.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let track = names.counters[id]
      sample(
        "augtop_final_value",
        [("counter", track?.name ?? "\(id.rawValue)"), ("unit", track?.unitName ?? "")], sink)
      sink.add(real: value)
      sink.add("\n")
    }
  }

  private func histogram(
    _ name: String, _ help: String, _ histogram: Histogram, _ sink: ExportSink
  ) {
    family("\(name)_seconds", "histogram", "seconds", help, sink)
    var below = 0
    for (index, count) in histogram.counts.enumerated() {
      below += count
      sink.add(text: "\(name)_seconds_bucket{le=\"")
      if index < Self.bounds.count {
        sink.add(real: Double(Self.bounds[index]) / 1e9)
      } else {
        sink.add("+Inf")
      }
      sink.add("\"} ")
      sink.add(below)
      sink.add("\n")
    }
    sink.add(text: "\(name)_seconds_count ")
    sink.add(below)
    sink.add(text: "\n\(name)_seconds_sum ")
    sink.add(nanoseconds: histogram.sum.count, decimals: 9)
    sink.add("\n")
  }

  private func family(
    _ name: String, _ type: String, _ unit: String?, _ help: String, _ sink: ExportSink
  ) {
    // Only OpenMetrics names a family of counters without its samples' ending, and has units.
    let name = isPrometheus && type == "counter" ? "\(name)_total" : name
    sink.add(text: "# TYPE \(name) \(type)\n")
    if let unit, !isPrometheus { sink.add(text: "# UNIT \(name) \(unit)\n") }
    sink.add(text: "# HELP \(name) \(help)\n")
  }

  private func sample(_ name: String, _ labels: [(String, String)], _ sink: ExportSink) {
    sink.add(text: name)
    if !labels.isEmpty {
      sink.add("{")
      for (index, label) in labels.enumerated() {
        if index > 0 { sink.add(",") }
        sink.add(text: label.0)
        sink.add("=")
        quoted(label.1, sink)
      }
      sink.add("}")
    }
    sink.add(" ")
  }

  private func quoted(_ text: String, _ sink: ExportSink) {
    sink.add("\"")
    for byte in text.printableLines.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): sink.add("\\\\")
      case UInt8(ascii: "\""): sink.add("\\\"")
      case 0x0A: sink.add("\\n")
      default: sink.add(byte: byte)
      }
    }
    sink.add("\"")
  }
}
