internal import CNcurses
internal import Glibc

/// Waits for the terminal and reads its input through a parser.
struct InputReader {
  /// The events that ended a wait.
  struct Ready: OptionSet {
    let rawValue: Int32
    static let input = Ready(rawValue: 1)
    static let signal = Ready(rawValue: 2)
    static let wake = Ready(rawValue: 4)
    static let gone = Ready(rawValue: 8)
    static let room = Ready(rawValue: 16)
  }

  /// The most bytes that are read at once: keys that come faster than frames wait for the next one.
  static let most = 256

  private var parser: InputParser
  private var inputs: [TerminalInput] = []
  /// When the parser's time is over, on the monotonic clock.
  private var deadline: ContinuousClock.Instant?

  /// A reader that also recognizes the open terminal's own sequences.
  init() { parser = InputParser(entry: InputReader.entry) }

  /// A reader with this parser.
  init(_ parser: InputParser) { self.parser = parser }

  /// Waits for an event, or until an open sequence will not be continued.
  ///
  /// - Parameter timeout: nil: for ever.
  mutating func wait(_ timeout: Duration?, wake: Int32) -> Ready {
    var limit = timeout
    if let deadline {
      let left = max(.zero, deadline - .now)
      limit = min(limit ?? left, left)
    }
    let ready = Ready(rawValue: nc_wait(wake, limit.map(InputReader.nanoseconds) ?? -1))
    guard let deadline, !ready.contains(.input), .now >= deadline else { return ready }
    parser.expire(into: &inputs)
    follow()
    return inputs.isEmpty ? ready : ready.union(.input)
  }

  /// Input that has arrived.
  mutating func read() -> [TerminalInput] {
    if inputs.isEmpty {
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: InputReader.most) { room in
        let count = nc_read(room.baseAddress, Int32(room.count))
        parser.take(room[..<Int(count)], into: &inputs)
      }
      follow()
    }
    defer { inputs.removeAll(keepingCapacity: true) }
    return inputs
  }

  private mutating func follow() { deadline = parser.timeout.map { .now + $0 } }

  private static var entry: KeySequences {
    var sequences = KeySequences()
    var code: Int32 = 0
    var index: Int32 = 0
    while let text = nc_entry_key(index, &code) {
      let bytes = UnsafeBufferPointer(start: text, count: strlen(text))
      sequences.add(bytes.map(UInt8.init(bitPattern:)), for: Key(code: Int(code)))
      index += 1
    }
    return sequences
  }

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return max(0, min(seconds, 1_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}

extension Key {
  /// The key of one of CNcurses's codes; nil for a code without a key here.
  init?(code: Int) {
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
