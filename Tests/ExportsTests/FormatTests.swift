import Augmentation
import Exports
import Foundation
import Pipeline
import Quantities
import Recordings
import TestSupport
import Testing
import Tracing

/// Requirements of each format besides its sums.
@Suite struct FormatTests {
  private let folder: TemporaryFolder
  private let made = MadeUpSession(seed: 11)
  private let session: RecordedSession

  init() throws {
    folder = try TemporaryFolder()
    session = try made.recorded(in: folder)
  }

  private func bytes(_ format: ExportFormat, _ table: ExportTable? = nil) throws -> [UInt8] {
    try Export(format, table: table, exporter: "test").bytes(session)
  }

  @Test func chromeNamesTracksAndLeadsFromMakingToTraining() throws {
    let root = try #require(try ReadBack.json(bytes(.chrome)) as? [String: Any])
    let events = try #require(root["traceEvents"] as? [[String: Any]])
    func all(_ phase: String) -> [[String: Any]] { events.filter { $0["ph"] as? String == phase } }
    let names = all("M").compactMap { ($0["args"] as? [String: Any])?["name"] as? String }
    #expect(names.contains("worker 1") && names.contains("gpu (simulated)"))
    #expect(names.contains("augtop \(made.scenario.name)"))
    let starts = Set(all("s").compactMap { $0["id"] as? Int })
    #expect(starts == Set(0..<made.batches))
    #expect(Set(all("f").compactMap { $0["id"] as? Int }) == starts)
    // A flow must begin and end inside of a slice of its thread.
    for flow in all("s") + all("f") {
      #expect(
        all("X").contains {
          $0["tid"] as? Int == flow["tid"] as? Int && $0["ts"] as? Double == flow["ts"] as? Double
        })
    }
    let instants = all("i").compactMap { $0["name"] as? String }
    #expect(instants.contains("asked: warp off") && instants.contains("session end"))
    let depths = all("C").filter { $0["name"] as? String == "queue depth" }
    #expect(depths.count == 2 * made.batches)
    #expect(events.allSatisfy { $0["pid"] as? Int == 1 })
  }

  @Test func tablesQuoteWhatMustBe() throws {
    let rows = try ReadBack.table(ReadBack.text(bytes(.csv, .switches)))
    #expect(rows.map { $0.values["kind"] } == ["asked", "marker", "asked", "ended"])
    #expect(rows[0].values["details"] == "change=stage warp off")
    #expect(rows[0].values["generation"] == "1")
    #expect(rows[1].values["what"] == "marker: half, \"so far\"\n<i>")
    let counters = try ReadBack.table(ReadBack.text(bytes(.csv, .counters)))
    #expect(counters.count { $0.values["counter"] == "queue depth" } == 2 * made.batches)
    #expect(
      counters.contains {
        $0.values["counter"] == "batches trained" && $0.values["value"] == "\(made.steps).0"
          && $0.values["unit"] == "batches"
      })
  }

  /// The published schema's rules for keys and values; the order of events is held where sums are.
  @Test func speedscopeKeepsItsSchema() throws {
    let root = try #require(try ReadBack.json(bytes(.speedscope)) as? [String: Any])
    #expect(
      Set(root.keys) == ["$schema", "profiles", "shared", "name", "activeProfileIndex", "exporter"])
    #expect(
      root["$schema"] as? String == "https://www.speedscope.app/file-format-schema.json")
    let shared = try #require(root["shared"] as? [String: Any])
    let frames = try #require(shared["frames"] as? [[String: Any]])
    #expect(frames.allSatisfy { Set($0.keys) == ["name"] && $0["name"] is String })
    let profiles = try #require(root["profiles"] as? [[String: Any]])
    #expect(profiles.indices.contains(try #require(root["activeProfileIndex"] as? Int)))
    for profile in profiles {
      #expect(
        Set(profile.keys) == ["type", "name", "unit", "startValue", "endValue", "events"])
      #expect(
        profile["type"] as? String == "evented" && profile["unit"] as? String == "nanoseconds")
      #expect((profile["name"] as? String)?.isEmpty == false)
      for event in try #require(profile["events"] as? [[String: Any]]) {
        #expect(Set(event.keys) == ["type", "frame", "at"])
        #expect(["O", "C"].contains(event["type"] as? String) && event["at"] is Int64)
        #expect(frames.indices.contains(try #require(event["frame"] as? Int)))
      }
    }
  }

  @Test func cutsKnowTheSwitchesBeforeThem() throws {
    let path = folder.file("switched.pftrace")
    let scenario = Scenario(name: "switched")
    let file = try SessionFile(
      creating: path, header: SessionHeader(scenario: scenario, version: "test"))
    let change = ScenarioChange.stage(.warp, on: false)
    for batch in 0..<500 {
      let start = Nanoseconds.milliseconds(10) * batch
      let end = start + .milliseconds(10)
      if batch == 200 {
        file.append(
          .asked(change, generation: 1, scenario: scenario.applying(change)), at: start)
        file.append(.applied(ChangeApplied(generation: 1, batch: batch, at: start)))
      }
      file.append(
        .stepped(
          StepDone(
            batch: batch, pictures: 32, wanted: start, taken: start, hostEnd: start,
            transferEnd: start, end: end, lockWait: .zero, cpu: .zero)))
    }
    try file.close()
    let switched = try RecordedSession(path: path)
    for cut in [Selection(from: .seconds(3)), Selection(parts: [.workers])] {
      let page = ReadBack.text(
        try Export(.markdown, cut: cut, exporter: "test").bytes(switched))
      #expect(page.contains("| warp | off |"), "\(page)")
    }
    let before = Selection(to: .seconds(2))
    let page = ReadBack.text(try Export(.markdown, cut: before, exporter: "test").bytes(switched))
    #expect(page.contains("| warp | on |"))
  }

  @Test func spansAreTracesOfBatches() throws {
    let spans = try ReadBack.spans(bytes(.otlp))
    let ids = spans.compactMap { $0["spanId"] as? String }
    #expect(Set(ids).count == spans.count, "identifiers are unique")
    for span in spans {
      let trace = try #require(span["traceId"] as? String)
      #expect(trace.count == 32 && trace.allSatisfy(\.isHexDigit) && trace.contains { $0 != "0" })
      #expect((span["spanId"] as? String)?.count == 16)
      #expect(span["kind"] as? Int == 1)
      if let parent = span["parentSpanId"] as? String {
        let above = try #require(spans.first { $0["spanId"] as? String == parent })
        #expect(above["traceId"] as? String == trace, "a parent is of the same trace")
      }
    }
    let traces = Set(spans.compactMap { $0["traceId"] as? String })
    #expect(traces.count == made.batches + 1)
    let whole = try #require(spans.last)
    #expect((whole["name"] as? String)?.hasPrefix("session ") == true)
    let events = try #require(whole["events"] as? [[String: Any]])
    #expect(events.contains { $0["name"] as? String == "asked: warp off" })
    #expect(Int64(spans[0]["startTimeUnixNano"] as? String ?? "")! > 1_600_000_000_000_000_000)
  }

  @Test func metricsHoldTogether() throws {
    let lines = ReadBack.text(try bytes(.openmetrics)).split(separator: "\n").map(String.init)
    var families: [String] = []
    for line in lines where line.hasPrefix("# TYPE ") {
      families.append(String(line.split(separator: " ")[2]))
    }
    #expect(Set(families).count == families.count, "each family stands together")
    for line in lines where line.hasPrefix("# UNIT ") {
      let words = line.split(separator: " ")
      #expect(words[2].hasSuffix("_\(words[3])"), "a unit ends its family's name")
    }
    for line in lines where line.hasPrefix("augtop_") {
      let name = line.prefix { $0 != "{" && $0 != " " }
      #expect(families.contains { name.hasPrefix($0) }, "\(name)")
    }
    let buckets = lines.filter { $0.hasPrefix("augtop_step_seconds_bucket") }.compactMap {
      $0.split(separator: " ").last.flatMap { Int($0) }
    }
    #expect(buckets == buckets.sorted() && buckets.last == made.steps)
    #expect(lines.contains { $0.contains("scenario=\"made \\\"up\\\" <b>&</b> | 批次\"") })
  }

  @Test func thePageIsOneFileThatAsksForNothing() throws {
    let page = ReadBack.text(try bytes(.html))
    for word in ["http:", "https:", "src=", "href=", "url(", "@import", "<b>&</b>", "<i>"] {
      #expect(!page.contains(word), "\(word)")
    }
    for word in [
      "prefers-color-scheme:dark", "width=device-width", "Queue depth", "GPU, simulated",
      "Stage costs", "Making a batch", "Training step", "made &quot;up&quot;", "asked: warp off",
    ] {
      #expect(page.contains(word), "\(word)")
    }
    #expect(!page.contains("nan") && !page.contains("inf\""))
    let plots = page.components(separatedBy: "<svg ").count - 1
    #expect(plots == 5)
    // Well-formed: every drawing is XML by itself.
    for part in page.components(separatedBy: "<svg ").dropFirst() {
      let drawing = "<svg " + part.components(separatedBy: "</svg>")[0] + "</svg>"
      #expect(XMLCheck.isWellFormed(drawing))
    }
  }

  /// What an epoch is made of is in every format that sums up: as slices, and as parts of the epoch.
  @Test func phasesAreNamedWithTheirTimes() throws {
    var made = MadeUpSession(seed: 12)
    made.scenario.phases.validation = EpochPhases.Validation(samples: 320, step: .milliseconds(5))
    made.scenario.phases.firstStep = .seconds(8)
    let session = try made.recorded(in: folder)
    func text(_ format: ExportFormat, _ table: ExportTable? = nil) throws -> String {
      ReadBack.text(try Export(format, table: table, exporter: "test").bytes(session))
    }
    let rows = try ReadBack.table(text(.csv, .phases))
    #expect(Set(rows.map { $0.values["phase"] }) == ["first step", "checkpoint", "validation"])
    for format in [ExportFormat.markdown, .html] {
      let page = try text(format)
      for piece in ["of it validation", "the first epoch longer by", "checkpoint"] {
        #expect(page.contains(piece), "\(format): \(piece)")
      }
    }
    #expect(try text(.html).contains(">pause</text>"), "the plot of the GPU's time has pauses")
    let metrics = try text(.openmetrics)
    #expect(metrics.contains("augtop_epoch_phase_seconds{phase=\"validation\"} 0.05\n"))
    #expect(metrics.contains("augtop_first_epoch_extra_seconds 7.99"))
    #expect(metrics.contains("augtop_slices_total{slice=\"validation\",kind=\"step\"} 5"))
    for format in [ExportFormat.chrome, .speedscope, .otlp, .collapsed] {
      #expect(try text(format).contains("checkpoint"), "\(format)")
    }
  }

  @Test func markdownKeepsItsTables() throws {
    let lines = ReadBack.text(try bytes(.markdown)).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "# augtop: made \"up\" \\<b\\>&\\</b\\> \\| 批次")
    for (index, line) in lines.enumerated() where line.hasPrefix("|-") {
      let columns = line.count { $0 == "|" }
      #expect(lines[index - 1].count { $0 == "|" } == columns)
    }
    #expect(
      lines.contains("| 0.04 s | marker: half, \"so far\" \\<i\\> |")
        || lines.contains { $0.contains("marker: half, \"so far\" \\<i\\> |") })
  }

  /// Jenkins serves reports under a policy without inline styles: attributes give the colours.
  @Test func thePlotsNeedNoStyle() throws {
    let page = ReadBack.text(try bytes(.html))
    #expect(!page.contains("style=") && !page.contains("onload"))
    let plots = page.components(separatedBy: "<svg ").dropFirst().map {
      $0.components(separatedBy: "</svg>")[0]
    }
    for plot in plots {
      #expect(!plot.contains("var("), "a variable is the style's")
      for shape in ["<rect", "<polygon", "<polyline"] {
        for part in plot.components(separatedBy: shape).dropFirst() {
          #expect(part.prefix { $0 != ">" }.contains("fill=\""), "\(shape)\(part.prefix(80))")
        }
      }
      for part in plot.components(separatedBy: "<line").dropFirst() {
        #expect(part.prefix { $0 != ">" }.contains("stroke=\""))
      }
    }
  }

  @Test func tablesForExcelAreReadByItsRules() throws {
    let bytes = try Export(.csv, table: .counters, tableStyle: .excel, exporter: "test").bytes(
      session)
    #expect(bytes.starts(with: [0xEF, 0xBB, 0xBF]))
    let lines = ReadBack.text(Array(bytes.dropFirst(3))).split(separator: "\n")
    #expect(lines[0] == "time_ns;counter;unit;value")
    #expect(lines.dropFirst().allSatisfy { $0.count { $0 == ";" } == 3 })
    #expect(lines.contains { $0.hasSuffix("batches trained;batches;\(made.steps),0") })
    let switches = try Export(.csv, table: .switches, tableStyle: .excel, exporter: "test")
      .bytes(session)
    #expect(ReadBack.text(switches).contains(";\"marker: half, \"\"so far\"\"\n<i>\";"))
  }

  @Test func aPartWithoutRecordsIsNoExport() throws {
    for cut in [Selection(from: .seconds(3_000)), Selection(to: Nanoseconds(1), parts: [.own])] {
      for format in ExportFormat.allCases {
        let path = folder.file("none")
        do throws(ExportFault) {
          _ = try Export(format, cut: cut, exporter: "test").write(
            session, to: path, replacing: false)
          Issue.record("\(format) was written")
        } catch {
          guard case .nothingSelected(let last) = error else {
            Issue.record("\(error)")
            continue
          }
          #expect(last > .zero)
        }
        #expect(!FileManager.default.fileExists(atPath: path), "\(format)")
      }
    }
  }

  @Test func anEmptyCutIsAnEmptyExport() throws {
    let cut = Selection(from: .seconds(3_000), to: .seconds(3_001))
    for format in ExportFormat.allCases {
      let export = Export(format, cut: cut, table: format == .csv ? .steps : nil, exporter: "test")
      let bytes = try export.bytes(session)
      switch format {
      case .chrome, .speedscope, .otlp: _ = try ReadBack.json(bytes)
      case .collapsed: #expect(bytes.isEmpty)
      case .csv: #expect(try ReadBack.table(ReadBack.text(bytes)).isEmpty)
      case .openmetrics: #expect(ReadBack.text(bytes).hasSuffix("# EOF\n"))
      case .prometheus: #expect(!ReadBack.text(bytes).contains("# EOF"))
      case .html, .markdown: #expect(!bytes.isEmpty)
      }
    }
  }
}

/// Whether tags close and attributes are quoted, as far as our drawings go.
private enum XMLCheck {
  static func isWellFormed(_ text: String) -> Bool {
    var open: [Substring] = []
    for part in text.split(separator: "<").map({ $0.prefix { $0 != ">" } }) {
      guard part.count(where: { $0 == "\"" }) % 2 == 0 else { return false }
      let name = part.prefix { !$0.isWhitespace && $0 != "/" }
      if part.hasPrefix("/") {
        guard open.popLast() == part.dropFirst() else { return false }
      } else if !part.hasSuffix("/") {
        open.append(name)
      }
    }
    return open.isEmpty
  }
}
