import Glibc
import Screen

/// A program to try the terminal with: shows its size and the keys it gets; ends in many ways.
///
/// Keys: `q` quits, `z` suspends, `e` complains on standard error, `r` scrambles the screen some more,
/// `h` hangs, `1`…`6` crash.
@main struct ScreenDemo {
  static func main() { runDemo() }
}

private func runDemo() {
  do {
    let depth = CommandLine.arguments.contains("--no-color") ? ColorDepth.none : nil
    let asks = CommandLine.arguments.contains("--background")
    let terminal = try Terminal(
      theme: .plain, options: Terminal.Options(maxDepth: depth, asksBackground: asks))
    if let isLight = terminal.isBackgroundLight {
      complain("at first \(isLight ? "light" : "dark")\n")
    }
    let signal = show(on: terminal)
    terminal.close()
    if let signal { exit(128 + signal) }
  } catch {
    complain("screen-demo: \(error)\n")
    // Whether a hang-up, which the program was started to ignore, is still ignored.
    if CommandLine.arguments.contains("--hang-up") { raise(SIGHUP) }
    exit(2)
  }
}

/// Runs until a key or a signal ends it; returns the signal, or nil.
private func show(on terminal: Terminal) -> Int32? {
  var log: [String] = []
  var scrambles: UInt64 = 0
  while true {
    if scrambles == 0 {
      draw(log, on: terminal)
    } else {
      var grid = CellGrid(size: terminal.size)
      scramble(scrambles / 2, on: &grid)
      // Every other frame adds to the one before: small changes.
      if scrambles % 2 == 1 { scramble(scrambles, on: &grid) }
      grid.put("frame \(scrambles) ", at: Point(x: 0, y: terminal.size.height - 1))
      terminal.present(grid)
    }
    for event in terminal.nextEvents(timeout: .seconds(1)) {
      switch event {
      case .key(.character("q")): return nil
      case .key(.character("z")): terminal.suspend()
      case .key(.character("r")): scrambles += 1
      case .key(.character("h")):
        draw(["hung"], on: terminal)
        hang()
      case .key(.character("e")): complain("a complaint\n")
      case .key(.character(let digit)) where digit.isNumber: crash(digit)
      case .key(let key): log.append("key \(key)")
      case .interrupted(let signal): return signal
      case .resized(let size): log.append("resized \(size.width)x\(size.height)")
      case .resumed: log.append("resumed")
      case .pasted(let bytes): log.append("pasted \(bytes)")
      case .mouse(let report): log.append("mouse \(report.action) \(report.place)")
      case .background(let color): log.append("background \(color.isLight ? "light" : "dark")")
      case .woken: break
      }
    }
  }
}

private func draw(_ log: [String], on terminal: Terminal) {
  var grid = CellGrid(
    size: terminal.size, glyphs: terminal.theme.glyphs(isUnicode: terminal.isUnicode))
  let inside = grid.drawBox(in: grid.bounds, title: [Span("demo", .title)])
  let rows = inside.stacked([.cells(1), .cells(1), .share(1)])
  grid.draw(
    "\(terminal.size.width)×\(terminal.size.height) depth \(terminal.depth) µ 画", in: rows[0])
  grid.drawBar(0.5, in: rows[1], gradient: .load)
  for (index, line) in log.suffix(max(0, rows[2].height)).enumerated() {
    grid.draw(line, in: rows[2].row(index), style: Style(.text))
  }
  grid.tint(rows[0], ground: .selection)
  terminal.present(grid)
}

private func complain(_ text: String) { write(STDERR_FILENO, text, text.utf8.count) }

/// Never listens again.
private func hang() -> Never {
  complain("hanging\n")
  while true { sleep(1) }
}

private func crash(_ way: Character) {
  switch way {
  case "1": fatalError("the demo's fatal error")
  case "2": inThread { _ = [1, 2][Int(getpid())] }
  case "3": abort()
  case "4": exit(3)
  case "5": UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
  case "6":
    inThread {
      Terminal.protectThread()
      _ = depthOfRecursion(1)
    }
  default: break
  }
}

private func inThread(_ body: @escaping @Sendable () -> Void) {
  final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  pthread_create(
    &thread, nil,
    { work in
      if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
      return nil
    }, Unmanaged.passRetained(Work(body)).toOpaque())
  pthread_join(thread, nil)
}

/// Recurses until the stack is used up.
private func depthOfRecursion(_ depth: Int) -> Int {
  withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { room in
    room[0] = UInt8(truncatingIfNeeded: depth)
    return depthOfRecursion(depth + 1) + Int(room[0])
  }
}
