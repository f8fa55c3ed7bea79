/// The key sequences of a terminal's entry.
package struct KeySequences: Sendable {
  /// How bytes stand to the sequences.
  enum Match: Equatable {
    /// No sequence begins so.
    case none
    /// More bytes may make a sequence.
    case part
    /// A sequence; nil for a key without a name here. A longer one may begin with the same bytes.
    case whole(Key?, mayGrow: Bool)
  }

  private var keys: [[UInt8]: Key?] = [:]
  private var parts: Set<[UInt8]> = []
  private var first: Set<UInt8> = []

  /// Sequences longer than this aren't taken.
  static let longest = 32

  /// No sequences.
  package init() {}

  /// Adds a sequence.
  ///
  /// An empty one and one of a single printable character are left out, and so is a second meaning
  /// of the same bytes.
  package mutating func add(_ bytes: [UInt8], for key: Key?) {
    guard let start = bytes.first, bytes.count <= KeySequences.longest, keys[bytes] == nil else {
      return
    }
    guard bytes.count > 1 || start < 0x20 || start == 0x7F else { return }
    keys[bytes] = .some(key)
    first.insert(start)
    for count in 1..<max(1, bytes.count) { parts.insert(Array(bytes[..<count])) }
  }

  /// Whether a sequence begins with this byte.
  func begins(with byte: UInt8) -> Bool { first.contains(byte) }

  /// How these bytes stand to the sequences.
  func match(_ bytes: [UInt8]) -> Match {
    let isPart = parts.contains(bytes)
    if let key = keys[bytes] { return .whole(key, mayGrow: isPart) }
    return isPart ? .part : .none
  }
}
