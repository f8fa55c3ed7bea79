/// A type that a TOML value can be read as.
package protocol TomlReadable: Sendable {
  /// What a key of this type takes, for messages: "a string".
  static var expected: String { get }
  static func read(_ node: TomlNode) -> TomlReading<Self>
}

/// What became of reading a value.
package enum TomlReading<Value: Sendable>: Sendable {
  case value(Value)
  case wrongType
  /// Goes on after the value: "must be finite".
  case badValue(why: String)
}

extension String: TomlReadable {
  package static var expected: String { "a string" }

  package static func read(_ node: TomlNode) -> TomlReading<String> {
    if case .string(let text) = node.value { .value(text) } else { .wrongType }
  }
}

extension Int: TomlReadable {
  package static var expected: String { "an integer" }

  package static func read(_ node: TomlNode) -> TomlReading<Int> {
    if case .integer(let number) = node.value { .value(number) } else { .wrongType }
  }
}

extension Bool: TomlReadable {
  package static var expected: String { "true or false" }

  package static func read(_ node: TomlNode) -> TomlReading<Bool> {
    if case .boolean(let flag) = node.value { .value(flag) } else { .wrongType }
  }
}

/// Takes integers too; refuses infinity and NaN, which TOML allows.
extension Double: TomlReadable {
  package static var expected: String { "a number" }

  package static func read(_ node: TomlNode) -> TomlReading<Double> {
    switch node.value {
    case .integer(let number): .value(Double(number))
    case .float(let number) where number.isFinite: .value(number)
    case .float: .badValue(why: "isn't a finite number")
    default: .wrongType
    }
  }
}

extension Array: TomlReadable where Element: TomlReadable {
  package static var expected: String { "an array, each element \(Element.expected)" }

  package static func read(_ node: TomlNode) -> TomlReading<[Element]> {
    guard case .array(let elements) = node.value else { return .wrongType }
    var values: [Element] = []
    for (index, element) in elements.enumerated() {
      switch Element.read(element) {
      case .value(let value): values.append(value)
      case .wrongType:
        return .badValue(
          why: "has \(element.kind.withArticle) at place \(index + 1); write \(Element.expected)")
      case .badValue(let why):
        return .badValue(why: "has at place \(index + 1) a value that \(why)")
      }
    }
    return .value(values)
  }
}
