/// The least, the mean and the most of what happened within one column's span of time.
package struct Band: Hashable, Sendable {
  /// The lowest value within the column's time.
  package var low: Double
  /// The mean over the column's time.
  package var mean: Double
  /// The highest value within the column's time.
  package var high: Double

  /// A column of a graph.
  package init(low: Double, mean: Double, high: Double) {
    self.low = low
    self.mean = mean
    self.high = high
  }
}

extension CellGrid {
  /// Draws values as columns of eighths over the rows of an area; the newest at the right.
  ///
  /// - Parameters:
  ///   - values: Oldest first; the last `area.width` are shown.
  ///   - limit: The value of a full column; nothing is drawn when it isn't above 0, or isn't finite.
  package mutating func drawSparkline(
    _ values: some BidirectionalCollection<Double>, limit: Double, in area: Rect,
    gradient: GradientRole
  ) {
    fill(area)
    guard limit > 0, limit.isFinite else { return }
    var x = area.maxX - 1
    for value in values.reversed() {
      if x < area.x { break }
      let fraction = value > 0 ? min(value / limit, 1) : 0
      let eighths = Int((fraction * Double(area.height) * 8).rounded())
      for row in 0..<area.height {
        let filled = min(8, max(0, eighths - row * 8))
        guard filled > 0 else { break }
        put(
          glyphs.lowerEighths[filled - 1], at: Point(x: x, y: area.maxY - 1 - row),
          style: Style(.sample(gradient, at: fraction)))
      }
      x -= 1
    }
  }

  /// Draws bands of least to most as braille dots, two to a column; the newest at the right.
  ///
  /// Cells the mean passes through are drawn in the mean's role, the others in the band's.
  ///
  /// - Parameters:
  ///   - bands: Oldest first; the last 2 × `area.width` are shown.
  ///   - limit: The value at the upper edge; nothing is drawn when it isn't above 0, or isn't finite.
  package mutating func drawBandGraph(
    _ bands: some BidirectionalCollection<Band>, limit: Double, in area: Rect
  ) {
    fill(area)
    guard limit > 0, !area.isEmpty else { return }
    let rows = area.height * 4
    func dot(_ value: Double) -> Int {
      value > 0 ? Int((min(value / limit, 1) * Double(rows - 1)).rounded()) : 0
    }
    // Dots counted from below; braille's bits for the left and right column, from below.
    let bits: [[UInt8]] = [[64, 4, 2, 1], [128, 32, 16, 8]]
    var dots = [UInt8](repeating: 0, count: area.width * area.height)
    var isMean = [Bool](repeating: false, count: area.width * area.height)
    var column = area.width * 2 - 1
    for band in bands.reversed() {
      if column < 0 { break }
      let (low, high) = (dot(min(band.low, band.high)), dot(max(band.low, band.high)))
      for level in low...high {
        dots[level / 4 * area.width + column / 2] |= bits[column % 2][level % 4]
      }
      isMean[dot(band.mean) / 4 * area.width + column / 2] = true
      dots[dot(band.mean) / 4 * area.width + column / 2] |= bits[column % 2][dot(band.mean) % 4]
      column -= 1
    }
    for row in 0..<area.height {
      for x in 0..<area.width where dots[row * area.width + x] != 0 {
        put(
          glyphs.braille(dots[row * area.width + x]),
          at: Point(x: area.x + x, y: area.maxY - 1 - row),
          style: Style(isMean[row * area.width + x] ? .graphMean : .graphBand))
      }
    }
  }
}
