extension CellGrid {
  /// The grid as an SVG picture, 8 by 16 units a cell.
  ///
  /// Text stays text, in the viewer's own monospaced font, stretched to the cells' width. Lines,
  /// blocks and braille dots become shapes, since fonts leave gaps between them. The same grid and
  /// theme give the same bytes.
  ///
  /// - Parameters:
  ///   - theme: Its colours in 24 bits. Where it leaves a colour to the terminal, text is light
  ///     grey and the ground nearly black.
  ///   - title: The picture's accessible name.
  /// - Complexity: O(cells).
  package func svg(theme: Theme, title: String) -> String {
    var picture = SVGPicture(theme: theme)
    for y in 0..<size.height {
      var row = SVGRow(y: y)
      for x in 0..<size.width { row.add(cells[y * size.width + x], at: x, to: &picture) }
      row.end(in: &picture)
    }
    return picture.text(of: size, title: title)
  }
}

/// A cell's look, in 24-bit colours.
struct SVGLook: Hashable {
  var ink: Color
  /// nil: the picture's own.
  var ground: Color?
  var isBold: Bool
  var isDim: Bool
  var isUnderlined: Bool

  init(_ style: Style, theme: Theme) {
    let top = theme.colors(style.ink)
    var attributes = style.attributes.union(top.attributes)
    var ground = top.background
    if let under = style.ground {
      let look = theme.colors(under)
      ground = look.background ?? look.foreground ?? ground
      attributes.formUnion(look.attributes)
    }
    ink = top.foreground ?? theme.look(.text).foreground ?? SVGPicture.standardInk
    if attributes.contains(.reverse) {
      (ink, ground) = (ground ?? theme.background ?? SVGPicture.standardGround, ink)
    }
    self.ground = ground
    isBold = attributes.contains(.bold)
    isDim = attributes.contains(.dim)
    isUnderlined = attributes.contains(.underline)
  }
}

/// One row on its way into a picture: neighbours of one look become one piece of text.
struct SVGRow {
  let y: Int
  private var run = ""
  private var start = 0
  /// The column after the run's last glyph.
  private var end = 0
  private var look: SVGLook?

  init(y: Int) { self.y = y }

  mutating func add(_ cell: Cell, at x: Int, to picture: inout SVGPicture) {
    let look = SVGLook(cell.style, theme: picture.theme)
    if let ground = look.ground { picture.fill(ground, at: x, y) }
    guard !cell.isContinuation else { return }
    if cell.isBlank { return }
    if picture.drawShape(cell.scalar, look, at: x, y) { return end(in: &picture) }
    // One blank between words belongs to the text; more would depend on how a viewer spaces them.
    if look != self.look || x > end + 1 { end(in: &picture) }
    if run.isEmpty {
      self.look = look
      start = x
    } else if x == end + 1 {
      run += " "
    }
    run += cell.text
    end = x + max(1, CellWidth.of(cell.text))
  }

  mutating func end(in picture: inout SVGPicture) {
    if let look, !run.isEmpty { picture.write(run, look, from: start, to: end, y) }
    run = ""
  }
}

/// The parts of a picture, in the order in which they are drawn: grounds, shapes by colour, text.
struct SVGPicture {
  static let standardInk = Color(rgb: 0xD0D0D0)
  static let standardGround = Color(rgb: 0x101010)

  /// Shapes of one kind and colour make one path.
  struct Brush: Hashable {
    enum Kind: Int { case shade25, shade50, shade75, solid, line, dot }
    var kind: Kind
    var color: Color
  }

  let theme: Theme
  private var grounds: [(color: Color, x: Int, y: Int, width: Int)] = []
  private var paths: [Brush: String] = [:]
  /// In the order of their first use, so that the same grid gives the same text.
  private var brushes: [Brush] = []
  private var texts = ""

  init(theme: Theme) { self.theme = theme }

  mutating func fill(_ color: Color, at x: Int, _ y: Int) {
    if let last = grounds.last, last.color == color, last.y == y, last.x + last.width == x {
      grounds[grounds.count - 1].width += 1
    } else {
      grounds.append((color, x, y, 1))
    }
  }

  mutating func draw(_ path: String, _ kind: Brush.Kind, _ color: Color) {
    let brush = Brush(kind: kind, color: color)
    if paths[brush] == nil { brushes.append(brush) }
    paths[brush, default: ""] += path
  }

  mutating func write(_ text: String, _ look: SVGLook, from start: Int, to end: Int, _ y: Int) {
    var attributes = ""
    if look.isBold { attributes += " font-weight=\"bold\"" }
    if look.isDim { attributes += " opacity=\".6\"" }
    if look.isUnderlined { attributes += " text-decoration=\"underline\"" }
    texts +=
      "<text x=\"\(start * 8)\" y=\"\(y * 16 + 12)\" textLength=\"\((end - start) * 8)\""
      + " fill=\"\(look.ink.hex)\"\(attributes)>\(Self.escaped(text))</text>\n"
  }

  func text(of size: Size, title: String) -> String {
    let (width, height) = (size.width * 8, size.height * 16)
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 \(width + 16) \(height + 16)" \
      font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" \
      font-size="13" role="img">
      <title>\(Self.escaped(title))</title>
      <rect x="-8" y="-8" width="\(width + 16)" height="\(height + 16)" rx="8" \
      fill="\((theme.background ?? Self.standardGround).hex)"/>

      """
    for ground in grounds {
      text +=
        "<rect x=\"\(ground.x * 8)\" y=\"\(ground.y * 16)\" width=\"\(ground.width * 8)\""
        + " height=\"16\" fill=\"\(ground.color.hex)\"/>\n"
    }
    for brush in brushes {
      text += "<path \(brush.attributes) d=\"\(paths[brush] ?? "")\"/>\n"
    }
    return text + texts + "</svg>\n"
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { escaped, character in
      switch character {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      default: escaped.append(character)
      }
    }
  }
}

extension SVGPicture.Brush {
  fileprivate var attributes: String {
    switch kind {
    case .shade25: "fill=\"\(color.hex)\" fill-opacity=\".25\""
    case .shade50: "fill=\"\(color.hex)\" fill-opacity=\".5\""
    case .shade75: "fill=\"\(color.hex)\" fill-opacity=\".75\""
    case .solid: "fill=\"\(color.hex)\""
    case .line: "fill=\"none\" stroke=\"\(color.hex)\""
    case .dot:
      "fill=\"none\" stroke=\"\(color.hex)\" stroke-width=\"2.4\" stroke-linecap=\"round\""
    }
  }
}

extension Color {
  /// `#rrggbb`.
  fileprivate var hex: String {
    let digits = String(rgb, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}
