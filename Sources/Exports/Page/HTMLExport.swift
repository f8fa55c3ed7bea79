import Augmentation
import Pipeline
import Quantities
import Recordings
import Tracing

/// Writes one page about a session: self-contained, without script or network, light or dark as the
/// reader's system, from a phone's width up.
struct HTMLExport {
  let exporter: String

  func write(_ walk: inout ExportWalk) throws(ExportFault) {
    let overview = try Overview(&walk)
    let sink = walk.sink
    let name = HTMLText.escaped(overview.session.header.scenarioName)
    sink.add(
      text: """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="\(HTMLText.escaped(exporter))">
        <title>augtop: \(name)</title>
        <style>\(HTMLText.style)\(Plots.style)</style>
        <main>
        <header><h1>\(name)</h1><p>\(HTMLText.escaped(overview.scenarioLine))</p></header>

        """)
    sink.add(text: verdict(overview))
    sink.add(text: tiles(overview))
    sink.add("<div class=\"plots\">\n")
    let plots = Plots(overview)
    sink.add(text: plots.overTime + plots.distributions)
    sink.add("</div>\n")
    sink.add(text: stages(overview))
    sink.add("<div class=\"plots\">\n")
    sink.add(text: plots.costs)
    sink.add(text: times(overview))
    sink.add(text: happened(overview))
    sink.add(text: recording(overview))
    sink.add("</div>\n<script type=\"application/json\" id=\"totals\">")
    totals(overview.totals, walk.names, sink)
    sink.add(text: "</script>\n<footer>Made by \(HTMLText.escaped(exporter)).</footer>\n</main>\n")
  }

  private func verdict(_ overview: Overview) -> String {
    let verdict = Verdict(overview.reading)
    let troubles = RecordingTroubleText.sentences(overview.trouble).map {
      "<p class=\"trouble\">\(HTMLText.escaped($0)).</p>\n"
    }
    return "<p class=\"verdict\"><b>\(verdict.kind.rawValue)</b> "
      + "\(HTMLText.escaped(verdict.because))</p>\n" + troubles.joined()
  }

  private func tiles(_ overview: Overview) -> String {
    let reading = overview.reading
    let epoch = reading.epoch.settled ?? reading.epoch.estimate
    let tiles = [
      (
        "epoch", (epoch?.seconds ?? reading.epoch.projected).map(NumberText.seconds) ?? "–",
        epoch.map { "\(NumberText.fixed($0.low, 2)) to \(NumberText.fixed($0.high, 2)) s, 90 %" }
          ?? "measuring"
      ),
      (
        "pictures/s", NumberText.fixed(reading.consumer.imagesPerSecond, 0),
        "\(NumberText.fixed(reading.consumer.batchesPerSecond, 1)) batches/s"
      ),
      (
        "GPU busy", NumberText.percent(reading.consumer.busy, 1),
        "starved \(NumberText.percent(reading.consumer.starved, 1))"
      ),
      (
        "make a batch", reading.workers.make.map(NumberText.digits) ?? "–",
        "step \(reading.consumer.step.map(NumberText.digits) ?? "–")"
      ),
    ]
    return "<div class=\"tiles\">\n"
      + tiles.map {
        "<div class=\"tile\"><span>\($0.0)</span><b>\($0.1)</b><small>\($0.2)</small></div>\n"
      }.joined() + "</div>\n"
  }

  private func stages(_ overview: Overview) -> String {
    let rows = overview.stages.map { stage, sum in
      let state = stage.isOn ? (stage.isIdle ? "no-op" : "on") : "off"
      let cells = [
        stage.cpuPerImage.map(NumberText.digits) ?? "–",
        stage.wallPerImage.map(NumberText.digits) ?? "–",
        NumberText.percent(stage.share, 1), "\(sum.count)", NumberText.decimal(sum.time.count, 6),
      ]
      return "<tr><th>\(HTMLText.escaped(stage.stage.name))<td class=\"w\">\(state)"
        + cells.map { "<td class=\"n\">\($0)" }.joined() + "\n"
    }
    return """
      <section><h2>Stages</h2><div class="scroll"><table>
      <tr><th>stage<th>state<th class="n">CPU a picture<th class="n">wall a picture\
      <th class="n">share<th class="n">slices<th class="n">total ms
      \(rows.joined())</table></div></section>

      """
  }

  private func times(_ overview: Overview) -> String {
    let rows = SliceName.others.map { name in
      let sum = overview.totals.sum(name)
      return "<tr><th>\(name.title(overview.session.stages))<td class=\"n\">\(sum.count)"
        + "<td class=\"n\">\(NumberText.decimal(sum.time.count, 6))\n"
    }
    return """
      <section><h2>Time</h2><div class="scroll"><table>
      <tr><th>slice<th class="n">count<th class="n">total ms
      \(rows.joined())</table></div></section>

      """
  }

  private func happened(_ overview: Overview) -> String {
    guard !overview.instants.isEmpty || overview.briefVerdicts > 0 else { return "" }
    let brief = MarkdownExport.briefVerdicts(overview).map { "<p>\($0).</p>" } ?? ""
    let rows = overview.instants.map {
      "<tr><td class=\"n\">\(NumberText.seconds($0.at.seconds))<td>\(HTMLText.escaped($0.name))\n"
    }
    return """
      <section><h2>What happened</h2><div class="scroll"><table>
      <tr><th class="n">at<th>what
      \(rows.joined())</table></div>\(brief)</section>

      """
  }

  private func recording(_ overview: Overview) -> String {
    let rows = (MarkdownExport.figures(overview) + overview.provenance).map {
      "<tr><th>\($0.0)<td>\(HTMLText.escaped($0.1))\n"
    }
    return """
      <section><h2>Recording</h2><div class="scroll"><table>
      \(rows.joined())</table></div></section>

      """
  }

  /// The totals to the nanosecond, for programs that read pages.
  private func totals(_ totals: SessionTotals, _ names: SessionNames, _ sink: ExportSink) {
    sink.add(
      text: "{\"batches\":\(totals.batches),\"picturesMade\":\(totals.picturesMade),"
        + "\"steps\":\(totals.steps),\"picturesTrained\":\(totals.picturesTrained),"
        + "\"switches\":\(totals.switches),\"markers\":\(totals.markers),\"slices_ns\":{")
    for (index, name) in names.slices.enumerated() {
      if index > 0 { sink.add(",") }
      sink.add(json: names.title(name))
      sink.add(":")
      sink.add(totals.sum(name).time.count)
    }
    sink.add("}}")
  }
}

enum HTMLText {
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.printable.unicodeScalars {
      switch scalar {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "\"": escaped += "&quot;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  static let style = """
    :root{--page:#f6f7f9;--card:#fff;--ink:#16191d;--soft:#5c6570;--line:#d9dee4;--busy:#2a7d4f;\
    --host:#b7791f;--starved:#c4402f;--pause:#7a55b3;--depth:#2563b8;--band:#2563b833;--bar:#5b6abf}
    @media (prefers-color-scheme:dark){:root{--page:#0f1216;--card:#181c22;--ink:#e8ebef;\
    --soft:#98a2ae;--line:#2c333c;--busy:#4cc38a;--host:#e2b04a;--starved:#f07862;--pause:#b79cec;--depth:#6aa7f5;\
    --band:#6aa7f544;--bar:#8f9bea}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--page);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
    main{max-width:1080px;margin:0 auto;padding:20px 16px}
    h1{font-size:24px;margin:0}h2{font-size:15px;margin:0 0 8px}
    header p{margin:2px 0 12px;color:var(--soft)}
    .verdict{background:var(--card);border-left:4px solid var(--depth);padding:10px 12px;margin:0 0 12px}
    .trouble{border-left:4px solid var(--starved);background:var(--card);padding:8px 12px;margin:0 0 12px}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin-bottom:12px}
    .tile,section,figure{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px}
    .tile span,.tile small{display:block;color:var(--soft);font-size:13px}
    .tile b{font-size:24px;font-weight:600;font-variant-numeric:tabular-nums}
    .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:12px;margin-bottom:12px}
    figure{margin:0;min-width:0}section{margin-bottom:12px;min-width:0}.plots section{margin:0}
    figcaption{font-weight:600;margin-bottom:6px}figcaption small{font-weight:400;color:var(--soft)}
    svg{display:block;width:100%;height:auto}
    svg text{font:13px system-ui,sans-serif}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
    th,td{text-align:left;padding:4px 10px 4px 0;border-top:1px solid var(--line);font-weight:400;vertical-align:top}
    tr:first-child>*{border-top:0}
    td{overflow-wrap:anywhere}th{color:var(--soft);white-space:nowrap}
    .n{text-align:right;white-space:nowrap}
    .w{white-space:nowrap}
    footer{color:var(--soft);font-size:13px;margin-top:12px}
    """
}
