import Pipeline
import Quantities
import VirtualEngine
import Watching

/// The report of a watched job's session, for people and for machines: that of `augtop run`, and what only
/// a job has.
struct WatchReport {
  /// The session's last reading.
  let reading: Reading
  /// The session.
  let session: JobSession
  /// The command that was started; empty for a job that was attached to.
  let command: [String]
  /// How the job ended; nil where it goes on.
  let end: JobEnd?

  /// The report under `augtop-report/1`, with the key `job`.
  var json: JSONObject {
    let tally = session.tally
    let advice = advice
    return reportJSON(told, next: advice?.next).adding(
      "job",
      [
        "command": command, "exit_status": end.map { Int($0.status) },
        "step_time": "host", "python": tally.python.sorted(), "processes": tally.processes,
        "records_lost": tally.lost, "records_impossible": tally.impossible,
        "not_hooked": tally.unhooked, "failures": tally.failures,
        "other_loaders_s": tally.otherTime.seconds,
        "step_parts": [
          "steps": loader?.parts.steps, "before_s": parts?.before.seconds,
          "forward_s": parts?.forward.seconds, "backward_s": parts?.backward.seconds,
          "optimizer_s": parts?.optimizer.seconds, "rest_s": parts?.rest.seconds,
        ] as JSONObject,
        "resident_bytes": tally.memory.bytes, "creep_bytes_per_min": tally.memory.creep,
        "loop": [
          "computing": reading.job?.loop?.computing, "waits_for_core": reading.job?.loop?.kept,
          "threads": reading.job?.loop?.threads,
        ] as JSONObject,
        "cores": reading.own.emulatedCores, "others_cores": reading.othersCores,
        "what_if": advice?.json, "not_predicted": unpredicted, "ranks": ranks.json,
        "slowest_rank": ranks.slowest?.number,
        "loaders": loaders.map { key, loader in loaderJSON(key, loader) },
      ] as JSONObject)
  }

  /// The report for people.
  var text: String {
    let tally = session.tally
    var lines: [String] = []
    if let parts {
      lines.append(
        "a step (the host's time): "
          + parts.named.map { "\($0.name) \(NumberText.span($0.time))" }.joined(separator: ", "))
    }
    for (key, loader) in loaders where loader.taken > 0 {
      let role = key == session.chosen ? "this session" : loader.trains ? "trains" : "doesn't train"
      let wait = Nanoseconds(loader.waited.count / Int64(loader.taken))
      lines.append(
        "loader \(key.number) of process \(key.process), \(loader.dataset), \(role):"
          + " \(loader.taken) batches, \(loader.workers) workers, waits"
          + " \(NumberText.span(wait)) a batch")
    }
    lines += pipelineLines
    if let costs = loader?.restarting, let epoch = told.epoch.projected,
      costs.seconds > 0.01 * epoch
    {
      // Keras's pools have no such argument.
      let remedy = loader?.kind == "torch" ? ": persistent_workers=True keeps them" : ""
      lines.append(
        "workers start anew in each epoch, which costs \(NumberText.span(costs)) of"
          + " \(NumberText.epoch(epoch))\(remedy)")
    }
    lines += ranks.lines
    if let bytes = tally.memory.bytes {
      let creep = tally.memory.creep.map {
        "; it grows by \(NumberText.bytes(Int(nearest: $0))) a minute"
      }
      lines.append("memory of the training process: \(NumberText.bytes(bytes))\(creep ?? "")")
    }
    if let others = reading.othersCores {
      lines.append(
        "processors: the job \(NumberText.fixed(reading.own.emulatedCores, 2)) cores, others"
          + " \(NumberText.fixed(others, 2)) of \(reading.cores)")
    }
    if let end, end != .exited(0) { lines.append(end.sentence) }
    lines += tally.troubles
    if tally.lost > 0 { lines.append("records lost: \(tally.lost)") }
    if tally.impossible > 0 { lines.append("records that make no sense: \(tally.impossible)") }
    let advice = advice
    let ahead =
      advice.map { ["what if"] + $0.lines + [Self.bounds] + unpredicted + [""] }
      ?? ["what if: too early to tell", ""]
    return reportText(reading, epoch: epochText, next: advice?.next) + "\n\n"
      + (ahead + lines).joined(separator: "\n")
  }

  /// What the parts of a tf.data pipeline do for a batch, by its own model of them.
  private var pipelineLines: [String] {
    guard let parts = loader?.pipeline.parts, !parts.isEmpty else { return [] }
    return ["tf.data's own figures, of one batch on all threads"]
      + parts.map { part in
        let threads = part.parallelism > 0 ? ", \(part.parallelism) at the same time" : ""
        let ready = part.capacity > 0 ? ", \(part.buffered) of \(part.capacity) ready" : ""
        return
          "  \(part.number) \(part.name.printable): \(NumberText.span(part.time)),"
          + " \(NumberText.fixed(part.elementsPerBatch, 0)) elements\(threads)\(ready)"
      }
  }

  /// What rows of other loaders rest on.
  private static let bounds =
    "other loaders are predicted between bounds: what they cost, and how long transforms hold Python's lock,"
    + " isn't measured in this job"

  /// The session's loader; nil where there is none.
  private var loader: JobLoader? { session.chosen.flatMap { session.loaders[$0] } }
  private var parts: StepParts? { loader?.parts.mean }

  /// Changes of the loader that have no row, with the reasons.
  private var unpredicted: [String] { loader?.unpredicted ?? [] }

  private var ranks: JobRanks {
    JobRanks(
      ranks: RankReading.ranks(of: session.loaders, session.tally.ranks, isRecent: false))
  }

  /// The epoch predicted for each change of the job's loader; nil where too little was measured.
  private var advice: AdviceReport? {
    // Ctrl-C has ended the job, and asks for its report.
    (try? Predictor(reading)).flatMap {
      try? AdviceReport(reading, by: $0, while: { true })
    }.flatMap { $0.advice.singles.isEmpty ? nil : $0 }
  }

  /// The reading; of a loader that has no length, the epoch is the mean of those that ended, without an
  /// interval, and unknown before.
  private var told: Reading {
    guard let loader, loader.batches == nil else { return reading }
    var told = reading
    told.epoch = EpochReading(samples: reading.epoch.samples)
    if loader.epochs > 0 {
      told.epoch.projected = loader.epochTime.seconds / Double(loader.epochs)
    }
    return told
  }

  /// The epoch of a loader that has no length, as it was measured; nil for one with a length.
  private var epochText: String? {
    guard let loader, loader.batches == nil else { return nil }
    guard loader.epochs > 0 else { return "its length isn't known before it ends" }
    let mean = loader.epochTime.seconds / Double(loader.epochs)
    return "\(NumberText.epoch(mean))  (mean of \(loader.epochs))"
  }

  private var loaders: [(JobLoader.Key, JobLoader)] {
    session.loaders.sorted {
      ($0.key.process, $0.key.number) < ($1.key.process, $1.key.number)
    }.map { ($0.key, $0.value) }
  }

  private func loaderJSON(_ key: JobLoader.Key, _ loader: JobLoader) -> JSONObject {
    [
      "process": Int(key.process), "number": key.number, "kind": loader.kind,
      "dataset": loader.dataset, "is_session": key == session.chosen, "trains": loader.trains,
      "workers": loader.workers, "prefetch": loader.prefetch, "batch_size": loader.batchSize,
      "batches_per_epoch": loader.batches, "persistent": loader.isPersistent,
      "pinned": loader.isPinned, "batches": loader.taken,
      "wait_s": loader.taken > 0 ? loader.waited.seconds / Double(loader.taken) : nil,
      "epochs": loader.epochs,
      "epoch_s": loader.epochs > 0 ? loader.epochTime.seconds / Double(loader.epochs) : nil,
      "restarting_workers_s": loader.restarting?.seconds,
      "pipeline": loader.pipeline.parts.map { part -> JSONObject in
        [
          "part": part.number, "name": part.name, "time_s_per_batch": part.time.seconds,
          "elements_per_batch": part.elementsPerBatch, "parallelism": part.parallelism,
          "buffered": part.buffered, "capacity": part.capacity,
        ]
      },
      "start_workers_s": loader.starts > 0 ? loader.starting.seconds / Double(loader.starts) : nil,
    ]
  }
}
