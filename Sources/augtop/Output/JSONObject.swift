import FoundationEssentials

/// A JSON object written down as a literal: the keys of a report's schema, in one place with their
/// values. A nil is written as null.
///
/// ```swift
/// let report: JSONObject = ["schema": "augtop-sweep/1", "keys": keys, "epoch_s": seconds]
/// ```
struct JSONObject: Encodable, ExpressibleByDictionaryLiteral {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
  }

  private let members: [(key: String, value: (any Encodable)?)]

  /// The object with these members; JSON sorts them by key.
  init(_ members: [(key: String, value: (any Encodable)?)]) { self.members = members }

  /// The object that a literal describes.
  init(dictionaryLiteral members: (String, (any Encodable)?)...) {
    self.members = members.map { (key: $0, value: $1) }
  }

  /// The object with one member more.
  func adding(_ key: String, _ value: (any Encodable)?) -> JSONObject {
    JSONObject(members + [(key: key, value: value)])
  }

  /// Writes every member.
  ///
  /// - Throws: An `EncodingError`, for numbers that JSON doesn't have.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for (name, value) in members {
      let key = Name(stringValue: name)
      if let value {
        try container.encode(value, forKey: key)
      } else {
        try container.encodeNil(forKey: key)
      }
    }
  }
}

/// Prints a report for machines on standard output.
///
/// - Throws: An `EncodingError`, for numbers that JSON doesn't have.
func printJSON(_ report: JSONObject) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  printDocument(String(decoding: try encoder.encode(report), as: UTF8.self))
}
