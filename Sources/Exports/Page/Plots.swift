import Augmentation
import Pipeline
import Quantities
import Tracing

/// A session's plots as SVG, 480 units wide, which the page scales to its width.
///
/// Colours stand in attributes, so that a plot has them where a content security policy forbids the
/// page's style (Jenkins has `style-src 'self'`); with it, the classes give those of the reader's
/// scheme.
struct Plots {
  private static let width = 480.0
  private static let height = 200.0
  private static let left = 44.0
  private static let right = 10.0
  private static let top = 10.0
  private static let bottom = 24.0

  private let overview: Overview

  init(_ overview: Overview) { self.overview = overview }

  /// The plots of the queue and the GPU over time; empty ones are left out.
  var overTime: String { depth + gpu }

  /// The distributions of the times of batches and training steps.
  var distributions: String {
    distribution("Making a batch", overview.make, .bar)
      + distribution("Training step", overview.step, .busy)
  }

  // MARK: Over time

  private var depth: String {
    let bins = overview.bins.bins
    let known = bins.indices.filter { bins[$0].depthTime > 0 }
    guard known.count > 1 else { return "" }
    let most = Double(max(1, known.map { bins[$0].depthHigh }.max() ?? 1))
    let frame = Frame(bins.count, overview.bins, most: most)
    let high = known.map { frame.point($0, Double(bins[$0].depthHigh)) }
    let low = known.reversed().map { frame.point($0, Double(bins[$0].depthLow)) }
    let mean = known.map { frame.point($0, bins[$0].depthArea / bins[$0].depthTime) }
    return figure(
      "Queue depth", "batches, mean and range", "Queue depth over time",
      frame.axes { NumberText.fixed($0, 0) }
        + "<polygon \(Ink.band.fill) points=\"\((high + low).joined(separator: " "))\"/>"
        + "<polyline fill=\"none\" \(Ink.depth.stroke) stroke-width=\"1.5\" points=\""
        + "\(mean.joined(separator: " "))\"/>" + marks(frame))
  }

  private var gpu: String {
    let bins = overview.bins.bins
    let known = bins.indices.filter { bins[$0].consumer > 0 }
    guard known.count > 1 else { return "" }
    let frame = Frame(bins.count, overview.bins, most: 100)
    var floor = [Double](repeating: 0, count: bins.count)
    var shapes = ""
    var parts: [(ink: Ink, part: KeyPath<TimeBins.Bin, Double>)] = [
      (.busy, \.busy), (.host, \.host), (.starved, \.starved),
    ]
    if bins.contains(where: { $0.paused > 0 }) { parts.append((.pause, \.paused)) }
    for (ink, part) in parts {
      let bottom = known.reversed().map { frame.point($0, floor[$0]) }
      for index in known {
        let bin = bins[index]
        floor[index] += 100 * bin[keyPath: part] / bin.consumer
      }
      let top = known.map { frame.point($0, floor[$0]) }
      shapes +=
        "<polygon \(ink.fill) points=\"\((top + bottom).joined(separator: " "))\"/>"
    }
    return figure(
      "GPU, simulated", "% of the time", "Share of time the GPU is busy, fed and starved",
      shapes + frame.axes { NumberText.fixed($0, 0) } + marks(frame),
      key: parts.map(\.ink))
  }

  /// Lines across a plot over time, for changes and markers.
  private func marks(_ frame: Frame) -> String {
    overview.instants.filter { $0.kind == .asked || $0.kind == .marker }.prefix(40).map { instant in
      let x = NumberText.plain(frame.x(at: instant.at.seconds))
      return "<line x1=\"\(x)\" x2=\"\(x)\" y1=\"\(NumberText.plain(Self.top))\""
        + " y2=\"\(NumberText.plain(Self.height - Self.bottom))\" \(Ink.ink.stroke)"
        + " stroke-dasharray=\"3 3\"><title>\(HTMLText.escaped(instant.name))</title></line>"
    }.joined()
  }

  // MARK: Costs

  /// The cost of each stage.
  var costs: String {
    let rows = overview.reading.stages.compactMap { stage in
      stage.wallPerImage.map { (stage.stage, $0) }
    }.filter { $0.1 > .zero }
    guard let most = rows.map({ $0.1.count }).max() else { return "" }
    let line = 20.0
    let height = line * Double(rows.count) + 6
    var shapes = ""
    for (index, row) in rows.enumerated() {
      let y = line * Double(index) + 3
      let length = 240 * Double(row.1.count) / Double(most)
      shapes +=
        "<text x=\"112\" y=\"\(NumberText.plain(y + 13))\" text-anchor=\"end\">\(HTMLText.escaped(row.0.name))</text>"
        + "<rect x=\"120\" y=\"\(NumberText.plain(y + 2))\" height=\"14\" rx=\"2\""
        + " width=\"\(NumberText.plain(max(1, length)))\" \(Ink.bar.fill)/>"
        + "<text x=\"\(NumberText.plain(126 + length))\" y=\"\(NumberText.plain(y + 13))\">"
        + "\(NumberText.digits(row.1))</text>"
    }
    return figure(
      "Stage costs", "wall time a picture", "Wall time of each stage for one picture", shapes,
      height: height)
  }

  // MARK: Distributions

  /// The most bars of a distribution.
  private static let bars = 40

  /// Times within bounds.
  private struct Bar {
    let count: Int
    let lower: Nanoseconds
    let upper: Nanoseconds
  }

  private func distribution(_ title: String, _ times: TimeDistribution, _ ink: Ink) -> String {
    guard let shown = times.shown else { return "" }
    let bins = shown.count / Self.bars + 1
    let histogram = times.histogram
    let bars = stride(from: shown.lowerBound, through: shown.upperBound, by: bins).map { first in
      let last = min(first + bins - 1, shown.upperBound)
      return Bar(
        count: histogram.counts[first...last].reduce(0) { $0 + Int($1) },
        lower: histogram.bounds(of: first).lower, upper: histogram.bounds(of: last).upper)
    }
    let most = bars.reduce(0) { max($0, $1.count) }
    let floor = Self.height - Self.bottom
    let step = (Self.width - Self.left - Self.right) / Double(bars.count)
    var shapes = ""
    for (index, bar) in bars.enumerated() where bar.count > 0 {
      let height = max(1, (floor - Self.top) * Double(bar.count) / Double(most))
      shapes +=
        "<rect x=\"\(NumberText.plain(Self.left + step * Double(index) + 0.5))\""
        + " y=\"\(NumberText.plain(floor - height))\" width=\"\(NumberText.plain(max(0.5, step - 1)))\""
        + " height=\"\(NumberText.plain(height))\" \(ink.fill)><title>\(bar.count) from"
        + " \(NumberText.digits(bar.lower)) to \(NumberText.digits(bar.upper))</title></rect>"
    }
    shapes +=
      "<line \(Ink.line.stroke) x1=\"\(NumberText.plain(Self.left))\" x2=\"\(NumberText.plain(Self.width - Self.right))\""
      + " y1=\"\(NumberText.plain(floor))\" y2=\"\(NumberText.plain(floor))\"/>"
    // At the edges of bars, far enough apart for their text.
    let labels = bars.count < 3 ? 2 : 3
    for label in 0..<labels {
      let edge = bars.count * label / (labels - 1)
      let time = edge < bars.count ? bars[edge].lower : bars[edge - 1].upper
      let anchor = label == 0 ? "start" : label == labels - 1 ? "end" : "middle"
      shapes +=
        "<text x=\"\(NumberText.plain(Self.left + step * Double(edge)))\""
        + " y=\"\(NumberText.plain(Self.height - 6))\""
        + " text-anchor=\"\(anchor)\">\(NumberText.digits(time))</text>"
    }
    shapes +=
      "<text x=\"\(NumberText.plain(Self.left - 6))\" y=\"\(NumberText.plain(Self.top + 10))\""
      + " text-anchor=\"end\">\(most)</text>"
    let mean = Nanoseconds(seconds: times.sum / Double(histogram.count))
    let beyond = histogram.count - histogram.counts[shown].reduce(0) { $0 + Int($1) }
    let rest =
      beyond > 0
      ? "; \(beyond) of \(histogram.count) lie outside, from \(NumberText.digits(times.shortest))"
        + " to \(NumberText.digits(times.longest))" : ""
    return figure(
      title,
      "median \(NumberText.digits(times.quantile(0.5))), mean \(NumberText.digits(mean)),"
        + " 99 % under \(NumberText.digits(times.quantile(0.99)))\(rest)",
      "How often each time came", shapes)
  }

  // MARK: Frames

  private func figure(
    _ title: String, _ about: String, _ label: String, _ shapes: String,
    height: Double = Plots.height, key: [Ink] = []
  ) -> String {
    var keys = ""
    for (index, ink) in key.enumerated() {
      let x = Self.left + 100 * Double(index)
      keys +=
        "<rect x=\"\(NumberText.plain(x))\" y=\"\(NumberText.plain(height + 6))\" width=\"10\""
        + " height=\"10\" rx=\"2\" \(ink.fill)/>"
        + "<text x=\"\(NumberText.plain(x + 16))\" y=\"\(NumberText.plain(height + 15))\">"
        + "\(ink.rawValue)</text>"
    }
    let whole = height + (key.isEmpty ? 0 : 22)
    return "<figure><figcaption>\(title) <small>\(about)</small></figcaption>"
      + "<svg viewBox=\"0 0 \(NumberText.plain(Self.width)) \(NumberText.plain(whole))\" role=\"img\""
      + " aria-label=\"\(label)\" \(Ink.soft.fill) font-size=\"13\" font-family=\"sans-serif\">"
      + "\(shapes)\(keys)</svg></figure>\n"
  }

  /// A colour of the page: the class's where there is a style, else the attribute's, which can be told
  /// apart on white and on black.
  private enum Ink: String {
    case busy, host, starved, pause, depth, band, bar, line, soft, ink

    private var color: String {
      switch self {
      case .busy: "#2a9d5f"
      case .host: "#c98a24"
      case .starved: "#d9513e"
      case .pause: "#8d6cc4"
      case .depth: "#3b7dd8"
      case .band: "#3b7dd84d"
      case .bar: "#6f7fe0"
      case .line: "#9aa3ad"
      case .soft, .ink: "#7b8591"
      }
    }

    var fill: String { "class=\"f-\(rawValue)\" fill=\"\(color)\"" }
    var stroke: String { "class=\"s-\(rawValue)\" stroke=\"\(color)\"" }

    /// The style's rules for all.
    static let style = [busy, host, starved, pause, depth, band, bar, line, soft, ink].map {
      ".f-\($0.rawValue){fill:var(--\($0.rawValue))}.s-\($0.rawValue){stroke:var(--\($0.rawValue))}"
    }.joined()
  }

  /// The rules of the page's style that give the plots the colours of the reader's scheme.
  static let style = Ink.style

  /// The axes of a plot over time.
  private struct Frame {
    let count: Int
    let bins: TimeBins
    let most: Double

    init(_ count: Int, _ bins: TimeBins, most: Double) {
      (self.count, self.bins, self.most) = (count, bins, most)
    }

    private var start: Double { bins.start.seconds }
    private var end: Double { start + bins.width.seconds * Double(count) }

    func x(at seconds: Double) -> Double {
      let share = min(1, max(0, (seconds - start) / (end - start)))
      return Plots.left + (Plots.width - Plots.left - Plots.right) * share
    }

    private func y(_ value: Double) -> Double {
      let room = Plots.height - Plots.top - Plots.bottom
      return Plots.top + room * (1 - min(1, max(0, value / most)))
    }

    func point(_ index: Int, _ value: Double) -> String {
      "\(NumberText.plain(x(at: bins.time(index)))),\(NumberText.plain(y(value)))"
    }

    func axes(_ label: (Double) -> String) -> String {
      var shapes = ""
      for share in [0.0, 0.5, 1] {
        let line = NumberText.plain(y(most * share))
        shapes +=
          "<line \(Ink.line.stroke) x1=\"\(NumberText.plain(Plots.left))\""
          + " x2=\"\(NumberText.plain(Plots.width - Plots.right))\" y1=\"\(line)\" y2=\"\(line)\"/>"
          + "<text x=\"\(NumberText.plain(Plots.left - 6))\" y=\"\(NumberText.plain(y(most * share) + 4))\""
          + " text-anchor=\"end\">\(label(most * share))</text>"
      }
      for (share, anchor) in [(0.0, "start"), (0.5, "middle"), (1, "end")] {
        let seconds = start + (end - start) * share
        shapes +=
          "<text x=\"\(NumberText.plain(x(at: seconds)))\" y=\"\(NumberText.plain(Plots.height - 6))\""
          + " text-anchor=\"\(anchor)\">\(NumberText.seconds(seconds))</text>"
      }
      return shapes
    }
  }
}

extension NumberText {
  /// A coordinate with one decimal and an ASCII minus sign, as SVG needs it.
  fileprivate static func plain(_ value: Double) -> String {
    let tenths = value.isFinite ? Int64(nearest: min(1e6, max(-1e6, value)) * 10) : 0
    return tenths % 10 == 0 ? "\(tenths / 10)" : decimal(tenths, 1)
  }
}
