/// Cuts the bytes that a terminal sends into keys, reports and pastes.
///
/// It takes bytes in pieces of any size and keeps a bounded part of them. Nothing that is longer than
/// a key is ever returned as several keys: what begins a sequence is held until the sequence ends, is
/// damaged, or `expire` says that no more of it came.
///
/// - Source: the states of ECMA-48 and of Paul Williams's parser for DEC terminals; xterm's `ctlseqs`;
///   the keyboard protocol of kitty; the manuals of rxvt and of the Linux console
///   (`console_codes(4)`).
package struct InputParser: Sendable {
  enum State: Hashable {
    case ground
    /// After ESC.
    case escape
    /// After CSI.
    case sequence
    /// After CSI, numbers and `$`: a report's mark, or the end of one of rxvt's keys.
    case dollar
    /// After CSI `[`: a function key of the Linux console.
    case consoleKey
    /// After SS3.
    case single
    /// Within a string, until ST, or BEL where it is an OSC.
    case string(isOSC: Bool)
    /// After ESC within a string.
    case stringEscape(isOSC: Bool)
    /// Within the three characters of the oldest encoding of the mouse.
    case mouse
    case paste
  }

  /// Kept of a sequence or a string; longer ones are read to their end and are unknown.
  static let longest = 256

  var state = State.ground
  /// Whether an ESC more stood before the sequence.
  var isAlt = false
  /// The inside of a sequence or a string, or the values of a mouse report.
  var collected: [UInt32] = []
  var isTooLong = false
  private let entry: KeySequences
  /// Bytes that may become a sequence of the entry, and the longest that they have become.
  var candidate: [UInt8] = []
  private var matched: (key: Key?, count: Int)?
  private var decoder = ScalarDecoder()
  var pasted = PasteEnd()
  /// Whether the time of an ESC was over, so that the next bytes may still be the rest of a sequence.
  private var hasLateEscape = false

  /// A parser that also recognizes a terminal entry's sequences.
  package init(entry: KeySequences = KeySequences()) { self.entry = entry }

  /// How long to wait for more bytes before `expire` is to be called; nil where nothing is open.
  ///
  /// A lone ESC is a key after 50 ms. The rest of a sequence gets a second, since a key that is taken
  /// out of its middle does harm; a paste that stalls gets five.
  package var timeout: Duration? {
    if state == .paste { return .seconds(5) }
    if state == .escape || candidate.count == 1 { return .milliseconds(50) }
    let isOpen = state != .ground || !candidate.isEmpty || decoder.isInside || hasLateEscape
    return isOpen ? .seconds(1) : nil
  }

  /// Takes bytes in the order in which they came.
  ///
  /// - Complexity: O(bytes).
  package mutating func take(_ bytes: some Collection<UInt8>, into inputs: inout [TerminalInput]) {
    if hasLateEscape {
      hasLateEscape = false
      // Nobody types two characters in one read: it is the rest of a sequence.
      if let first = bytes.first, bytes.count >= InputParser.leastRest(after: first) {
        state = .escape
      }
    }
    for byte in bytes { take(byte, &inputs) }
  }

  /// Ends what is open: no more of it came within `timeout`.
  package mutating func expire(into inputs: inout [TerminalInput]) {
    hasLateEscape = false
    if !candidate.isEmpty { settleCandidate(&inputs) }
    if decoder.isInside {
      decoder = ScalarDecoder()
      inputs.append(.unknown)
    }
    switch state {
    case .ground: return
    case .escape:
      inputs.append(.key(.escape))
      hasLateEscape = true
    case .dollar: endModified(&inputs)
    case .paste: inputs.append(.paste(bytes: pasted.count))
    case .sequence, .consoleKey, .single, .string, .stringEscape, .mouse: inputs.append(.unknown)
    }
    reset()
  }

  /// The fewest bytes in one read that are the rest of a sequence and no keys.
  private static func leastRest(after introducer: UInt8) -> Int {
    switch introducer {
    case UInt8(ascii: "["), UInt8(ascii: "O"): 2
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"),
      UInt8(ascii: "X"):
      4
    default: .max
    }
  }

  private mutating func take(_ byte: UInt8, _ inputs: inout [TerminalInput]) {
    if state == .paste { return takePasted(byte, &inputs) }
    let isStart = state == .ground && !decoder.isInside && entry.begins(with: byte)
    guard !candidate.isEmpty || isStart else { return decode(byte, &inputs) }
    candidate.append(byte)
    switch entry.match(candidate) {
    case .part: return
    case .whole(let key, let mayGrow):
      matched = (key, candidate.count)
      if !mayGrow { settleCandidate(&inputs) }
    case .none: settleCandidate(&inputs)
    }
  }

  /// Returns the entry's sequence that the candidate begins with, or reads the candidate by the general
  /// rules; what is left over is taken anew. The candidate's length bounds the work.
  private mutating func settleCandidate(_ inputs: inout [TerminalInput]) {
    let bytes = candidate
    let found = matched
    candidate.removeAll(keepingCapacity: true)
    matched = nil
    if let found {
      inputs.append(found.key.map { .key($0) } ?? .unnamedKey)
    } else if let first = bytes.first {
      decode(first, &inputs)
    }
    for byte in bytes.dropFirst(found?.count ?? 1) { take(byte, &inputs) }
  }

  private mutating func decode(_ byte: UInt8, _ inputs: inout [TerminalInput]) {
    let (broken, whole) = decoder.take(byte)
    if let broken { accept(broken, &inputs) }
    if let whole { accept(whole, &inputs) }
  }

  private mutating func takePasted(_ byte: UInt8, _ inputs: inout [TerminalInput]) {
    guard pasted.take(byte) else { return }
    inputs.append(.paste(bytes: pasted.count))
    reset()
  }

  /// Begins to skip a paste.
  mutating func beginPaste() {
    reset()
    state = .paste
    pasted = PasteEnd()
  }

  /// Back to where keys are expected.
  mutating func reset() {
    state = .ground
    isAlt = false
    isTooLong = false
    collected.removeAll(keepingCapacity: true)
  }

  mutating func collect(_ value: UInt32) {
    guard collected.count < InputParser.longest else {
      isTooLong = true
      return
    }
    collected.append(value)
  }
}

extension InputParser {
  /// The bytes of what is kept between two calls; bounded.
  package var bytesKept: Int {
    collected.capacity * MemoryLayout<UInt32>.stride + candidate.capacity + pasted.bytesKept
  }
}
