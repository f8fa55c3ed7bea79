internal import CNcurses

/// Remembers what styles come to on the terminal, and the pairs of colours it was taught.
struct Palette {
  private let maxPairs: Int32
  private var styles: [Style: PaintedStyle] = [:]
  private var pairs: [ColorPair: Int32] = [:]
  /// Neighbours mostly share a style.
  private var last: (style: Style, painted: PaintedStyle)?

  private struct PaintedStyle {
    var pair: Int32
    var attributes: UInt32
  }

  private struct ColorPair: Hashable {
    var foreground: Int32
    var background: Int32
  }

  /// - Parameter maxPairs: What the terminal has; no more than 32 767 are used.
  init(maxPairs: Int32) {
    self.maxPairs = min(maxPairs, Int32(Int16.max))
  }

  /// A cell as ncurses takes it.
  mutating func paintedCell(_ cell: Cell, _ theme: Theme, _ depth: ColorDepth) -> nc_cell {
    let painted = painted(cell.style, theme, depth)
    return nc_cell(
      scalar: cell.scalar, mark: cell.mark, pair: painted.pair, attributes: painted.attributes)
  }

  /// Forgets all, for another theme.
  mutating func forget() {
    styles = [:]
    pairs = [:]
    last = nil
    nc_reset_pairs()
  }

  private mutating func painted(
    _ style: Style, _ theme: Theme, _ depth: ColorDepth
  ) -> PaintedStyle {
    if let last, last.style == style { return last.painted }
    let painted: PaintedStyle
    if let known = styles[style] {
      painted = known
    } else {
      let paint = theme.paint(style, depth: depth)
      painted = PaintedStyle(
        pair: pair(for: paint, depth), attributes: UInt32(paint.attributes.rawValue))
      styles[style] = painted
    }
    last = (style, painted)
    return painted
  }

  /// The number of a pair; 0, the terminal's default, where there are no more.
  private mutating func pair(for paint: Paint, _ depth: ColorDepth) -> Int32 {
    let colors = ColorPair(foreground: paint.foreground, background: paint.background)
    if depth == .none || (colors.foreground < 0 && colors.background < 0) { return 0 }
    if let known = pairs[colors] { return known }
    let number = Int32(pairs.count + 1)
    guard number < maxPairs,
      nc_set_pair(number, colors.foreground, colors.background) == 0
    else { return 0 }
    pairs[colors] = number
    return number
  }
}
