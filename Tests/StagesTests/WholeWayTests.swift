import Augmentation
import Dashboard
import Exports
import Pipeline
import Playback
import Quantities
import Recordings
import Screen
import TestSupport
import Testing
import Tracing
import VirtualEngine

/// A session of five invented stages, from its events to every output: no module above the generator
/// depends on which stages exist.
@Suite struct WholeWayTests {
  private let folder: TemporaryFolder
  private let path: String
  private let before: Reading
  private let report: Reading

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("five.pftrace")
    (before, report) = try FiveStages.record(to: path)
  }

  private let names = FiveStages.list.map(\.name)

  @Test func ledgerMeasuresEachStage() throws {
    #expect(before.stages.map(\.stage.name) == names)
    for stage in before.stages {
      let cost = FiveStages.costs[stage.stage.name] ?? 0
      let wanted = stage.stage.isIdle ? 0 : cost
      #expect(abs((stage.wallPerImage?.microseconds ?? -1) - wanted) < 0.1, "\(stage.stage.name)")
      #expect(abs((stage.cpuPerImage?.microseconds ?? -1) - wanted) < 0.1, "\(stage.stage.name)")
    }
    #expect(report.stages.map(\.isOn) == [true, true, false, true, true])
    let delta = try #require(report.stages[2].epochDelta)
    #expect(delta.seconds > 0)
  }

  @Test func verdictBlamesTheCostliestStage() {
    let verdict = Verdict(before)
    #expect(verdict.kind == .inputBound)
    #expect(verdict.stage == FiveStages.jitter)
    #expect(verdict.because.hasPrefix("jitter takes"))
  }

  @Test func predictorKnowsEachSwitch() throws {
    let predictions = try Predictor(before).predictions()
    let switched = predictions.epochs.keys.compactMap { change -> Int? in
      guard case .stage(let stage, on: false) = change else { return nil }
      return stage.index
    }
    #expect(switched.sorted() == [1, 2, 3])
    let predicted = try #require(
      predictions.epochs[.stage(FiveStages.jitter, on: false)])
    let measured = try #require(report.epoch.settled)
    #expect(abs(predicted.seconds / measured.seconds - 1) < 0.03)
  }

  @Test func screenShowsNamesAndKeys() {
    var model = Model(
      reading: before, themes: [], theme: "", costs: [.native], machineCores: 2,
      recordingPath: { "\($0)" })
    for size in [Size(width: 120, height: 36), Size(width: 80, height: 24)] {
      var grid = CellGrid(size: size)
      drawScreen(model, on: &grid)
      let lines = grid.text
      for (name, key) in zip(names, [" ", "4", "5", " ", " "]) {
        // A long name is cut at its column's end; a reason may name a stage, too.
        let rows = lines.filter { $0.contains(name.prefix(14)) }
        #expect(
          rows.contains { $0.contains("\(key) [") } || key == " ", "\(name) at \(size)")
        #expect(!rows.isEmpty, "\(name) at \(size)")
      }
      #expect(!lines.contains { $0.contains("warp") }, "\(size)")
    }
    func press(_ key: Character) -> [Effect] {
      model.update(
        KeyMap.message(
          for: .character(key), in: model.keyMode, isMenuOpen: false, stages: model.stages))
    }
    #expect(press("5") == [.ask(.change(.stage(FiveStages.jitter, on: false)))])
    #expect(press("7").isEmpty)
    // The rows are about other stages; all off leaves what can't be switched.
    #expect(press("n").isEmpty)
    #expect(press("a") == [.ask(.change(.stages(FiveStages.list.fixed)))])
    #expect(press("q") == [.quit])
    _ = press("?")
    var grid = CellGrid(size: Size(width: 120, height: 40))
    drawScreen(model, on: &grid)
    #expect(grid.text.contains { $0.contains("4 5       switch a stage") })
  }

  @Test func fileCarriesTheList() throws {
    let session = try RecordedSession(path: path)
    #expect(session.stages == FiveStages.list)
    #expect(session.scenarioFault == nil)
    #expect(session.scenario.stages == FiveStages.list.all)
    #expect(session.scenario.costs == FiveStages.scenario.costs)
    var feed = LedgerFeed(session)
    for record in session.records { feed.take(record) }
    let read = feed.report()
    #expect(read.stages == report.stages)
    #expect(read.scenario.stages == report.scenario.stages)
    #expect(read.epoch == report.epoch)
  }

  @Test func replayShowsTheRecordedStages() throws {
    let replay = try ReplayedSession(path: path, from: .seconds(2), scratch: folder.path)
    while replay.isSeeking { replay.advance(by: .zero) }
    let reading = replay.reading
    #expect(reading.stageList == FiveStages.list)
    #expect(reading.stages.map(\.stage.name) == names)
    #expect(abs((reading.stages[2].wallPerImage?.microseconds ?? 0) - 90) < 0.1)
  }

  @Test(arguments: ExportFormat.allCases)
  func exportsNameTheStages(format: ExportFormat) throws {
    let session = try RecordedSession(path: path)
    let bytes = try Export(
      format, table: format == .csv ? .stages : nil, exporter: "test"
    ).bytes(session)
    let text = String(decoding: bytes, as: UTF8.self)
    for name in names where name != names[3] {
      #expect(text.contains(name), "\(name) in \(format)")
    }
    #expect(!text.contains("warp"), "\(format)")
    // The awkward name is escaped as the format has it; idle, it has no slices.
    let escaped: String? =
      switch format {
      case .speedscope: #"to-tensor \u003c\"f32\";\u003e"#
      case .openmetrics, .prometheus: #"to-tensor <\"f32\";>"#
      case .html: "to-tensor &lt;&quot;f32&quot;;&gt;"
      case .chrome, .collapsed, .csv, .otlp, .markdown: nil
      }
    if let escaped { #expect(text.contains(escaped), "\(format)") }
    if format == .html { #expect(!text.contains("to-tensor <")) }
  }

  @Test func comparisonGoesByName() throws {
    let session = try RecordedSession(path: path)
    let (with, without) = (
      try MeasuredSession(session, to: .seconds(3)), try MeasuredSession(session)
    )
    let rows = Comparison(with, without).rows
    let quantities = rows.map(\.quantity)
    #expect(quantities.contains(.stageCPU("decode")) && quantities.contains(.stageWall("jitter")))
    let jitter = try #require(rows.first { $0.quantity == .stageCPU("jitter") })
    #expect(abs((jitter.baseline?.value ?? 0) * 1e6 - 90) < 0.1)
    #expect(jitter.other == nil && jitter.incomparability == .missing)
  }
}
