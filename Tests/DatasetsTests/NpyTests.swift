import Augmentation
import Datasets
import Foundation
import Host
import TestSupport
import Testing

@Suite struct NpyTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func npy(
    _ dictionary: String, data: [UInt8], version: UInt8 = 1, padding: Int = 64
  ) -> [UInt8] {
    NpyFile.bytes(header: dictionary, data: data, version: version, padding: padding)
  }

  private func dictionary(_ descr: String, _ shape: String) -> String {
    NpyFile.dictionary(descr, shape)
  }

  private func bytes(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> ($0 * 8) & 0xff) } }
  }

  private func picture(_ index: Int, of dataset: NpyDataset) throws -> [Float] {
    var picture = [Float](repeating: -1, count: dataset.shape.count)
    try dataset.read(index, into: &picture)
    return picture
  }

  private func npyFault(_ bytes: [UInt8]) throws -> NpyFault? {
    let path = try folder.write(bytes, to: "a.npy")
    guard case .npy(path, let found) = fault({ try NpyDataset(path: path) }) else { return nil }
    return found
  }

  @Test(arguments: [UInt8(1), 2, 3]) func bytesAreRead(version: UInt8) throws {
    let file = npy(
      dictionary("|u1", "(2, 2, 1, 3)"), data: (0..<12).map { $0 * 20 }, version: version)
    let dataset = try NpyDataset(path: folder.write(file, to: "a.npy"))
    #expect(dataset.count == 2)
    #expect(dataset.shape == PictureShape(height: 2, width: 1, channels: 3))
    #expect(dataset.borrow(1) == nil)
    #expect(dataset.label(0) == nil)
    #expect(try picture(1, of: dataset) == [120, 140, 160, 180, 200, 220])
  }

  @Test func alignedFloatsAreBorrowed() throws {
    let values: [Float] = [0, -1.5, 2.25, 1e9, 5, 6, 7, 8, 9, 10, 11, 12]
    let file = npy(dictionary("<f4", "(3, 2, 2)"), data: bytes(values))
    let dataset = try NpyDataset(path: folder.write(file, to: "a.npy"))
    #expect(dataset.shape == PictureShape(height: 2, width: 2, channels: 1))
    let borrowed = try #require(dataset.borrow(1))
    #expect(Array(UnsafeBufferPointer(start: borrowed, count: 4)) == [5, 6, 7, 8])
    #expect(try picture(0, of: dataset) == [0, -1.5, 2.25, 1e9])
  }

  @Test func unalignedFloatsAreRead() throws {
    let values: [Float] = [1, 2, 3, 4]
    let file = npy(dictionary("<f4", "(1,2, 2)"), data: bytes(values), padding: 13)
    let dataset = try NpyDataset(path: folder.write(file, to: "a.npy"))
    #expect(dataset.borrow(0) == nil)
    #expect(try picture(0, of: dataset) == values)
  }

  @Test func keysMayStandInAnyOrder() throws {
    let file = npy(
      "{\"shape\":(1,1,2),'fortran_order':False,\n'descr':\"|u1\"}", data: [7, 8])
    #expect(try picture(0, of: try NpyDataset(path: folder.write(file, to: "a.npy"))) == [7, 8])
  }

  @Test func brokenFilesAreNamed() throws {
    let good = npy(dictionary("|u1", "(1, 1, 2)"), data: [7, 8])
    #expect(try npyFault(good) == nil)
    #expect(try npyFault([0x93, 0x4e]) == .magic)
    #expect(try npyFault([0x92] + good.dropFirst()) == .magic)
    #expect(
      try npyFault(good[..<6] + [4, 0] + good[8...]) == .version(major: 4, minor: 0))
    #expect(
      try npyFault(good[..<6] + [1, 1] + good[8...]) == .version(major: 1, minor: 1))
    #expect(try npyFault(Array(good[..<9])) == .headerCutOff)
    #expect(try npyFault(Array(good[..<40])) == .headerCutOff)
    #expect(try npyFault(npy("{'descr': 5}", data: [])) == .header(at: 10))
    #expect(try npyFault(npy("{'descr': '|u1'} 7", data: [])) == .header(at: 17))
    #expect(try npyFault(npy("{'descr': '|u1'", data: [])) != nil)
    #expect(try npyFault(npy("", data: [])) != nil)
    #expect(try npyFault(npy(dictionary("|u1", "(9)"), data: [])) == .header(at: 52))
    #expect(try npyFault(npy(dictionary("|u1", "(-1, 2, 3)"), data: [])) == .header(at: 51))
    #expect(try npyFault(npy("{'descr': '|u1', }", data: [])) == .key("fortran_order"))
    #expect(
      try npyFault(npy("{'fortran_order': True, 'shape': ()}", data: [])) == .key("descr"))
    #expect(
      try npyFault(npy("{'descr': '|u1', 'fortran_order': True}", data: [])) == .key("shape"))
    #expect(try npyFault(npy("{'descr': '|u1', 'descr': '|u1'}", data: [])) == .key("descr"))
    #expect(try npyFault(npy("{'extra': 'x'}", data: [])) == .key("extra"))
  }

  @Test func arraysOfAnotherKindAreNamed() throws {
    #expect(try npyFault(npy(dictionary("|u1", "()"), data: [7])) == .rank([]))
    #expect(try npyFault(npy(dictionary("|u1", "(2,)"), data: [7, 8])) == .rank([2]))
    #expect(
      try npyFault(npy(dictionary("|u1", "(1, 1, 1, 1, 2)"), data: [7, 8]))
        == .rank([1, 1, 1, 1, 2]))
    #expect(try npyFault(npy(dictionary("|u1", "(0, 1, 2)"), data: [])) == .zeroSize([0, 1, 2]))
    let huge = 1 << 40
    #expect(
      try npyFault(npy(dictionary("<f4", "(\(huge), \(huge), 2)"), data: []))
        == .tooLarge([huge, huge, 2]))
    #expect(
      try npyFault(npy(dictionary("|u1", "(9223372036854775808, 1, 1)"), data: []))
        == .header(at: 51))
    #expect(
      try npyFault(npy(dictionary("<f4", "(1, 1, 2)"), data: [1, 2, 3]))
        == .size(expected: 8, found: 3))
    #expect(
      try npyFault(npy(dictionary("|u1", "(1, 1, 2)"), data: [1, 2, 3]))
        == .size(expected: 2, found: 3))
  }

  @Test func filesThatAreNoneAreNamed() throws {
    let missing = folder.path + "/none.npy"
    #expect(
      fault { try NpyDataset(path: missing) } == .unreadable(path: missing, errno: ENOENT))
    #expect(fault { try NpyDataset(path: folder.path) } == .notAFile(path: folder.path))
    let empty = try folder.write([], to: "empty.npy")
    #expect(fault { try NpyDataset(path: empty) } == .empty(path: empty))
  }

  /// Any header is read or refused; none traps or makes the reader leave the file's bounds.
  @Test func mutatedFilesNeverTrap() throws {
    let good = npy(dictionary("|u1", "(2, 1, 2, 1)"), data: [7, 8, 9, 10])
    for seed: UInt32 in 0..<(4000 * Fuzzing.rounds) {
      var random = LegacyRandom(seed: seed)
      var bytes = good
      for _ in 0...random.randint(4) {
        let place = random.randint(random.randint(2) == 0 ? bytes.count : min(80, bytes.count))
        switch random.randint(4) {
        case 0: bytes[place] = UInt8(random.randint(256))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(Array("0123456789(),:{}'\" ".utf8)[random.randint(19)], at: place)
        default: bytes.removeLast(random.randint(min(8, bytes.count)))
        }
      }
      // In memory: an exact copy, so that the address sanitizer sees a byte too many.
      let exact = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
      defer { exact.deallocate() }
      exact.copyBytes(from: bytes)
      if let header = try? NpyHeader(parsing: UnsafeRawBufferPointer(exact)) {
        #expect(header.dataOffset <= bytes.count, "seed \(seed)")
      }
      guard seed % 10 == 0 else { continue }
      let path = try folder.write(bytes, to: "mutated.npy")
      if let dataset = try? NpyDataset(path: path) {
        #expect(dataset.count * dataset.shape.count <= bytes.count, "seed \(seed)")
        _ = try picture(dataset.count - 1, of: dataset)
      }
    }
  }

  /// A file that is changed after it was opened gives a fault and doesn't end the program.
  @Test(arguments: [("|u1", 1), ("<f4", 4)], [DimOrdering.tf, .th])
  func aFileCutWhileOpenIsNamed(type: (String, Int), ordering: DimOrdering) throws {
    let data = (0..<(2 * 12 * type.1)).map { UInt8($0) }
    let path = try folder.write(npy(dictionary(type.0, "(2, 2, 3, 2)"), data: data), to: "a.npy")
    let size = try Data(contentsOf: URL(filePath: path)).count
    let dataset = try NpyDataset(path: path, ordering: ordering)
    _ = try picture(1, of: dataset)
    #expect(truncate(path, size - 1) == 0)
    _ = try picture(0, of: dataset)
    #expect(throws: DatasetFault.changed(path: path)) { try picture(1, of: dataset) }
    // At the latest when the coarse clock has ticked, nothing is lent any more.
    usleep(20_000)
    #expect(dataset.borrow(0) == nil)
    #expect(truncate(path, 3) == 0)
    #expect(throws: DatasetFault.changed(path: path)) { try picture(0, of: dataset) }
  }

  @Test func channelsFirstAreTurned() throws {
    let values: [Float] = [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]
    let turned: [Float] = [1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60]
    for (type, data) in [("<f4", bytes(values)), ("|u1", values.map { UInt8($0) })] {
      let path = try folder.write(npy(dictionary(type, "(1, 2, 2, 3)"), data: data), to: "a.npy")
      let dataset = try NpyDataset(path: path, ordering: .th)
      #expect(dataset.shape == PictureShape(height: 2, width: 3, channels: 2))
      #expect(dataset.borrow(0) == nil)
      #expect(try picture(0, of: dataset) == turned)
    }
    // Without channels there is nothing to turn.
    let path = try folder.write(
      npy(dictionary("<f4", "(2, 2, 3)"), data: bytes(values)), to: "b.npy")
    let dataset = try NpyDataset(path: path, ordering: .th)
    #expect(dataset.shape == PictureShape(height: 2, width: 3, channels: 1))
    #expect(try picture(0, of: dataset) == Array(values.prefix(6)))
  }

  @Test(arguments: [NpyWriter.Element.float, .byte])
  func whatIsWrittenIsRead(element: NpyWriter.Element) throws {
    let path = folder.path + "/out.npy"
    let shape = PictureShape(height: 2, width: 3, channels: 3)
    let pictures = (0..<(5 * shape.count)).map { Float($0) + 0.75 }
    let writer = try NpyWriter(path: path, shape: shape, element: element, replacing: true)
    try writer.append(pictures, count: 2)
    try pictures.withUnsafeBufferPointer {
      try writer.append($0.baseAddress! + 2 * shape.count, count: 3)
    }
    try writer.finish()
    let dataset = try NpyDataset(path: path)
    #expect(dataset.count == 5)
    #expect(dataset.shape == shape)
    for index in 0..<5 {
      let expected = pictures[(index * shape.count)..<((index + 1) * shape.count)]
      #expect(
        try picture(index, of: dataset)
          == expected.map { element == .byte ? $0.rounded(.down) : $0 })
    }
  }

  @Test func bytesAreLimited() throws {
    let path = folder.path + "/out.npy"
    let shape = PictureShape(height: 1, width: 6, channels: 1)
    let writer = try NpyWriter(path: path, shape: shape, element: .byte, replacing: true)
    try writer.append([-3, .nan, .infinity, 254.999, 256, -.infinity], count: 1)
    try writer.finish()
    #expect(try picture(0, of: try NpyDataset(path: path)) == [0, 0, 255, 254, 255, 0])
  }

  @Test func whatWasNotFinishedIsNotThere() throws {
    let path = folder.path + "/out.npy"
    let shape = PictureShape(height: 1, width: 2, channels: 1)
    var writer: NpyWriter? = try NpyWriter(
      path: path, shape: shape, element: .float, replacing: false)
    try writer?.append([1, 2], count: 1)
    #expect(
      fault { try NpyDataset(path: path) } == .unreadable(path: path, errno: ENOENT))
    writer = nil
    #expect(folder.names == [])
  }

  /// An early end keeps the pictures made, and never takes an old file's place with a part.
  @Test func anEarlyEndKeepsThePicturesAndTheOldFile() throws {
    let path = folder.path + "/out.npy"
    let shape = PictureShape(height: 1, width: 2, channels: 1)
    func writer(_ pictures: [Float]) throws -> NpyWriter {
      let writer = try NpyWriter(path: path, shape: shape, element: .float, replacing: true)
      if !pictures.isEmpty { try writer.append(pictures, count: pictures.count / 2) }
      return writer
    }
    #expect(try writer([]).finishEarly() == nil)
    #expect(folder.names == [])
    let first = try writer([1, 2])
    #expect(first.finishEarly() == path && first.finishEarly() == path)
    #expect(try picture(0, of: try NpyDataset(path: path)) == [1, 2])
    #expect(try writer([]).finishEarly() == nil)
    #expect(folder.names == ["out.npy"])
    let part = try #require(try writer([3, 4, 5, 6]).finishEarly())
    #expect(part != path)
    #expect(try picture(0, of: try NpyDataset(path: path)) == [1, 2])
    let kept = try NpyDataset(path: part)
    #expect(kept.count == 2)
    #expect(try picture(1, of: kept) == [5, 6])
  }

  @Test func aPlaceThatCantBeWrittenIsNamed() {
    let path = folder.path + "/none/out.npy"
    #expect(
      fault { try NpyWriter(path: path, shape: .cifar, element: .float, replacing: true) }
        == .unwritable(.notWritable(path: path, SystemError(code: ENOENT))))
  }

  @Test func aFullDiskIsNamed() {
    #expect(
      fault {
        let writer = try NpyWriter(
          path: "/dev/full", shape: .cifar, element: .float, replacing: true)
        try writer.append([Float](repeating: 0, count: 3072), count: 1)
      } == .unwritable(.failed(path: "/dev/full", SystemError(code: ENOSPC), part: nil)))
  }
}
