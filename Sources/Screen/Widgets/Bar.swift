/// One part of a bar made of several.
package struct BarPart: Hashable, Sendable {
  /// The part of the whole, 0...1.
  package var fraction: Double
  /// The colour of the segment.
  package var role: Role
  /// The glyph of the segment's whole cells; segments differ in it so that colour isn't needed.
  package var glyph: Unicode.Scalar

  /// A segment of a bar.
  package init(_ fraction: Double, _ role: Role, glyph: Unicode.Scalar = "█") {
    self.fraction = fraction
    self.role = role
    self.glyph = glyph
  }
}

extension CellGrid {
  /// Draws a horizontal bar over the rows of an area, to an eighth of a cell.
  ///
  /// - Parameters:
  ///   - fraction: The filled part, 0...1; values outside are clamped, NaN counts as 0. A value
  ///     above 0 shows at least an eighth.
  ///   - gradient: Coloured cell by cell along this gradient.
  ///   - isTracked: Whether the rest is laid out in the track's colour.
  package mutating func drawBar(
    _ fraction: Double, in area: Rect, gradient: GradientRole, isTracked: Bool = true
  ) {
    drawBar(fraction, in: area, isTracked: isTracked) { .sample(gradient, at: $0) }
  }

  /// Draws a horizontal bar in one colour.
  package mutating func drawBar(
    _ fraction: Double, in area: Rect, ink: Ink, isTracked: Bool = true
  ) {
    drawBar(fraction, in: area, isTracked: isTracked) { _ in ink }
  }

  private mutating func drawBar(
    _ fraction: Double, in area: Rect, isTracked: Bool, ink: (Double) -> Ink
  ) {
    let ground = isTracked ? trackStyle.ground : nil
    var eighths = Int(((fraction > 0 ? min(fraction, 1) : 0) * Double(area.width) * 8).rounded())
    if fraction > 0 { eighths = max(eighths, 1) }
    let span = Double(max(1, area.width - 1))
    for column in 0..<area.width {
      let filled = min(8, max(0, eighths - column * 8))
      let glyph =
        filled > 0 ? glyphs.leftEighths[filled - 1] : isTracked ? glyphs.track : " "
      let cellInk = filled == 0 ? trackStyle.ink : ink(Double(column) / span)
      fill(
        Rect(x: area.x + column, y: area.y, width: 1, height: area.height), with: glyph,
        style: Style(cellInk, on: ground))
    }
  }

  /// Draws a bar of several parts, each at least one cell wide where there is room.
  ///
  /// Parts beyond the whole are cut; what is missing to the whole is track.
  package mutating func drawStackedBar(_ parts: [BarPart], in area: Rect) {
    var cells = parts.map { part in
      part.fraction > 0 ? max(1, Int((min(part.fraction, 1) * Double(area.width)).rounded())) : 0
    }
    while cells.reduce(0, +) > area.width,
      let widest = cells.indices.max(by: { cells[$0] < cells[$1] })
    {
      cells[widest] -= 1
    }
    fill(area, with: glyphs.track, style: trackStyle)
    var x = area.x
    for (part, extent) in zip(parts, cells) {
      fill(
        Rect(x: x, y: area.y, width: extent, height: area.height),
        with: glyphs.isASCII ? AsciiTwin.of(part.glyph) : part.glyph,
        style: Style(.role(part.role), on: trackStyle.ground))
      x += extent
    }
  }

  /// The track's colour as a ground; a faint glyph where few colours or none could show it.
  package var trackStyle: Style {
    glyphs.tellsByShape ? Style(.muted) : Style(.barTrack, on: .barTrack)
  }
}
