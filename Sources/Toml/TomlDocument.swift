import CToml

/// A parsed TOML file.
package struct TomlDocument: Sendable {
  /// The file as messages name it.
  package let file: String
  private let entries: [TomlEntry]

  /// Parses a text.
  ///
  /// - Throws: A `ConfigurationFault` of kind `syntax`, with line and column, where the text isn't
  ///   TOML.
  /// - Complexity: O(bytes).
  package init(text: String, file: String) throws(ConfigurationFault) {
    self.file = file
    entries = try TomlDocument.parse(text, file)
  }

  /// Reads the root table with a closure.
  ///
  /// - Throws: The closure's fault; a `ConfigurationFault` of kind `unknownKey` for the first key
  ///   that the closure didn't read.
  package func read<Result>(
    _ body: (inout TomlTable) throws(ConfigurationFault) -> Result
  ) throws(ConfigurationFault) -> Result {
    var root = TomlTable(file: file, path: "", line: 0, entries: entries)
    let result = try body(&root)
    try root.finish()
    return result
  }

  private static func parse(
    _ text: String, _ file: String
  ) throws(ConfigurationFault) -> [TomlEntry] {
    var text = text
    var error = ct_error()
    let document = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { ct_parse($0.baseAddress, $0.count, &error) }
    }
    guard let document else {
      let words = withUnsafeBytes(of: error.message) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw ConfigurationFault(
        file: file, line: error.line > 0 ? Int(error.line) : nil,
        column: error.column > 0 ? Int(error.column) : nil, problem: .syntax(words))
    }
    defer { ct_free(document) }
    var count = 0
    let nodes = UnsafeBufferPointer(start: ct_nodes(document, &count), count: count)
    guard case .table(let entries) = node(nodes, 0).value else { return [] }
    return entries
  }

  /// The node at an index with all below it.
  private static func node(_ nodes: UnsafeBufferPointer<ct_node>, _ index: Int) -> TomlNode {
    let flat = nodes[index]
    let value: TomlNode.Value =
      switch flat.kind {
      case CT_STRING: .string(string(flat.text, flat.text_length))
      case CT_INTEGER: .integer(Int(flat.integer))
      case CT_FLOAT: .float(flat.number)
      case CT_BOOLEAN: .boolean(flat.boolean != 0)
      case CT_ARRAY: .array(children(nodes, index).map { node(nodes, $0) })
      case CT_TABLE:
        .table(
          children(nodes, index).map { child in
            TomlEntry(
              key: string(nodes[child].key, nodes[child].key_length), node: node(nodes, child))
          })
      default: .date
      }
    return TomlNode(value: value, line: Int(flat.line), column: Int(flat.column))
  }

  private static func children(
    _ nodes: UnsafeBufferPointer<ct_node>, _ index: Int
  ) -> [Int] {
    let end = index + 1 + Int(nodes[index].descendants)
    var children: [Int] = []
    var child = index + 1
    while child < end {
      children.append(child)
      child += 1 + Int(nodes[child].descendants)
    }
    return children
  }

  private static func string(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
    String(
      decoding: UnsafeRawBufferPointer(start: count > 0 ? start : nil, count: count),
      as: UTF8.self)
  }
}
