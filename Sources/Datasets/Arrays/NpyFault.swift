/// A fault in a `.npy` file.
package enum NpyFault: Error, Equatable, Sendable {
  /// It doesn't begin as a .npy file does.
  case magic
  /// A file of another known kind.
  case other(FileKind)
  /// Neither 1.0 nor 2.0 nor 3.0.
  case version(major: UInt8, minor: UInt8)
  /// The header goes on past the end of the file.
  case headerCutOff
  /// The header isn't the expected dictionary from this byte on.
  case header(at: Int)
  /// A key that is missing, twice there or unknown.
  case key(String)
  /// A type that isn't of real numbers, or of more than 64 bits: NumPy's name of it, or the list of the
  /// fields of a structured type.
  case type(String)
  /// Neither 3 nor 4 dimensions.
  case rank([Int])
  /// An array of labels that is one number.
  case noLabels
  /// The type of an array of labels has no size of its own: objects, or a structured type.
  case labelType(String)
  /// A dimension of an array of labels is 0.
  case noLabelSize([Int])
  /// A dimension is 0.
  case zeroSize([Int])
  /// The numbers of the shape, multiplied, don't fit.
  case tooLarge([Int])
  /// The data have another number of bytes than the shape asks for.
  case size(expected: Int, found: Int)

  var text: String {
    switch self {
    case .magic:
      "not a .npy file: it doesn't begin with \\x93NUMPY; save the array with numpy.save"
    case .version(let major, let minor):
      "version \(major).\(minor) of the .npy format isn't known; save it as 1.0, 2.0 or 3.0"
    case .headerCutOff:
      "the header is cut off; copy the file again"
    case .header(let position):
      "the header is damaged at byte \(position); save the array again with numpy.save"
    case .key(let key):
      "the header's key '\(key)' is missing, doubled or unknown; save the array with numpy.save"
    case .other(let kind): "\(kind.text), not a .npy file; \(kind.remedy)"
    case .type(let description): typeText(description)
    case .rank(let shape) where shape.count == 2:
      """
      shape \(shapeText(shape)) isn't [count, height, width] or [count, height, width, channels]; if \
      it is one picture, save array[numpy.newaxis]
      """
    case .rank(let shape):
      """
      shape \(shapeText(shape)) isn't [count, height, width] or [count, height, width, channels]; \
      reshape the array
      """
    case .noLabels: "it is one number, not a label for each picture; save an array of labels"
    case .labelType(let description): labelTypeText(description)
    case .noLabelSize(let shape):
      "shape \(shapeText(shape)) holds no labels; save one for each picture"
    case .zeroSize(let shape):
      "shape \(shapeText(shape)) holds no pictures; save at least one"
    case .tooLarge(let shape):
      "shape \(shapeText(shape)) is larger than any file; the header is damaged"
    case .size(let expected, let found) where found > expected:
      """
      \(found) bytes of data where the shape asks for \(expected); the file is damaged, or another array \
      follows: save each in a file of its own
      """
    case .size(let expected, let found):
      "\(found) bytes of data where the shape asks for \(expected); the file is cut off or damaged"
    }
  }
}

private func shapeText(_ shape: [Int]) -> String {
  "(" + shape.prefix(8).map(String.init).joined(separator: ", ") + (shape.count > 8 ? ", …)" : ")")
}

private func shortened(_ description: String) -> Substring {
  description.count > 60 ? description.prefix(60) + "…" : description[...]
}

private func labelTypeText(_ description: String) -> String {
  if description.first == "[" {
    return """
      the labels are of a structured type, with fields (\(shortened(description))); save one field, \
      array['NAME']
      """
  }
  guard description.last == "O" else {
    return "labels of type '\(shortened(description))' aren't read; save array.astype(int) or (str)"
  }
  return """
    the labels are objects, which only Python can read; save array.astype(int) for numbers, \
    array.astype(str) for names
    """
}

private func typeText(_ description: String) -> String {
  let shown = shortened(description)
  let code = description.first.map { "<>=|".contains($0) } == true ? description.dropFirst() : shown
  switch code.first {
  case "[":
    return """
      the array is of a structured type, with fields (\(shown)); save one field that holds pictures, \
      array['NAME']
      """
  case "O":
    return """
      an array of objects isn't read: are the pictures of several sizes? Make them one size and save \
      them as one array, or as a folder of files
      """
  case "c":
    return "the array is of complex numbers ('\(shown)'); save array.real or numpy.abs(array)"
  case "M", "m": return "the array is of dates or times ('\(shown)'), which aren't pictures"
  case "U", "S", "a":
    return "the array is of texts ('\(shown)'), not of pictures; are they names of files or labels?"
  case "V":
    return """
      the array is of raw bytes ('\(shown)'), as of a type that NumPy doesn't know, such as bfloat16; \
      save array.astype('float32')
      """
  case "f", "g", "l":
    return """
      type '\(shown)' (long double) differs from machine to machine and isn't read; save \
      array.astype('float32')
      """
  default: return "type '\(shown)' isn't read; save array.astype('float32') or 'uint8'"
  }
}
