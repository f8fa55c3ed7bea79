import Augmentation
import Datasets
import Foundation
import Host
import TestSupport
import Testing

/// Arrays of every type and order, and archives of them. `check_arrays.py` in `augtopTests` holds the
/// same against NumPy.
@Suite struct ArrayTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func pictures(_ file: [UInt8], _ ordering: DimOrdering = .tf) throws -> [[Float]] {
    try pictures(at: try folder.write(file, to: "a.npy"), ordering)
  }

  private func pictures(at path: String, _ ordering: DimOrdering = .tf) throws -> [[Float]] {
    let dataset = try NpyDataset(path: path, ordering: ordering)
    return try (0..<dataset.count).map { index in
      var picture = [Float](repeating: -1, count: dataset.shape.count)
      try dataset.read(index, into: &picture)
      return picture
    }
  }

  private func bytes(of number: some FixedWidthInteger, isBig: Bool) -> [UInt8] {
    withUnsafeBytes(of: isBig ? number.bigEndian : number.littleEndian) { Array($0) }
  }

  // MARK: Types

  /// The values, and what NumPy's astype('float32') makes of them.
  private static let integers: [(String, Int, [Int64], [Float])] = [
    ("i1", 1, [-128, 127], [-128, 127]), ("u1", 1, [0, 255], [0, 255]),
    ("i2", 2, [-32_768, 258], [-32_768, 258]), ("u2", 2, [65_535, 1], [65_535, 1]),
    ("i4", 4, [16_777_217, -16_777_219], [16_777_216, -16_777_220]),
    ("u4", 4, [4_294_967_295, 7], [4_294_967_296, 7]),
    ("i8", 8, [.min, 9_007_199_791_611_905], [-0x1p63, 0x1.000002p53]),
    ("u8", 8, [-1, 1 << 40], [0x1p64, 0x1p40]),
  ]

  @Test(arguments: integers.indices, ["<", ">"])
  func wholeNumbersAreRounded(row: Int, order: String) throws {
    let (type, size, values, wanted) = Self.integers[row]
    let data = values.flatMap { value in
      let all = bytes(of: value, isBig: order == ">")
      return order == ">" ? Array(all.suffix(size)) : Array(all.prefix(size))
    }
    let mark = size == 1 ? "|" : order
    #expect(try pictures(NpyFile.bytes(mark + type, "(1, 1, 2)", data: data)) == [wanted])
  }

  @Test(arguments: [false, true]) func fractionsAreRoundedOnce(isBig: Bool) throws {
    let order = isBig ? ">" : "<"
    let wide: [Double] = [1 + 0x1p-24, 1 + 0x1.8p-23, 1e300, -0.0, 1e-46, -.infinity, 0x1.8p-149]
    let data = wide.flatMap { bytes(of: $0.bitPattern, isBig: isBig) }
    let found = try pictures(NpyFile.bytes(order + "f8", "(1, 1, 7)", data: data))[0]
    #expect(found == [1, 1 + 0x1p-22, .infinity, 0, 0, -.infinity, 0x1p-148])
    #expect(found[3].sign == .minus)
    let halves: [UInt16] = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x7c00, 0x8000, 0x0400]
    let half = try pictures(
      NpyFile.bytes(
        order + "f2", "(1, 1, 8)", data: halves.flatMap { bytes(of: $0, isBig: isBig) }))[0]
    #expect(half == [1, -2, 65_504, 0x1p-24, 0x1.ff8p-15, .infinity, 0, 0x1p-14])
    #expect(half[6].sign == .minus)
    let nan = try pictures(
      NpyFile.bytes(order + "f2", "(1, 1, 1)", data: bytes(of: UInt16(0x7e01), isBig: isBig)))
    #expect(nan[0][0].isNaN)
    let single: [Float] = [1.5, -2]
    let swapped = single.flatMap { bytes(of: $0.bitPattern, isBig: isBig) }
    #expect(try pictures(NpyFile.bytes(order + "f4", "(1, 1, 2)", data: swapped)) == [single])
  }

  @Test func truthValuesAreZeroAndOne() throws {
    #expect(
      try pictures(NpyFile.bytes("|b1", "(2, 1, 2)", data: [0, 1, 255, 0])) == [[0, 1], [1, 0]])
  }

  @Test(arguments: ["float32", "=f4", "f4", "f", "<f", "single"])
  func otherNamesOfTypesAreRead(name: String) throws {
    let data = bytes(of: Float(2.5).bitPattern, isBig: false)
    #expect(try pictures(NpyFile.bytes(name, "(1, 1, 1)", data: data)) == [[2.5]])
  }

  /// What `numpy.dtype(name).itemsize` says on 64-bit Linux, for the names that C's types have.
  @Test(arguments: [
    ("?", 1), ("b", 1), ("B", 1), ("byte", 1), ("ubyte", 1), ("h", 2), ("H", 2), ("short", 2),
    ("ushort", 2), ("e", 2), ("half", 2), ("i", 4), ("I", 4), ("intc", 4), ("uintc", 4),
    ("l", 8), ("L", 8), ("q", 8), ("Q", 8), ("int", 8), ("uint", 8), ("longlong", 8),
    ("ulonglong", 8), ("intp", 8), ("uintp", 8), ("d", 8), ("double", 8), ("float", 8),
  ])
  func namesOfCTypesAreRead(name: String, size: Int) throws {
    let zeros = [UInt8](repeating: 0, count: 2 * size)
    #expect(try pictures(NpyFile.bytes(name, "(1, 1, 2)", data: zeros)) == [[0, 0]])
  }

  @Test(arguments: [
    ("|O", "objects"), ("<c8", "complex"), (">c16", "complex"), ("<M8[ns]", "dates"),
    ("<m8[s]", "dates"), ("<U5", "texts"), ("|S3", "texts"), ("|V2", "bfloat16"),
    ("<f16", "long double"), ("<x9", "isn't read"), ("", "isn't read"), ("<", "isn't read"),
  ])
  func otherTypesAreNamed(type: String, word: String) throws {
    let path = try folder.write(
      NpyFile.bytes(type, "(1, 1, 1)", data: [UInt8](repeating: 0, count: 20)), to: "a.npy")
    let found = try #require(fault { try NpyDataset(path: path) })
    switch found {
    case .npy(path, .type(type)), .npy(path, .size): break
    default: Issue.record("\(type): \(found)")
    }
    if case .npy(_, .type) = found {
      #expect(found.message.contains(word), "\(found.message)")
    }
  }

  @Test func structuredTypesAreNamed() throws {
    let fields = "[('image', '|u1', (2, 2)), ('it]s', '<i8')]"
    let header = "{'descr': \(fields), 'fortran_order': False, 'shape': (1,), }"
    let path = try folder.write(NpyFile.bytes(header: header, data: [0]), to: "a.npy")
    let found = fault { try NpyDataset(path: path) }
    #expect(found == .npy(path: path, .type(fields)))
    #expect(found?.message.contains("structured") == true)
  }

  // MARK: Orders

  /// The first dimension varies fastest: numbers of one picture lie far apart.
  @Test(arguments: ["|u1", "<i2", "<f4"]) func fortranOrderIsTurned(type: String) throws {
    let size = ["|u1": 1, "<i2": 2, "<f4": 4][type] ?? 0
    let dimensions = [3, 2, 4, 2]
    var data = [UInt8](repeating: 0, count: 48 * size)
    var wanted = [[Float]](repeating: [], count: 3)
    var turned = wanted
    func value(_ n: Int, _ a: Int, _ b: Int, _ c: Int) -> Int { n * 16 + a * 8 + b * 2 + c }
    for n in 0..<3 {
      for a in 0..<2 {
        for b in 0..<4 {
          for c in 0..<2 {
            let place = n + 3 * (a + 2 * (b + 4 * c))
            let number = value(n, a, b, c)
            let bytes =
              type == "<f4"
              ? self.bytes(of: Float(number).bitPattern, isBig: false)
              : Array(self.bytes(of: Int64(number), isBig: false).prefix(size))
            data.replaceSubrange(place * size..<(place + 1) * size, with: bytes)
            wanted[n].append(Float(number))
          }
        }
      }
      // [count, channels, height, width]: 2 channels of 4×2.
      for b in 0..<4 {
        for c in 0..<2 { for a in 0..<2 { turned[n].append(Float(value(n, a, b, c))) } }
      }
    }
    let file = NpyFile.bytes(
      header: NpyFile.dictionary(type, "\((3, 2, 4, 2))", fortran: "True"), data: data)
    #expect(try pictures(file) == wanted)
    #expect(try pictures(file, .th) == turned)
    let dataset = try NpyDataset(path: folder.path + "/a.npy")
    #expect(dataset.dimensions == dimensions && dataset.borrow(0) == nil)
    guard type == "|u1" else { return }
    #expect(dataset.hasBytes && dataset.borrowBytes(0) == nil)
    var picture = [UInt8](repeating: 0, count: 16)
    try dataset.readBytes(2, visit: 0, into: &picture)
    #expect(picture.map { Float($0) } == wanted[2])
  }

  // MARK: Archives

  /// `numpy.savez_compressed(file, X=X, y=y)` of NumPy 2.4: X is `arange(48).reshape(2, 3, 4, 2)` in
  /// uint8, y `[3, 1]` in int64.
  private static let compressed = Array(
    Data(
      base64Encoded: """
        UEsDBC0AAAAIAAAAIQBLGwi3//////////8FABQAWC5ucHkBABAAsAAAAAAAAAB8AAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxc\
        pG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsY6CiY6CkaaOgq1CmQALgZGJmYWVjZ2Dk4ubh5e\
        Pn4BQSFhEVExcQlJKWkZWTl5BUUlZRVVNXUNTS1tHV09fQBQSwMELQAAAAgAAAAhAIzeM+D//////////wUAFAB5Lm5weQEA\
        EACQAAAAAAAAAEoAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBak\
        AvkaRjqaOgq1ChQALmYGCGCE0gBQSwECLQMtAAAACAAAACEASxsIt3wAAACwAAAABQAAAAAAAAAAAAAAgAEAAAAAWC5ucHlQ\
        SwECLQMtAAAACAAAACEAjN4z4EoAAACQAAAABQAAAAAAAAAAAAAAgAGzAAAAeS5ucHlQSwUGAAAAAAIAAgBmAAAANAEAAAAA
        """) ?? Data())

  @Test func deflatedArraysAreRead() throws {
    let path = try folder.write(Self.compressed, to: "a.npz")
    let wanted = [(0..<24).map { Float($0) }, (24..<48).map { Float($0) }]
    #expect(try pictures(at: path + ":X") == wanted)
    #expect(try pictures(at: path + ":X.npy") == wanted)
    #expect(fault { try NpyDataset(path: path) } == .archive(path: path, .several(["X", "y"])))
    #expect(
      fault { try NpyDataset(path: path + ":Y") }
        == .archive(path: path, .missing("Y", ["X", "y"])))
    #expect(fault { try NpyDataset(path: path + ":y") } == .npy(path: path + ":y", .rank([2])))
    #expect(folder.names == ["a.npz"])
    // A file's own name may hold a colon.
    let other = try folder.write(Self.compressed, to: "b:X")
    #expect(try pictures(at: other + ":X") == wanted)
  }

  @Test func labelsAreCopiedInTheOrderOfThePictures() throws {
    let path = try folder.write(Self.compressed, to: "a.npz")
    let labels = try ArrayLabels(path: path + ":y")
    #expect(labels.count == 2 && labels.type == "<i8")
    let target = folder.path + "/y.npy"
    try labels.write([1, 0, 0], to: target, replacing: false)
    let found = try Array(Data(contentsOf: URL(filePath: target)))
    #expect(found.suffix(24) == [1, 0, 0, 0, 0, 0, 0, 0] + [3, 0, 0, 0, 0, 0, 0, 0] * 2)
    let header = try found.withUnsafeBytes { try NpyHeader(parsing: $0) }
    #expect(header.shape == [3] && header.type == "<i8" && !header.isFortranOrder)
    // Rows of a table in Fortran order: texts, so that every type is taken as it is.
    let table = NpyFile.bytes(
      header: NpyFile.dictionary("|S2", "(2, 3)", fortran: "True"), data: Array("a1b1a2b2a3b3".utf8)
    )
    let rows = try ArrayLabels(path: try folder.write(table, to: "t.npy"))
    try rows.write([1, 1, 0], to: target, replacing: true)
    let copied = try Array(Data(contentsOf: URL(filePath: target)))
    #expect(copied.suffix(18) == Array("b1b2b3b1b2b3a1a2a3".utf8)[...])
    let one = try folder.write(
      NpyFile.bytes("<i8", "()", data: [1, 0, 0, 0, 0, 0, 0, 0]), to: "o.npy")
    #expect(fault { try ArrayLabels(path: one) } == .npy(path: one, .noLabels))
  }

  /// Objects of labels aren't pictures of several sizes.
  @Test func labelsThatCantBeReadAreCalledLabels() throws {
    let files = [
      (NpyFile.bytes("|O", "(2,)", data: [0x80, 4]), "array.astype(str)"),
      (NpyFile.bytes("<i8", "(2, 0)", data: []), "holds no labels"),
      (NpyFile.bytes("<x3", "(2,)", data: [0]), "labels of type '<x3'"),
      (
        NpyFile.bytes(
          header: "{'descr': [('a', '<i8')], 'fortran_order': False, 'shape': (1,), }", data: [0]),
        "structured"
      ),
    ]
    for (bytes, words) in files {
      let path = try folder.write(bytes, to: "y.npy")
      let message = fault { try ArrayLabels(path: path) }?.message ?? ""
      #expect(message.contains(words) && !message.contains("pictures are"), "\(message)")
      #expect(!message.contains("no pictures") && !message.contains("of several sizes"))
    }
  }

  /// Stored by hand: the array lies in the archive at an odd place, behind bytes of another file.
  @Test func storedArraysAreUsedWhereTheyLie() throws {
    let values: [Float] = [1, 2, 3, 4.5]
    let array = NpyFile.bytes(
      "<f4", "(2, 1, 2)", data: values.flatMap { bytes(of: $0.bitPattern, isBig: false) })
    for isWide in [false, true] {
      let archive = ZipFile.bytes(
        [("readme.txt", Array("x".utf8)), ("a/X.npy", array)], isWide: isWide,
        comment: "PK\u{5}\u{6}")
      let behind = try folder.write(archive.dropLast(4) + Array("bytes".utf8), to: "b.npz")
      #expect(try pictures(at: behind) == [[1, 2], [3, 4.5]])
      let path = try folder.write(archive, to: "s.npz")
      #expect(try pictures(at: path) == [[1, 2], [3, 4.5]], "wide \(isWide)")
      #expect(try pictures(at: path + ":a/X") == [[1, 2], [3, 4.5]])
    }
    let none = try folder.write(ZipFile.bytes([("a.txt", [1])]), to: "n.npz")
    #expect(fault { try NpyDataset(path: none) } == .archive(path: none, .noArrays))
    let empty = try folder.write(ZipFile.bytes([]), to: "e.npz")
    #expect(fault { try NpyDataset(path: empty) } == .archive(path: empty, .noArrays))
    let locked = try folder.write(ZipFile.bytes([("X.npy", array)], flags: 1), to: "l.npz")
    #expect(fault { try NpyDataset(path: locked) } == .archive(path: locked, .encrypted("X.npy")))
    let other = try folder.write(ZipFile.bytes([("X.npy", array)], method: 12), to: "b.npz")
    #expect(fault { try NpyDataset(path: other) } == .archive(path: other, .method("X.npy", 12)))
    let plain = try folder.write(array, to: "p.npy")
    #expect(
      fault { try NpyDataset(path: plain + ":X") } == .archive(path: plain, .notAnArchive("X")))
  }

  /// Damage is found by the sum, and what is larger than the directory says isn't unpacked further.
  @Test func damagedArchivesAreNamed() throws {
    var broken = Self.compressed
    broken[120] ^= 0x10
    let path = try folder.write(broken, to: "a.npz")
    let found = fault { try NpyDataset(path: path + ":X") }
    #expect(
      found == .archive(path: path, .damaged) || found == .archive(path: path, .contents("X.npy")))
    // The unpacked size in the directory: 176 becomes 175, and then 177.
    let place = try #require(
      Self.compressed.indices.last { Self.compressed[$0...].starts(with: [0xb0, 0, 0, 0, 5]) })
    for (size, wanted) in [(UInt8(0xaf), ArchiveFault.damaged), (0xb1, .contents("X.npy"))] {
      var lying = Self.compressed
      lying[place] = size
      let path = try folder.write(lying, to: "a.npz")
      #expect(fault { try NpyDataset(path: path + ":X") } == .archive(path: path, wanted))
    }
    let cut = try folder.write(Array(Self.compressed.dropLast(30)), to: "c.npz")
    #expect(fault { try NpyDataset(path: cut) } == .archive(path: cut, .damaged))
  }

  /// Any archive is read or refused; none traps, hangs or fills the disk.
  @Test func mutatedArchivesNeverTrap() throws {
    let stored = ZipFile.bytes(
      [("X.npy", NpyFile.bytes("|u1", "(2, 1, 2, 1)", data: [7, 8, 9, 10]))], isWide: true)
    for seed in 0..<(UInt64(1500) * UInt64(Fuzzing.rounds)) {
      var random = SeededNumbers(seed: seed)
      let bytes = Mutation.of(seed % 2 == 0 ? Self.compressed : stored, with: &random)
      guard !bytes.isEmpty else { continue }
      let exact = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
      defer { exact.deallocate() }
      exact.copyBytes(from: bytes)
      if let directory = try? ZipDirectory(parsing: UnsafeRawBufferPointer(exact)) {
        for entry in directory.entries {
          #expect(entry.start + entry.packedSize <= bytes.count, "seed \(seed)")
        }
      }
      guard seed % 5 < 2 else { continue }
      let path = try folder.write(bytes, to: "m.npz")
      guard let dataset = try? NpyDataset(path: path + (seed % 2 == 0 ? ":X" : "")) else {
        continue
      }
      var picture = [Float](repeating: 0, count: dataset.shape.count)
      try dataset.read(dataset.count - 1, into: &picture)
    }
    #expect(folder.names == ["m.npz"])
  }

  // MARK: Files of another kind

  @Test(
    arguments: [
      ([0x1f, 0x8b, 8, 0], FileKind.gzip), ([0x80, 4, 0x95, 0], .pickle),
      ([0x89] + Array("HDF\r\n".utf8), .hdf5), ([0xff, 0xd8, 0xff, 0xe0], .jpeg),
      (Array("<!DOCTYPE html>".utf8), .html),
    ] as [([UInt8], FileKind)])
  func otherFilesAreNamed(mark: [UInt8], kind: FileKind) throws {
    let path = try folder.write(mark + [UInt8](repeating: 0, count: 20), to: "a.npy")
    #expect(fault { try NpyDataset(path: path) } == .npy(path: path, .other(kind)))
  }
}

private func * (bytes: [UInt8], count: Int) -> [UInt8] {
  Array(repeatElement(bytes, count: count).joined())
}
