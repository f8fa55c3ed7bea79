import FoundationEssentials

/// Keras's `class_indices` as a JSON object, sorted by name.
///
/// Written name by name and not as a dictionary: two folders whose names differ only in how an accent
/// is composed are two classes, and one `String` to Swift.
///
/// - Throws: The encoder's error.
func classNumbers(_ names: [String]) throws -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .withoutEscapingSlashes
  let sorted = names.enumerated().sorted {
    $0.element.utf8.lexicographicallyPrecedes($1.element.utf8)
  }
  let lines = try sorted.map { number, name in
    "  \(String(decoding: try encoder.encode(name), as: UTF8.self)) : \(number)"
  }
  return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
}
