import Augmentation
import Pipeline
import Quantities
import Recordings
import Tracing

/// A session's summary as GitHub's Markdown.
package struct MarkdownExport {
  let exporter: String

  func write(_ walk: inout ExportWalk) throws(ExportFault) {
    let overview = try Overview(&walk)
    walk.sink.add(text: text(overview))
  }

  private func text(_ overview: Overview) -> String {
    let reading = overview.reading
    let verdict = Verdict(reading)
    var lines = ["# augtop: \(Self.escaped(overview.session.header.scenarioName))", ""]
    lines += [Self.escaped(overview.scenarioLine) + ".", ""]
    lines += ["**\(verdict.kind.rawValue)**: \(Self.escaped(verdict.because))", ""]
    for sentence in RecordingTroubleText.sentences(overview.trouble) {
      lines += ["> \(sentence).", ""]
    }
    lines += ["| what | number |", "|---|---:|"]
    lines += Self.figures(overview).map { "| \($0.0) | \($0.1) |" }
    lines += ["", "## Stages", ""]
    lines += [
      "| stage | on | CPU a picture | wall a picture | share | slices | total ms |",
      "|---|---|---:|---:|---:|---:|---:|",
    ]
    for (stage, sum) in overview.stages {
      let state = stage.isOn ? (stage.isIdle ? "no-op" : "on") : "off"
      lines.append(
        "| \(Self.escaped(stage.stage.name)) | \(state)"
          + " | \(stage.cpuPerImage.map(Figure.time) ?? "–")"
          + " | \(stage.wallPerImage.map(Figure.time) ?? "–") | \(Figure.percent(stage.share))"
          + " | \(sum.count) | \(Self.milliseconds(sum.time)) |")
    }
    lines += ["", "## Time", "", "| slice | count | total ms |", "|---|---:|---:|"]
    for name in SliceName.beside {
      let sum = overview.totals.sum(name)
      lines.append(
        "| \(name.title(overview.session.stages)) | \(sum.count) | \(Self.milliseconds(sum.time)) |"
      )
    }
    if !overview.instants.isEmpty {
      lines += ["", "## What happened", "", "| at | what |", "|---:|---|"]
      lines += overview.instants.map {
        "| \(Figure.seconds($0.at.seconds)) | \(Self.escaped($0.name)) |"
      }
    }
    lines += ["", "## Recording", "", "| | |", "|---|---|"]
    lines += overview.provenance.map { "| \($0.0) | \(Self.escaped($0.1)) |" }
    lines += ["", "Made by \(exporter).", ""]
    return lines.joined(separator: "\n")
  }

  /// The session's numbers with their names; HTML shows the same.
  static func figures(_ overview: Overview) -> [(String, String)] {
    let reading = overview.reading
    let totals = overview.totals
    var figures: [(String, String)] = []
    if let epoch = reading.epoch.settled ?? reading.epoch.estimate {
      figures.append(
        (
          "epoch",
          "\(Figure.seconds(epoch.seconds)) (90 %: \(Figure.fixed(epoch.low, 2)) to"
            + " \(Figure.fixed(epoch.high, 2)) s)"
        ))
    } else if let projected = reading.epoch.projected {
      figures.append(("epoch", "\(Figure.seconds(projected)) (too short for an interval)"))
    }
    figures += [
      ("pictures/s", Figure.fixed(reading.consumer.imagesPerSecond, 0)),
      ("GPU busy", Figure.percent(reading.consumer.busy)),
      ("GPU host", Figure.percent(reading.consumer.host)),
      ("GPU starved", Figure.percent(reading.consumer.starved)),
      (
        "queue",
        "mean \(Figure.fixed(reading.queue.meanDepth, 1)), median \(reading.queue.medianDepth),"
          + " max \(reading.queue.maxDepth), limit \(reading.queue.limit)"
      ),
      ("make a batch", reading.workers.make.map(Figure.time) ?? "–"),
      ("step", reading.consumer.step.map(Figure.time) ?? "–"),
      ("length", Figure.seconds(reading.at.seconds)), ("batches made", "\(totals.batches)"),
      ("pictures made", "\(totals.picturesMade)"), ("steps", "\(totals.steps)"),
      ("pictures trained", "\(totals.picturesTrained)"), ("switches", "\(totals.switches)"),
      ("markers", "\(totals.markers)"), ("dropped events", "\(totals.droppedEvents)"),
    ]
    if totals.batchesLeftOut + totals.stepsLeftOut > 0 {
      figures += [
        ("batches known as sums alone", "\(totals.batchesLeftOut)"),
        ("steps known as sums alone", "\(totals.stepsLeftOut)"),
        ("pictures trained on in them", "\(totals.picturesLeftOut)"),
      ]
    }
    return figures
  }

  /// With every nanosecond.
  static func milliseconds(_ time: Nanoseconds) -> String {
    let digits = "\(time.count.magnitude % 1_000_000)"
    return "\(time.count < 0 ? "-" : "")\(time.count.magnitude / 1_000_000)."
      + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// Text within a cell of a table.
  package static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\n", "\r", "\r\n": " "
      case "|", "<", ">", "*", "_", "`", "[", "]", "\\": "\\\(character)"
      default: "\(character)"
      }
    }.joined()
  }
}
