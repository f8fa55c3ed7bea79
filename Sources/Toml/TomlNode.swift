/// The type of a TOML value.
package enum TomlKind: String, Hashable, Sendable {
  /// The types of TOML; `date` stands for all kinds of dates and times.
  case string, integer, float, boolean, table, array, date

  /// For messages: "a string".
  package var withArticle: String {
    switch self {
    case .integer, .array: "an \(rawValue)"
    default: "a \(rawValue)"
    }
  }
}

/// A TOML value and its place in the file.
package struct TomlNode: Hashable, Sendable {
  /// The value by type.
  package indirect enum Value: Hashable, Sendable {
    /// A string without quotes and escapes.
    case string(String)
    /// A 64-bit integer.
    case integer(Int)
    /// A float, possibly infinite or NaN.
    case float(Double)
    /// `true` or `false`.
    case boolean(Bool)
    /// The elements, in their order; their types may differ.
    case array([TomlNode])
    /// The entries of a table, inline or with a heading.
    case table([TomlEntry])
    /// A date or time, whose value no key of this program uses.
    case date
  }

  /// The value, with all that it contains.
  package let value: Value
  /// Counted from 1; 0 where the file doesn't write the value itself.
  package let line: Int
  /// Counted from 1; 0 where the file doesn't write the value itself.
  package let column: Int

  /// The type of the value.
  package var kind: TomlKind {
    switch value {
    case .string: .string
    case .integer: .integer
    case .float: .float
    case .boolean: .boolean
    case .array: .array
    case .table: .table
    case .date: .date
    }
  }

  /// The value as a file would write it, shortened; for messages.
  package var written: String {
    switch value {
    case .string(let text): "\"\(text.count > 40 ? text.prefix(40) + "…" : text[...])\""
    case .integer(let number): "\(number)"
    case .float(let number): "\(number)"
    case .boolean(let flag): "\(flag)"
    case .array(let elements): elements.isEmpty ? "[]" : "the array"
    case .table: "the table"
    case .date: "the date"
    }
  }
}

/// A key of a table and its value.
package struct TomlEntry: Hashable, Sendable {
  /// The key without its quotes.
  package let key: String
  /// The value.
  package let node: TomlNode
}
