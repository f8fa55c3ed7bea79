import Pipeline
import Quantities
import Screen

/// A picture before and after the generator, two pixels a cell.
func drawPicturePanel(_ model: Model, at place: ScreenLayout.Place, on grid: inout CellGrid) {
  let state = model.choice.isHeld ? "held" : "a new one every 2 s"
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .picture, note: [Span(state, .muted)])
  guard let picture = model.shownFacts.picture else {
    let text = model.shownFacts.pictureFault ?? "The picture is being made."
    grid.drawWrapped([Span(text, model.shownFacts.pictureFault == nil ? .muted : .bad)], in: inside)
    return
  }
  let rows = inside.stacked([.share(1), .cells(inside.height >= 8 ? 3 : 1)])
  let halves = rows[0].sideBySide([.share(1), .cells(3), .share(1)])
  let size = fitted(picture, in: halves[0])
  let stage = picture.request.stage.map { model.stages[$0].name }
  for (image, half, name) in [
    (picture.before, halves[0], stage.map { "without \($0)" } ?? "as read"),
    (picture.after, halves[2], stage.map { "with \($0)" } ?? "as trained on"),
  ] {
    let area = half.centered(Size(width: size.width, height: size.height + 1))
    grid.drawWhole([Span(name, .heading)], in: half.row(area.y - half.y), alignment: .center)
    let below = Rect(x: area.x, y: area.y + 1, width: area.width, height: area.height - 1)
    draw(image, picture, in: below, on: &grid)
  }
  let arrow = Rect(x: halves[1].x, y: halves[1].y + halves[1].height / 2, width: 3, height: 1)
  grid.draw([Span("→", .muted)], in: arrow, alignment: .center)
  for (line, spans) in captions(picture, width: rows[1].width).prefix(rows[1].height).enumerated() {
    grid.drawWhole(spans, in: rows[1].row(line))
  }
}

/// The lines below the pictures, the most important first.
private func captions(_ picture: PictureReading, width: Int) -> [[Span]] {
  let request = picture.request
  let drawn = request.redraws == 0 ? "" : ", drawn anew \(request.redraws)×"
  let what = [
    Span("picture \(request.number + 1)", .value),
    Span(" of seed \(picture.seed)\(drawn), no. \(picture.index) of the data", .muted),
  ]
  let brief = [
    Span("picture \(request.number + 1)", .value), Span(", seed \(picture.seed)", .muted),
  ]
  let keys: [(String, String)] = [
    ("p", "next"), ("d", "draw anew"), ("h", "hold"), ("o", "a stage"),
  ]
  let hints = keys.flatMap { [Span($0.0, .key), Span(" \($0.1)  ", .muted)] }
  let scale =
    picture.after.isStretched
    ? [[Span("values beyond bytes: darkest black, brightest white", .muted)]] : []
  return [what.width <= width ? what : brief, hints] + scale
}

/// Cells for a picture that keeps its sides' ratio; a cell is as high as two pixels.
private func fitted(_ picture: PictureReading, in area: Rect) -> Size {
  let height = Double(max(0, area.height - 1) * 2)
  let scale = min(Double(area.width) / Double(picture.width), height / Double(picture.height))
  // A whole number of times as large keeps pixels square and alike.
  let whole = scale >= 1 ? scale.rounded(.down) : scale
  return Size(
    width: max(1, Int(Double(picture.width) * whole)),
    height: max(1, Int((Double(picture.height) * whole / 2).rounded(.up))))
}

private func draw(
  _ image: PictureReading.Image, _ picture: PictureReading, in area: Rect, on grid: inout CellGrid
) {
  let rows = area.height * 2
  for y in 0..<area.height {
    for x in 0..<area.width {
      let top = color(image, picture, x, y * 2, area.width, rows)
      let bottom = color(image, picture, x, y * 2 + 1, area.width, rows)
      let point = Point(x: area.x + x, y: area.y + y)
      if grid.glyphs.tellsByShape {
        let light = (top.luminance + bottom.luminance) / 2
        // The eye's lightness is about the root of the luminance.
        grid.put(grid.glyphs.shade(light.squareRoot()), at: point, style: Style(.text))
      } else {
        grid.put("▀", at: point, style: Style(.exact(top), on: .exact(bottom)))
      }
    }
  }
}

/// The mean colour of the pixels that one of `columns` × `rows` equal parts covers.
private func color(
  _ image: PictureReading.Image, _ picture: PictureReading, _ x: Int, _ y: Int, _ columns: Int,
  _ rows: Int
) -> Color {
  let left = x * picture.width / columns
  let right = max(left + 1, (x + 1) * picture.width / columns)
  let top = min(picture.height - 1, y * picture.height / rows)
  let bottom = max(top + 1, (y + 1) * picture.height / rows)
  var sums = (0, 0, 0)
  var count = 0
  for row in top..<min(bottom, picture.height) {
    for column in left..<min(right, picture.width) {
      let place = (row * picture.width + column) * 3
      sums.0 += Int(image.pixels[place])
      sums.1 += Int(image.pixels[place + 1])
      sums.2 += Int(image.pixels[place + 2])
      count += 1
    }
  }
  guard count > 0 else { return Color(rgb: 0) }
  return Color(
    red: UInt8(sums.0 / count), green: UInt8(sums.1 / count), blue: UInt8(sums.2 / count))
}
