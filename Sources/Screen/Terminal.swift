import CNcurses
import Glibc

/// The terminal as a screen: shows grids and reads keys.
///
/// A class since there is one terminal, owned by the one thread that draws; not `Sendable`. From
/// `init` to `close` every way out of the process, fatal signals included, leaves the terminal as
/// it was found; what standard error got meanwhile is printed then.
package final class Terminal {
  /// What to ask of the terminal beyond what the environment says.
  package struct Options: Hashable, Sendable {
    /// Whether box lines, blocks and braille may be drawn; nil: if the locale is UTF-8.
    package var isUnicode: Bool?
    /// The most colours to use; nil: as many as there are.
    package var maxDepth: ColorDepth?

    package init(isUnicode: Bool? = nil, maxDepth: ColorDepth? = nil) {
      self.isUnicode = isUnicode
      self.maxDepth = maxDepth
    }
  }

  package let depth: ColorDepth
  /// Whether the locale can show more than ASCII; pick the grid's glyphs by it.
  package let isUnicode: Bool
  /// The terminfo entry in use.
  package let name: String
  /// The look of what is presented; setting it draws everything anew.
  package var theme: Theme {
    didSet { if theme != oldValue { forgetColors() } }
  }
  package private(set) var size: Size

  private var shown: CellGrid
  private var isFirst = true
  private var paints: [Style: PaintedStyle] = [:]
  private var pairs: [ColorPair: Int32] = [:]
  private let maxPairs: Int32
  private var isOpen = true
  /// A stop of our own brings a SIGCONT that was answered already.
  private var ignoredContinues = 0

  private struct PaintedStyle {
    var pair: Int32
    var attributes: UInt32
  }

  private struct ColorPair: Hashable {
    var foreground: Int32
    var background: Int32
  }

  /// Opens the terminal on standard input and output.
  ///
  /// Colour: none with `NO_COLOR`; 24-bit with `COLORTERM`; else what terminfo says.
  package init(theme: Theme, options: Options = Options()) throws(TerminalFault) {
    guard isatty(STDIN_FILENO) == 1 else { throw .notATerminal(.input) }
    guard isatty(STDOUT_FILENO) == 1 else { throw .notATerminal(.output) }
    let isUTF8 = nc_use_locale() == 1
    isUnicode = options.isUnicode ?? isUTF8
    self.theme = theme
    let limit = min(Terminal.wantedDepth, options.maxDepth ?? .trueColor)
    name = try Terminal.open(limit: limit)
    depth = min(limit, ColorDepth(colors: Int(nc_colors())))
    maxPairs = min(nc_pairs(), 1 << 15)
    size = Terminal.currentSize
    shown = CellGrid(size: size)
  }

  deinit { close() }

  /// Gives the terminal back; later calls do nothing.
  package func close() {
    guard isOpen else { return }
    isOpen = false
    nc_close()
  }

  /// Lets the calling thread's stack overflow without leaving the terminal broken; any thread.
  package nonisolated static func protectThread() { nc_use_signal_stack() }

  /// Whether the environment's locale is UTF-8, without opening anything.
  package static var localeIsUnicode: Bool { nc_use_locale() == 1 }

  /// The most colours the environment allows.
  package static var wantedDepth: ColorDepth {
    let wanted = ColorDepth.wanted(
      noColor: variable("NO_COLOR"), colorTerm: variable("COLORTERM"))
    return wanted == ColorDepth.none ? .none : .trueColor
  }

  // MARK: Showing

  /// Shows a grid: sends the cells that differ from what is shown.
  ///
  /// A grid of another size than the terminal's is cut, or leaves the rest blank.
  package func present(_ grid: CellGrid) {
    guard isOpen else { return }
    let isWhole = isFirst || shown.size != grid.size
    if isWhole { nc_erase() }
    var run: [nc_cell] = []
    run.reserveCapacity(grid.size.width)
    let width = min(grid.size.width, size.width)
    let old = shown.cells
    let new = grid.cells
    for y in 0..<min(grid.size.height, size.height) {
      let row = y * grid.size.width
      var x = 0
      while x < width {
        guard isWhole || new[row + x] != old[row + x] else {
          x += 1
          continue
        }
        // Start at the left half of a wide character.
        if new[row + x].isContinuation, x > 0 { x -= 1 }
        let start = x
        run.removeAll(keepingCapacity: true)
        while x < width {
          let cell = new[row + x]
          guard isWhole || cell != old[row + x] || cell.isContinuation || x == start else { break }
          run.append(paintedCell(cell))
          x += 1
        }
        nc_put_run(Int32(start), Int32(y), run, Int32(run.count))
      }
    }
    nc_flush()
    shown = grid
    isFirst = false
  }

  private func paintedCell(_ cell: Cell) -> nc_cell {
    let painted: PaintedStyle
    if let known = paints[cell.style] {
      painted = known
    } else {
      let paint = theme.paint(cell.style, depth: depth)
      painted = PaintedStyle(
        pair: pair(for: paint), attributes: UInt32(paint.attributes.rawValue))
      paints[cell.style] = painted
    }
    return nc_cell(
      scalar: cell.scalar, mark: cell.mark, pair: painted.pair, attributes: painted.attributes)
  }

  /// The number of a pair; 0, the terminal's default, where there are no more.
  private func pair(for paint: Paint) -> Int32 {
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

  private func forgetColors() {
    paints = [:]
    pairs = [:]
    isFirst = true
    nc_reset_pairs()
    nc_redraw()
  }

  // MARK: Listening

  /// Waits until something happens, and returns it; empty when the time is over.
  ///
  /// - Parameters:
  ///   - timeout: nil: for ever.
  ///   - wake: An eventfd that other threads write to, or −1; it is read empty.
  package func nextEvents(timeout: Duration?, wake: Int32 = -1) -> [TerminalEvent] {
    guard isOpen else { return [] }
    let ready = nc_wait(wake, timeout.map(Terminal.nanoseconds) ?? -1)
    var events: [TerminalEvent] = []
    if ready & 1 != 0 { readKeys(into: &events) }
    if ready & 2 != 0 { readSignals(into: &events) }
    if ready & 4 != 0 { events.append(.woken) }
    if ready & 8 != 0 { events.append(.interrupted(signal: SIGHUP)) }
    return events
  }

  /// Gives the terminal back, stops the process as Ctrl-Z does, and takes it again when continued.
  package func suspend() {
    guard isOpen else { return }
    nc_suspend()
    ignoredContinues += 1
    isFirst = true
    size = Terminal.currentSize
  }

  private func readKeys(into events: inout [TerminalEvent]) {
    var value: UInt32 = 0
    while true {
      switch nc_read_key(&value) {
      case NC_CHARACTER:
        if let key = Key(scalar: value) { events.append(.key(key)) }
      case NC_FUNCTION_KEY:
        if let key = Key(code: Int(value)) { events.append(.key(key)) }
      default: return
      }
    }
  }

  private func readSignals(into events: inout [TerminalEvent]) {
    var isResized = false
    while case let signal = nc_next_signal(), signal != 0 {
      switch signal {
      case SIGWINCH: isResized = true
      case SIGTSTP:
        suspend()
        events.append(.resumed(size))
      case SIGCONT:
        if ignoredContinues > 0 {
          ignoredContinues -= 1
        } else {
          nc_resume()
          isFirst = true
          size = Terminal.currentSize
          events.append(.resumed(size))
        }
      default: events.append(.interrupted(signal: signal))
      }
    }
    if isResized {
      nc_follow_size()
      isFirst = true
      size = Terminal.currentSize
      events.append(.resized(size))
    }
  }

  // MARK: Opening

  /// Opens the first terminfo entry that works; its name.
  private static func open(limit: ColorDepth) throws(TerminalFault) -> String {
    let own = variable("TERM") ?? ""
    let usesColor: Int32 = limit == .none ? 0 : 1
    let promisesDirect =
      ColorDepth.wanted(noColor: variable("NO_COLOR"), colorTerm: variable("COLORTERM"))
      == .trueColor
    if limit == .trueColor, promisesDirect, own != "dumb" {
      if nc_open(DirectColorEntry.name, DirectColorEntry.compiled, 1) == NC_OPENED {
        return DirectColorEntry.name
      }
    }
    for name in [own, "xterm-256color"] where !name.isEmpty {
      switch nc_open(name, nil, usesColor) {
      case NC_OPENED: return name
      case NC_TOO_SIMPLE: throw .tooSimple(name: name)
      case NC_NO_RESOURCES: throw .noResources
      default: continue
      }
    }
    throw .unknownTerminal(name: own)
  }

  private static var currentSize: Size {
    var width: Int32 = 0
    var height: Int32 = 0
    nc_size(&width, &height)
    return Size(width: Int(width), height: Int(height))
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return max(0, min(seconds, 1_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}

extension Key {
  /// The key of one of CNcurses's codes.
  fileprivate init?(code: Int) {
    switch code {
    case NC_KEY_UP: self = .up
    case NC_KEY_DOWN: self = .down
    case NC_KEY_LEFT: self = .left
    case NC_KEY_RIGHT: self = .right
    case NC_KEY_HOME: self = .home
    case NC_KEY_END: self = .end
    case NC_KEY_PAGE_UP: self = .pageUp
    case NC_KEY_PAGE_DOWN: self = .pageDown
    case NC_KEY_ENTER: self = .enter
    case NC_KEY_BACKTAB: self = .backtab
    case NC_KEY_BACKSPACE: self = .backspace
    case NC_KEY_DELETE: self = .delete
    case NC_KEY_INSERT: self = .insert
    case (NC_KEY_F0 + 1)...(NC_KEY_F0 + 63): self = .function(code - NC_KEY_F0)
    default: return nil
    }
  }
}
