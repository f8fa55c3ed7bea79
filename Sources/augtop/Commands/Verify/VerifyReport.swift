import Dashboard
import Experiments
import Pipeline
import Quantities
import VirtualEngine

/// Schema `augtop-verify/1`; keys may be added, never renamed.
struct VerifyReport: Encodable {
  /// The schema's name and version.
  var schema = "augtop-verify/1"
  /// The rows of the published queue; nil where they weren't run.
  var queue: Queue?
  /// The rows of the grid; nil where they weren't run.
  var grid: Grid?

  /// Whether every counted row is within its bound.
  var holds: Bool { (queue?.holds ?? true) && (grid?.holds ?? true) }

  /// The tables, one below the other.
  var text: String { [queue?.text, grid?.text].compactMap { $0 }.joined(separator: "\n\n") }
}

extension VerifyReport {
  /// The published queue, in batches a second. Errors are null at knife edges, which have a band.
  struct Queue: Encodable {
    var rows: [Row]
    /// Over the rows that count.
    var worstVirtualError: Double?
    var worstLiveError: Double?

    struct Row: Encodable {
      var makeMs: Double
      var stepMs: Double
      var published: Double
      var virtual: Double
      var low: Double
      var high: Double
      var edge: Bool
      var live: Double
      var virtualError: Double?
      var liveError: Double?

      init(_ row: QueueAgreement.Row) {
        makeMs = row.published.make.seconds * 1e3
        stepMs = row.published.step.seconds * 1e3
        published = row.published.rate
        virtual = row.virtual.batchesPerSecond
        low = row.virtual.low
        high = row.virtual.high
        edge = row.virtual.isSensitive
        live = row.live
        guard !edge else { return }
        virtualError = row.virtualError
        liveError = row.liveError
      }
    }

    init(_ rows: [QueueAgreement.Row]) {
      self.rows = rows.map(Row.init)
      worstVirtualError = self.rows.compactMap(\.virtualError).max()
      worstLiveError = self.rows.compactMap(\.liveError).max()
    }

    var holds: Bool {
      max(worstVirtualError ?? 0, worstLiveError ?? 0) <= QueueAgreement.limit
    }

    var text: String {
      var lines = [
        "the published Keras queue, batches/s", "",
        "make ms".leftPadded(to: 7) + "step ms".leftPadded(to: 9) + "published".leftPadded(to: 11)
          + "virtual".leftPadded(to: 9) + "error".leftPadded(to: 8) + "live".leftPadded(to: 8)
          + "error".leftPadded(to: 8),
      ]
      for row in rows {
        var line =
          NumberText.short(row.makeMs).leftPadded(to: 7)
          + NumberText.short(row.stepMs).leftPadded(to: 9)
        line += NumberText.fixed(row.published, 0).leftPadded(to: 11)
        line += NumberText.fixed(row.virtual, 0).leftPadded(to: 9)
        line += (row.virtualError.map(NumberText.smallPercent) ?? "edge").leftPadded(to: 8)
        line += NumberText.fixed(row.live, 0).leftPadded(to: 8)
        line += (row.liveError.map(NumberText.smallPercent) ?? "edge").leftPadded(to: 8)
        if row.edge { line += "  \(NumberText.fixed(row.low, 0))–\(NumberText.fixed(row.high, 0))" }
        lines.append(line)
      }
      guard let virtual = worstVirtualError, let live = worstLiveError else {
        return lines.joined(separator: "\n")
      }
      let edges = rows.count { $0.edge }
      lines += [
        "",
        "\(rows.count - edges) rows: virtual within \(NumberText.smallPercent(virtual)), live within"
          + " \(NumberText.smallPercent(live)) (limit \(NumberText.percent(QueueAgreement.limit)));"
          + " \(edges) on a knife edge",
      ]
      return lines.joined(separator: "\n")
    }
  }
}

extension VerifyReport {
  /// Epochs in seconds. The error is null at knife edges, which have a band.
  struct Grid: Encodable {
    var cells: [Cell]
    /// Over the cells that count.
    var medianError: Double?
    var worstError: Double?

    struct Cell: Encodable {
      var loader: String
      var gpuMs: Double
      var gpuHostMs: Double
      var costs: String
      var workers: Int
      var virtualS: Double
      var lowS: Double
      var highS: Double
      var edge: Bool
      var liveS: Double
      /// Half the width of the live epoch's 90 % interval.
      var liveHalfS: Double
      var error: Double?

      init(_ cell: GridAgreement.Cell) {
        loader = cell.scenario.loader.rawValue
        gpuMs = cell.scenario.consumer.compute.mean.seconds * 1e3
        gpuHostMs = cell.scenario.consumer.host.seconds * 1e3
        costs = cell.scenario.costs.name
        workers = cell.scenario.workers
        virtualS = cell.virtual.seconds
        // A high rate makes a short epoch.
        let work = cell.virtual.seconds * cell.virtual.batchesPerSecond
        lowS = work / cell.virtual.high
        highS = work / cell.virtual.low
        edge = cell.virtual.isSensitive
        liveS = cell.live.seconds
        liveHalfS = cell.live.half
        error = edge ? nil : cell.error
      }
    }

    init(_ cells: [GridAgreement.Cell]) {
      self.cells = cells.map(Cell.init)
      let errors = self.cells.compactMap(\.error)
      guard !errors.isEmpty else { return }
      medianError = median(errors)
      worstError = errors.max()
    }

    var holds: Bool {
      (medianError ?? 0) <= GridAgreement.medianLimit
        && (worstError ?? 0) <= GridAgreement.worstLimit
    }

    var text: String {
      var lines = [
        "virtual against live, epoch in seconds", "",
        "loader".padded(to: 16) + "costs".padded(to: 10) + "workers".leftPadded(to: 8)
          + "gpu ms".leftPadded(to: 8) + "host ms".leftPadded(to: 9) + "virtual".leftPadded(to: 9)
          + "live".leftPadded(to: 9) + "error".leftPadded(to: 8),
      ]
      for cell in cells {
        var line = cell.loader.padded(to: 16) + cell.costs.padded(to: 10)
        line += "\(cell.workers)".leftPadded(to: 8)
        line += NumberText.short(cell.gpuMs).leftPadded(to: 8)
        line += NumberText.short(cell.gpuHostMs).leftPadded(to: 9)
        line += NumberText.fixed(cell.virtualS, 2).leftPadded(to: 9)
        line += NumberText.fixed(cell.liveS, 2).leftPadded(to: 9)
        line += (cell.error.map(NumberText.smallPercent) ?? "edge").leftPadded(to: 8)
        if cell.edge {
          line += "  \(NumberText.fixed(cell.lowS, 2))–\(NumberText.fixed(cell.highS, 2))"
        }
        lines.append(line)
      }
      guard let medianError, let worstError else { return lines.joined(separator: "\n") }
      let edges = cells.count { $0.edge }
      lines += [
        "",
        "\(cells.count - edges) scenarios: median error \(NumberText.smallPercent(medianError)) (limit"
          + " \(NumberText.percent(GridAgreement.medianLimit))), worst"
          + " \(NumberText.smallPercent(worstError)) (limit"
          + " \(NumberText.percent(GridAgreement.worstLimit))); \(edges) on a knife edge",
      ]
      return lines.joined(separator: "\n")
    }
  }
}
