/// The bytes of a value's state: one description of its parts both writes and reads them.
///
/// Plain values lie in it as they lie in memory, so only the program that wrote it can read it: it is
/// for caches, which are made anew where they don't fit, and which see to it by a checksum that the
/// bytes are the ones written. Where bytes are missing all the same, it is broken.
package struct StateArchive {
  /// The bytes written so far, or all bytes to read.
  package private(set) var bytes: [UInt8] = []
  /// Whether it reads its bytes; otherwise it appends to them.
  package let isReading: Bool
  /// Whether bytes were missing or invalid, or a scenario or change to write isn't in the book.
  package private(set) var isBroken = false
  private var position = 0
  private let book: ScenarioBook

  /// - Parameter book: Scenarios and changes are written as their numbers in it.
  package init(writing book: ScenarioBook) {
    isReading = false
    self.book = book
  }

  /// Reads `bytes`, which were written with an equal book.
  package init(reading bytes: [UInt8], _ book: ScenarioBook) {
    self.bytes = bytes
    isReading = true
    self.book = book
  }

  /// Everything that was written has been read.
  package var isAtEnd: Bool { position == bytes.count }

  /// Writes or reads a plain value as it lies in memory.
  package mutating func value<Value: BitwiseCopyable>(_ value: inout Value) {
    let size = MemoryLayout<Value>.size
    guard isReading else {
      withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
      return
    }
    guard has(size) else { return }
    let place = position
    value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Value.self) }
    position += size
  }

  /// Writes or reads plain values, preceded by their count.
  ///
  /// - Complexity: O(values).
  package mutating func list<Value: BitwiseCopyable>(_ values: inout [Value]) {
    let count = count(values.count)
    let size = count * MemoryLayout<Value>.stride
    guard isReading else {
      values.withUnsafeBytes { bytes.append(contentsOf: $0) }
      return
    }
    guard size == 0 || has(size) else { return }
    values = [Value](unsafeUninitializedCapacity: count) { buffer, filled in
      bytes.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(buffer).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: $0[position..<position + size]))
      }
      filled = count
    }
    position += size
  }

  /// Writes or reads a list, entry by entry.
  ///
  /// - Parameters:
  ///   - filler: The value of an entry before it has been read.
  ///   - each: Writes or reads the parts of one entry.
  package mutating func list<Value>(
    _ values: inout [Value], filler: @autoclosure () -> Value,
    _ each: (inout Value, inout StateArchive) -> Void
  ) {
    let count = count(values.count)
    if isReading {
      values.removeAll()
      while values.count < count, !isBroken {
        var value = filler()
        each(&value, &self)
        values.append(value)
      }
    } else {
      for index in values.indices { each(&values[index], &self) }
    }
  }

  /// Writes or reads an optional value, preceded by a flag that is false for nil.
  package mutating func optional<Value>(
    _ value: inout Value?, filler: @autoclosure () -> Value,
    _ body: (inout Value, inout StateArchive) -> Void
  ) {
    var isThere = value != nil
    self.value(&isThere)
    guard isThere else {
      value = nil
      return
    }
    var known = value ?? filler()
    body(&known, &self)
    value = known
  }

  /// Writes or reads a text as UTF-8.
  ///
  /// - Complexity: O(bytes).
  package mutating func text(_ text: inout String) {
    var utf8 = Array(text.utf8)
    list(&utf8)
    if isReading { text = String(decoding: utf8, as: UTF8.self) }
  }

  /// Writes or reads a scenario as its number in the book; breaks the archive where there is none.
  package mutating func scenario(_ scenario: inout Scenario) {
    var number = isReading ? 0 : book.number(of: scenario)
    value(&number)
    guard let number, book.scenarios.indices.contains(number) else {
      isBroken = true
      return
    }
    scenario = book.scenarios[number]
  }

  /// Writes or reads a change as its number in the book; breaks the archive where it isn't there.
  package mutating func change(_ change: inout ScenarioChange) {
    var number = isReading ? 0 : book.changes.lastIndex(of: change)
    value(&number)
    guard let number, book.changes.indices.contains(number) else {
      isBroken = true
      return
    }
    change = book.changes[number]
  }

  private mutating func count(_ known: Int) -> Int {
    var count = known
    value(&count)
    // Every entry takes a byte at least.
    guard !isReading || (0...bytes.count).contains(count) else {
      isBroken = true
      return 0
    }
    return isBroken ? 0 : count
  }

  private mutating func has(_ size: Int) -> Bool {
    guard !isBroken, size <= bytes.count - position else {
      isBroken = true
      return false
    }
    return true
  }
}

/// The scenarios of a session: the first, and the result of each change.
package struct ScenarioBook: Sendable {
  /// The scenarios in the order in which they held.
  package private(set) var scenarios: [Scenario]
  /// The nth change led from the nth scenario to the next.
  package private(set) var changes: [ScenarioChange] = []
  private var numbers: [Scenario: Int]

  /// A book of a session's first scenario.
  package init(_ first: Scenario) {
    scenarios = [first]
    numbers = [first: 0]
  }

  /// Appends a change and the scenario that it results in.
  package mutating func add(_ change: ScenarioChange) {
    let next = scenarios[scenarios.count - 1].applying(change)
    numbers[next] = numbers[next] ?? scenarios.count
    scenarios.append(next)
    changes.append(change)
  }

  func number(of scenario: Scenario) -> Int? { numbers[scenario] }
}
