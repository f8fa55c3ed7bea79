/// A type that a TOML value can be read as.
package protocol TomlReadable: Sendable {
  /// The values that a key of this type takes, for messages: "a string".
  static var expected: String { get }
  /// Converts a value; `wrongType` where TOML has another type there.
  static func read(_ node: TomlNode) -> TomlReading<Self>
}

/// The result of reading a value.
package enum TomlReading<Value: Sendable>: Sendable {
  /// The converted value.
  case value(Value)
  /// The value has another type.
  case wrongType
  /// The type is right, but the value isn't allowed; the reason follows the value in a message:
  /// "isn't a finite number".
  case badValue(why: String)
}

extension String: TomlReadable {
  /// For messages.
  package static var expected: String { "a string" }

  /// Takes strings alone.
  package static func read(_ node: TomlNode) -> TomlReading<String> {
    if case .string(let text) = node.value { .value(text) } else { .wrongType }
  }
}

extension Int: TomlReadable {
  /// For messages.
  package static var expected: String { "an integer" }

  /// Takes integers alone; a float isn't rounded.
  package static func read(_ node: TomlNode) -> TomlReading<Int> {
    if case .integer(let number) = node.value { .value(number) } else { .wrongType }
  }
}

extension Bool: TomlReadable {
  /// For messages.
  package static var expected: String { "true or false" }

  /// Takes booleans alone.
  package static func read(_ node: TomlNode) -> TomlReading<Bool> {
    if case .boolean(let flag) = node.value { .value(flag) } else { .wrongType }
  }
}

/// Takes integers too; refuses infinity and NaN, which TOML allows.
extension Double: TomlReadable {
  /// For messages.
  package static var expected: String { "a number" }

  /// Takes integers and finite floats.
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
  /// For messages.
  package static var expected: String { "an array, each element \(Element.expected)" }

  /// Takes arrays; names the first element that doesn't fit.
  ///
  /// - Complexity: O(elements).
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
