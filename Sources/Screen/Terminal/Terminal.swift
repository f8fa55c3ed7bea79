import CNcurses
import Glibc

/// The terminal as a screen: shows grids and reads keys.
///
/// A class since there is one terminal, owned by the one thread that draws; not `Sendable`. From
/// `init` to `close` every way out of the process, fatal signals included, leaves the terminal as
/// it was found; what standard error got meanwhile is printed then.
package final class Terminal {
  /// Settings that override those of the environment.
  package struct Options: Hashable, Sendable {
    /// Whether box lines, blocks and braille may be drawn; nil: if the locale is UTF-8.
    package var isUnicode: Bool?
    /// The most colours to use; nil: as many as there are.
    package var maxDepth: ColorDepth?
    /// Whether the terminal is asked for its background.
    package var asksBackground: Bool
    /// Whether the terminal reports clicks and the wheel.
    package var usesMouse: Bool

    /// Options as given; nil leaves the decision to locale and terminal entry.
    package init(
      isUnicode: Bool? = nil, maxDepth: ColorDepth? = nil, asksBackground: Bool = false,
      usesMouse: Bool = false
    ) {
      self.isUnicode = isUnicode
      self.maxDepth = maxDepth
      self.asksBackground = asksBackground
      self.usesMouse = usesMouse
    }
  }

  /// The colours that the terminal shows.
  package let depth: ColorDepth
  /// Whether the locale can show more than ASCII; pick the grid's glyphs by it.
  package let isUnicode: Bool
  /// The terminfo entry in use.
  package let name: String
  /// The look of what is presented; setting it draws everything anew.
  package var theme: Theme {
    didSet { if theme != oldValue { repaint() } }
  }
  /// Columns and rows, updated by `resized` events; at most `largestSize`.
  package internal(set) var size: Size
  /// Whether the background is a light one, as the terminal answered or the environment says; nil where
  /// neither does.
  package internal(set) var isBackgroundLight: Bool?

  /// The cells that the terminal shows, unless `isStale`.
  var shown: CellGrid
  /// Whether all must be sent anew.
  var isStale = true
  var isOpen = true
  var palette = Palette()
  var reader: InputReader
  /// Events that came while the terminal was asked for its background.
  var early: [TerminalEvent] = []
  /// When the terminal was asked for its background; nil where it wasn't, or has answered.
  var backgroundAsked: ContinuousClock.Instant?

  /// Opens the terminal on standard input and output.
  ///
  /// Colour: none with `NO_COLOR`; 24-bit where `COLORTERM` promises it and can be believed; else the
  /// depth in the terminfo entry.
  ///
  /// - Throws: A `TerminalFault` where a stream is no terminal, the terminal is unknown or too
  ///   simple, or the system refuses a descriptor.
  package init(theme: Theme, options: Options = Options()) throws(TerminalFault) {
    if let missing = Terminal.missing { throw missing }
    let isUTF8 = nc_use_locale() == 1
    isUnicode = options.isUnicode ?? isUTF8
    self.theme = theme
    nc_use_mouse(options.usesMouse ? 1 : 0)
    let environment = ColorEnvironment(variable: Terminal.variable)
    let most: ColorDepth = environment.allowsColor ? .trueColor : .none
    let limit = min(most, options.maxDepth ?? .trueColor)
    name = try Terminal.open(limit: limit, isDirect: environment.promisesTrueColor)
    let known = min(limit, ColorDepth(colors: Int(nc_colors())))
    depth = name == Terminal.standIn ? min(known, environment.namedDepth) : known
    size = Terminal.currentSize
    shown = CellGrid(size: size)
    reader = InputReader()
    isBackgroundLight = environment.isBackgroundLight
    if options.asksBackground, depth != .none, environment.mayBeAsked { askBackground() }
  }

  /// Why there can be no screen at all, without touching anything; nil where there may be one.
  package static var missing: TerminalFault? {
    if isatty(STDOUT_FILENO) != 1 { return .notATerminal(.output) }
    return isatty(STDIN_FILENO) != 1 ? .notATerminal(.input) : nil
  }

  deinit { close() }

  /// Gives the terminal back; later calls do nothing.
  package func close() {
    guard isOpen else { return }
    awaitLateAnswer()
    isOpen = false
    nc_close()
  }

  /// Lets the calling thread's stack overflow without leaving the terminal broken; any thread.
  package nonisolated static func protectThread() { nc_use_signal_stack() }

  /// Whether the environment's locale is UTF-8, without opening anything.
  package static var localeIsUnicode: Bool { nc_use_locale() == 1 }

  /// The entry that stands in for one that isn't known.
  private static let standIn = "xterm-256color"

  /// Opens the first terminfo entry that works; its name.
  private static func open(limit: ColorDepth, isDirect: Bool) throws(TerminalFault) -> String {
    let own = variable("TERM") ?? ""
    let usesColor: Int32 = limit == .none ? 0 : 1
    if limit == .trueColor, isDirect {
      if nc_open(DirectColorEntry.name, DirectColorEntry.compiled, 1) == NC_OPENED {
        return DirectColorEntry.name
      }
    }
    for name in [own, standIn] where !name.isEmpty {
      switch nc_open(name, nil, usesColor) {
      case NC_OPENED: return name
      case NC_TOO_SIMPLE: throw .tooSimple(name: name)
      case NC_NO_RESOURCES: throw .noResources
      default: continue
      }
    }
    throw .unknownTerminal(name: own)
  }

  /// The largest part of a window that is drawn on.
  package static let largestSize = Size(width: Int(NC_MOST_COLUMNS), height: Int(NC_MOST_ROWS))

  /// The window's size; larger than `size` where it is beyond `largestSize`.
  package var windowSize: Size { Terminal.size(nc_window_size) }

  static var currentSize: Size { size(nc_size) }

  private static func size(
    _ read: (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Void
  ) -> Size {
    var width: Int32 = 0
    var height: Int32 = 0
    read(&width, &height)
    return Size(width: Int(width), height: Int(height))
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
