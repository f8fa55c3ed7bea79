import Augmentation
import Pipeline
import Quantities
import Recordings
import Tracing

/// Writes a session's summary in GitHub's Markdown.
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
          + " | \(stage.cpuPerImage.map(NumberText.digits) ?? "–")"
          + " | \(stage.wallPerImage.map(NumberText.digits) ?? "–") | \(NumberText.percent(stage.share, 1))"
          + " | \(sum.count) | \(NumberText.decimal(sum.time.count, 6)) |")
    }
    lines += ["", "## Time", "", "| slice | count | total ms |", "|---|---:|---:|"]
    for name in SliceName.others {
      let sum = overview.totals.sum(name)
      lines.append(
        "| \(name.title(overview.session.stages)) | \(sum.count) | \(NumberText.decimal(sum.time.count, 6)) |"
      )
    }
    if !overview.instants.isEmpty {
      lines += ["", "## What happened", "", "| at | what |", "|---:|---|"]
      lines += overview.instants.map {
        "| \(NumberText.seconds($0.at.seconds)) | \(Self.escaped($0.name)) |"
      }
    }
    if let sentence = Self.briefVerdicts(overview) { lines += ["", "\(sentence)."] }
    lines += ["", "## Recording", "", "| | |", "|---|---|"]
    lines += overview.provenance.map { "| \($0.0) | \(Self.escaped($0.1)) |" }
    lines += ["", "Made by \(exporter).", ""]
    return lines.joined(separator: "\n")
  }

  /// A sentence about the verdicts that aren't listed; nil without any.
  static func briefVerdicts(_ overview: Overview) -> String? {
    guard overview.briefVerdicts > 0 else { return nil }
    return "\(overview.briefVerdicts) verdicts that held less than a second aren't listed"
  }

  /// The session's numbers with their names, which the HTML page has, too.
  static func figures(_ overview: Overview) -> [(String, String)] {
    let reading = overview.reading
    let totals = overview.totals
    var figures: [(String, String)] = []
    if let epoch = reading.epoch.settled ?? reading.epoch.estimate {
      figures.append(
        (
          "epoch",
          "\(NumberText.seconds(epoch.seconds)) (90 %: \(NumberText.fixed(epoch.low, 2)) to"
            + " \(NumberText.fixed(epoch.high, 2)) s)"
        ))
    } else if let projected = reading.epoch.projected {
      figures.append(("epoch", "\(NumberText.seconds(projected)) (too short for an interval)"))
    }
    figures += reading.epoch.phaseShares.map {
      ("of it \($0.kind.title)", NumberText.seconds($0.seconds))
    }
    if reading.epoch.firstExtra > 0 {
      figures.append(("the first epoch longer by", NumberText.seconds(reading.epoch.firstExtra)))
    }
    figures += [
      ("pictures/s", NumberText.fixed(reading.consumer.imagesPerSecond, 0)),
      ("GPU busy", NumberText.percent(reading.consumer.busy, 1)),
      ("GPU host", NumberText.percent(reading.consumer.host, 1)),
      ("GPU starved", NumberText.percent(reading.consumer.starved, 1)),
      (
        "queue",
        "mean \(NumberText.fixed(reading.queue.meanDepth, 1)), median \(reading.queue.medianDepth),"
          + " max \(reading.queue.maxDepth), limit \(reading.queue.limit)"
      ),
      ("make a batch", reading.workers.make.map(NumberText.digits) ?? "–"),
      ("step", reading.consumer.step.map(NumberText.digits) ?? "–"),
      ("length", NumberText.seconds(reading.at.seconds)), ("batches made", "\(totals.batches)"),
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

  /// Text for a cell of a table, with Markdown's special characters escaped; addresses don't become
  /// links.
  package static func escaped(_ text: String) -> String {
    let scalars = Array(text.printableLines.unicodeScalars)
    var escaped = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      let rest = scalars[(index + 1)...]
      switch scalar {
      case "\n":
        escaped.append(" ")
        continue
      case "|", "<", ">", "*", "_", "`", "[", "]", "\\", "~": escaped.append("\\")
      // A name of a character, as `&lt;`, would be shown as that.
      case "&" where rest.first.map { $0 == "#" || $0.properties.isAlphabetic } ?? false,
        ":" where rest.starts(with: ["/", "/"]),
        "." where scalars[..<index].suffix(3).elementsEqual(["w", "w", "w"]):
        escaped.append("\\")
      default: break
      }
      escaped.append(scalar)
    }
    return String(escaped)
  }
}
