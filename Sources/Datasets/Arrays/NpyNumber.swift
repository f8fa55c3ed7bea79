import CKernels

/// The type of an array's numbers.
struct NpyNumber: Equatable, Sendable {
  /// The type, which says how the numbers become float32.
  let type: ck_number
  /// Bytes of one.
  let size: Int
  /// Whether their bytes come in the other order than the machine's.
  let swaps: Bool

  private static let types: [String: (ck_number, Int)] = [
    "b1": (CK_BOOL, 1), "i1": (CK_INT8, 1), "u1": (CK_UINT8, 1),
    "i2": (CK_INT16, 2), "u2": (CK_UINT16, 2), "i4": (CK_INT32, 4), "u4": (CK_UINT32, 4),
    "i8": (CK_INT64, 8), "u8": (CK_UINT64, 8), "f2": (CK_FLOAT16, 2), "f4": (CK_FLOAT32, 4),
    "f8": (CK_FLOAT64, 8),
  ]
  /// Names that NumPy reads as well, though it writes the others: those of C's types as on 64-bit Linux.
  ///
  /// - Source: `numpy.dtype(name).str`, NumPy 2.
  private static let names: [String: String] = {
    let known = [
      "b1": "? bool bool_", "i1": "b int8 byte", "u1": "B uint8 ubyte", "i2": "h int16 short",
      "u2": "H uint16 ushort", "i4": "i int32 intc", "u4": "I uint32 uintc",
      "i8": "l q n p int64 int int_ long longlong intp",
      "u8": "L Q N P uint64 uint ulong ulonglong uintp", "f2": "e float16 half",
      "f4": "f float32 single", "f8": "d float64 float double",
    ]
    var names: [String: String] = [:]
    for (code, others) in known {
      for name in others.split(separator: " ") { names[String(name)] = code }
    }
    return names
  }()

  /// - Parameter description: NumPy's name of the type, as `>f8`.
  /// - Throws: `NpyFault.type` for every type that isn't of real numbers of 64 bits at most.
  init(_ description: String) throws(NpyFault) {
    let (order, code) = Self.parts(description)
    guard let (type, size) = Self.types[Self.names[code] ?? code] else { throw .type(description) }
    self.type = type
    self.size = size
    let isMachines = order != (1.littleEndian == 1 ? ">" : "<")
    swaps = size > 1 && !isMachines
  }

  /// Bytes of one element of any type that has a fixed size: also complex numbers, dates, texts and raw
  /// bytes; nil for objects, structured types and what isn't a type.
  static func size(of description: String) -> Int? {
    if let number = try? NpyNumber(description) { return number.size }
    let (_, code) = parts(description)
    let fixed = ["c8": 8, "c16": 16, "c32": 32, "f16": 16, "f12": 12, "g": 16]
    if let size = fixed[code] { return size }
    if code.hasPrefix("M8") || code.hasPrefix("m8") { return 8 }
    guard let kind = code.first, "USaV".contains(kind), let count = Int(code.dropFirst()),
      (1...1 << 24).contains(count)
    else { return nil }
    return kind == "U" ? 4 * count : count
  }

  private static func parts(_ description: String) -> (order: Character?, code: String) {
    guard let order = description.first, "<>=|".contains(order) else { return (nil, description) }
    return (order, String(description.dropFirst()))
  }
}
