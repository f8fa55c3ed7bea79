/// A fault in a configuration file, and its place.
package struct ConfigurationFault: Error, Hashable, Sendable {
  /// The kind of fault.
  package enum Problem: Hashable, Sendable {
    /// The text isn't TOML; the parser's own words.
    case syntax(String)
    /// A key that isn't one of the table's: the nearest one that is, and all of them.
    case unknownKey(nearest: String?, known: [String])
    /// A value of another type than the key takes.
    case wrongType(expected: String, found: TomlKind)
    /// A value of the right type that isn't allowed: the value as a file would write it, and the
    /// reason or what to write instead.
    case badValue(found: String, why: String)
    /// A required key is missing.
    case missing
    /// There is nothing of this name and kind; the nearest name that there is, and all of them.
    case unknownName(String, of: String, nearest: String?, known: [String])
    /// The file can't be read; the system's reason.
    case unreadable(reason: String)
  }

  /// The file as the user named it; empty where no file is at fault.
  package var file: String
  /// Counted from 1; nil where the problem has no place.
  package var line: Int?
  /// Counted from 1, in bytes of the line; nil where the problem has no place.
  package var column: Int?
  /// The key with the tables above it, joined by dots; empty where no key is at fault.
  package var keyPath: String
  /// The kind of fault, with the values that a message needs.
  package var problem: Problem

  /// A fault with the place that is known of it.
  package init(
    file: String, line: Int? = nil, column: Int? = nil, keyPath: String = "", problem: Problem
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.keyPath = keyPath
    self.problem = problem
  }
}

extension ConfigurationFault {
  /// One sentence for the user: where, what, and what to try.
  package var message: String {
    var place = file
    if let line { place += ":\(line)" }
    if !place.isEmpty { place += ": " }
    return place + (keyPath.isEmpty ? "" : "key '\(keyPath)': ") + explanation
  }

  private var explanation: String {
    switch problem {
    case .syntax(let words):
      return words
    case .unknownKey(let nearest?, _):
      return "there is no such key; did you mean '\(nearest)'?"
    case .unknownKey(nil, let known):
      return known.isEmpty
        ? "there is no such key; this table takes none"
        : "there is no such key; this table takes \(known.joined(separator: ", "))"
    case .wrongType(let expected, let found):
      return "takes \(expected), not \(found.withArticle)"
    case .badValue(let found, let why):
      return "\(found) \(why)"
    case .missing:
      return "is missing"
    case .unknownName(let name, let kind, let nearest, let known):
      let hint = nearest.map { "did you mean '\($0)'? There" } ?? "there"
      return "there is no \(kind) '\(name)'; \(hint) are: \(known.joined(separator: ", "))"
    case .unreadable(let reason):
      return "can't be read: \(reason)"
    }
  }
}
