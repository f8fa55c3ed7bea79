import Host
import Pipeline
import Quantities
import Watching

/// A watched job's figures as a file in the text format of OpenMetrics, which node_exporter's textfile collector
/// reads, too; written anew as a whole every ten seconds.
///
/// A class because it has an identity, the file; only one thread uses it.
///
/// - Source: OpenMetrics 1.0, github.com/prometheus/OpenMetrics.
final class MetricsFile {
  /// The time between two writes.
  private static let interval = Nanoseconds.seconds(10)

  private let path: String
  private var next = Nanoseconds.zero
  private var hasFailed = false

  /// A file that nothing has been written to.
  init(path: String) { self.path = path }

  /// Replaces the file where that is due; the first failure is said, and ends the writing.
  func update(by session: JobSession) {
    guard session.begun != nil, let now = session.now, now >= next else { return }
    next = now + Self.interval
    write(session.reading, session)
  }

  /// Replaces the file.
  func write(_ reading: Reading, _ session: JobSession) {
    guard !hasFailed else { return }
    let text = Self.text(reading, session.loaders, session.tally)
    do {
      try AtomicFile.write(Array(text.utf8), to: path, replacing: true, isSynced: false)
    } catch {
      hasFailed = true
      reason = "\(error.path): \(error.error)"
    }
  }

  /// Why it couldn't be written; nil where it could.
  private(set) var reason: String?

  /// The figures of a reading, with those of each rank.
  static func text(
    _ reading: Reading, _ loaders: [JobLoader.Key: JobLoader], _ tally: JobTally
  ) -> String {
    let job = "job=\"\(escaped(reading.scenario.name))\""
    var text = ""
    func gauge(_ name: String, _ help: String, _ samples: [(labels: String, value: Double)]) {
      guard !samples.isEmpty else { return }
      text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
      for sample in samples { text += "\(name){\(job)\(sample.labels)} \(sample.value)\n" }
    }
    func plain(_ name: String, _ help: String, _ value: Double?) {
      gauge(name, help, value.map { [("", $0)] } ?? [])
    }
    plain("augtop_wall_seconds", "The session's length.", reading.at.seconds)
    plain("augtop_steps", "Batches trained.", Double(reading.batchesTrained))
    plain("augtop_pictures_per_second", "Trained on.", reading.consumer.imagesPerSecond)
    plain("augtop_loop_training_ratio", "The loop's time training.", reading.consumer.busy)
    plain("augtop_loop_waiting_ratio", "The loop's time without a batch.", reading.consumer.starved)
    plain("augtop_step_seconds", "A step, in the host's time.", reading.consumer.step?.seconds)
    plain("augtop_make_seconds", "Making a batch.", reading.workers.make?.seconds)
    plain("augtop_queue_depth_mean", "Batches waiting.", reading.queue.meanDepth)
    plain(
      "augtop_epoch_seconds", "An epoch's time.",
      (reading.epoch.settled ?? reading.epoch.estimate)?.seconds)
    plain("augtop_records_lost", "Records that were overwritten unread.", Double(tally.lost))
    gauge(
      "augtop_stage_seconds", "A stage's time, of one picture.",
      reading.stages.compactMap { stage in
        stage.wallPerImage.map { (",stage=\"\(escaped(stage.stage.name))\"", $0.seconds) }
      })
    let ranks = RankReading.ranks(of: loaders, tally.ranks, isRecent: true)
    gauge(
      "augtop_rank_batches_per_second", "Taken.",
      ranks.map { (",rank=\"\($0.number)\"", $0.batchesPerSecond) })
    gauge(
      "augtop_rank_wait_seconds", "The wait for a batch.",
      ranks.map { (",rank=\"\($0.number)\"", $0.wait.seconds) })
    return text + "# EOF\n"
  }

  private static func escaped(_ name: String) -> String {
    name.printable.split(separator: "\\", omittingEmptySubsequences: false).joined(
      separator: "\\\\"
    )
    .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
  }
}
