/// A table that is being read: it records the keys that were read, so that the others are faults.
///
/// ```swift
/// let scenario = try document.read { root in
///   let workers = try root.value("workers", in: 1...256) ?? 1
///   let loader = try root.choice("loader", of: LoaderKind.self) ?? .blocking
///   let gpu = try root.table("gpu") { gpu in
///     try Gpu(compute: gpu.value("compute", default: "14ms"))
///   }
///   return Scenario(…)
/// }
/// ```
/// Faults name the file, the line and the whole path of the key.
package struct TomlTable: Sendable {
  /// The file as messages name it.
  package let file: String
  /// The keys that lead here, joined by dots; empty for the root.
  package let path: String
  private let line: Int
  private let entries: [TomlEntry]
  private var asked: [String] = []

  init(file: String, path: String, line: Int, entries: [TomlEntry]) {
    self.file = file
    self.path = path
    self.line = line
    // toml++ sorts by key; people read from above.
    self.entries = entries.sorted { ($0.node.line, $0.key) < ($1.node.line, $1.key) }
  }

  /// The keys in the file's order, read or not.
  package var keys: [String] { entries.map(\.key) }

  // MARK: Values

  /// The value of a key, or nil where the table lacks it.
  ///
  /// - Throws: `wrongType` for a value of another type, `badValue` for one that the type refuses.
  package mutating func value<Value: TomlReadable>(
    _ key: String, as type: Value.Type = Value.self
  ) throws(ConfigurationFault) -> Value? {
    guard let node = node(key) else { return nil }
    return try convert(node, key)
  }

  /// The value of a key, or what stands for it where the table lacks it.
  ///
  /// - Throws: `wrongType` for a value of another type, `badValue` for one that the type refuses.
  package mutating func value<Value: TomlReadable>(
    _ key: String, default standard: Value
  ) throws(ConfigurationFault) -> Value {
    try value(key) ?? standard
  }

  /// The value of a key that must be there.
  ///
  /// - Throws: `missing` where the table lacks the key, and as `value`.
  package mutating func required<Value: TomlReadable>(
    _ key: String, as type: Value.Type = Value.self
  ) throws(ConfigurationFault) -> Value {
    guard let value = try value(key, as: type) else { throw missing(key) }
    return value
  }

  /// The value of a key within bounds, or nil where the table lacks it.
  ///
  /// - Throws: `badValue` for a value outside the range, and as `value`.
  package mutating func value<Value: TomlReadable & Comparable>(
    _ key: String, in bounds: ClosedRange<Value>
  ) throws(ConfigurationFault) -> Value? {
    guard let value = try value(key, as: Value.self) else { return nil }
    guard bounds.contains(value) else {
      throw fault(key, "is out of bounds; write \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return value
  }

  /// One of an enumeration's names, or nil where the table lacks the key.
  ///
  /// - Throws: `badValue` with the nearest choice for a text that is none, `wrongType` for another
  ///   type.
  package mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, of type: Choice.Type = Choice.self
  ) throws(ConfigurationFault) -> Choice? where Choice.RawValue == String {
    guard let name = try value(key, as: String.self) else { return nil }
    if let choice = Choice(rawValue: name) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    if let meant = nearest(to: name, among: names) {
      throw fault(key, "isn't one of its values; did you mean \"\(meant)\"?")
    }
    throw fault(key, "isn't one of its values: \(names.joined(separator: ", "))")
  }

  /// Text that a closure turns into a value, or nil where the table lacks the key.
  ///
  /// - Parameters:
  ///   - why: What to say after the text when the closure answers nil: "isn't a colour; write …".
  ///   - parse: The value, or nil when the text isn't one.
  /// - Throws: `badValue` for a text that `parse` refuses, `wrongType` for another type.
  package mutating func parsed<Value>(
    _ key: String, orSay why: String, _ parse: (String) -> Value?
  ) throws(ConfigurationFault) -> Value? {
    guard let text = try value(key, as: String.self) else { return nil }
    guard let value = parse(text) else { throw fault(key, why) }
    return value
  }

  // MARK: Tables

  /// Reads a table within this one; nil, and the closure doesn't run, where there is none.
  ///
  /// - Throws: `wrongType` for a value that is no table, `unknownKey` for a key that the closure
  ///   doesn't read, and the closure's own faults.
  package mutating func table<Result>(
    _ key: String, _ body: (inout TomlTable) throws(ConfigurationFault) -> Result
  ) throws(ConfigurationFault) -> Result? {
    guard let node = node(key) else { return nil }
    guard case .table(let entries) = node.value else { throw wrongType(key, "a table", node) }
    return try TomlTable.read(
      TomlTable(file: file, path: path(of: key), line: node.line, entries: entries), body)
  }

  /// Reads a table within this one that must be there.
  ///
  /// - Throws: `missing` where there is no such table, and as `table`.
  package mutating func requiredTable<Result>(
    _ key: String, _ body: (inout TomlTable) throws(ConfigurationFault) -> Result
  ) throws(ConfigurationFault) -> Result {
    guard let result = try table(key, body) else { throw missing(key) }
    return result
  }

  /// Reads an array of tables, `[[key]]`; empty where there is none.
  ///
  /// - Throws: `wrongType` for a value that is no array of tables, and as `table`.
  package mutating func tables<Result>(
    _ key: String, _ body: (inout TomlTable) throws(ConfigurationFault) -> Result
  ) throws(ConfigurationFault) -> [Result] {
    guard let node = node(key) else { return [] }
    guard case .array(let elements) = node.value else {
      throw wrongType(key, "an array of tables", node)
    }
    var results: [Result] = []
    for (index, element) in elements.enumerated() {
      let name = "\(key)[\(index)]"
      guard case .table(let entries) = element.value else {
        throw wrongType(name, "a table", element)
      }
      results.append(
        try TomlTable.read(
          TomlTable(file: file, path: path(of: name), line: element.line, entries: entries), body))
    }
    return results
  }

  // MARK: Faults

  /// A fault about a key's value, for rules that the caller checks; of kind `missing` where the
  /// table lacks the key.
  ///
  /// - Parameter why: Goes on after the value: "isn't a colour; write \"#rrggbb\"".
  package func fault(_ key: String, _ why: String) -> ConfigurationFault {
    guard let entry = entries.first(where: { $0.key == key }) else { return missing(key) }
    return fault(key, entry.node, .badValue(found: entry.node.written, why: why))
  }

  /// The type of a key's value, or nil where the table lacks it; doesn't count as reading.
  package func kind(_ key: String) -> TomlKind? {
    entries.first { $0.key == key }?.node.kind
  }

  /// Checks that all keys were read, after a closure has ended.
  ///
  /// - Throws: A `ConfigurationFault` of kind `unknownKey` for the first key that wasn't read.
  func finish() throws(ConfigurationFault) {
    for entry in entries where !asked.contains(entry.key) {
      let known = asked.filter { name in !entries.contains { $0.key == name } }
      throw fault(
        entry.key, entry.node,
        .unknownKey(nearest: nearest(to: entry.key, among: known), known: asked.sorted()))
    }
  }

  private static func read<Result>(
    _ table: TomlTable, _ body: (inout TomlTable) throws(ConfigurationFault) -> Result
  ) throws(ConfigurationFault) -> Result {
    var table = table
    let result = try body(&table)
    try table.finish()
    return result
  }

  private mutating func node(_ key: String) -> TomlNode? {
    if !asked.contains(key) { asked.append(key) }
    return entries.first { $0.key == key }?.node
  }

  private func convert<Value: TomlReadable>(
    _ node: TomlNode, _ key: String
  ) throws(ConfigurationFault) -> Value {
    switch Value.read(node) {
    case .value(let value): return value
    case .wrongType: throw wrongType(key, Value.expected, node)
    case .badValue(let why):
      throw fault(key, node, .badValue(found: node.written, why: why))
    }
  }

  private func wrongType(
    _ key: String, _ expected: String, _ node: TomlNode
  ) -> ConfigurationFault {
    fault(key, node, .wrongType(expected: expected, found: node.kind))
  }

  private func missing(_ key: String) -> ConfigurationFault {
    ConfigurationFault(
      file: file, line: line > 0 ? line : nil, keyPath: path(of: key), problem: .missing)
  }

  private func fault(
    _ key: String, _ node: TomlNode, _ problem: ConfigurationFault.Problem
  ) -> ConfigurationFault {
    ConfigurationFault(
      file: file, line: node.line > 0 ? node.line : nil,
      column: node.column > 0 ? node.column : nil, keyPath: path(of: key), problem: problem)
  }

  private func path(of key: String) -> String { path.isEmpty ? key : path + "." + key }
}
