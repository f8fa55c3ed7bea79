import Augmentation
import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct CIFAR10DatasetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A record whose bytes differ by plane, row and column.
  private func record(label: UInt8, salt: Int = 0) -> [UInt8] {
    [label] + (0..<3072).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 1024 &* 31 &+ salt) }
  }

  @Test func planesBecomePixels() throws {
    let records = record(label: 3) + record(label: 9, salt: 5)
    let dataset = try CIFAR10Dataset(path: folder.write(records, to: "test_batch.bin"))
    #expect(dataset.count == 2)
    #expect(dataset.label(0) == 3 && dataset.label(1) == 9)
    #expect(dataset.borrow(0) == nil)
    for index in 0..<2 {
      var picture = [Float](repeating: -1, count: dataset.shape.count)
      try dataset.read(index, into: &picture)
      for pixel in 0..<1024 {
        for channel in 0..<3 {
          let byte = records[index * 3073 + 1 + channel * 1024 + pixel]
          #expect(picture[pixel * 3 + channel] == Float(byte))
        }
      }
    }
  }

  @Test func aFoldersBatchesComeInOrder() throws {
    // Written out of order, and with unrelated files in the folder.
    _ = try folder.write(record(label: 2), to: "data_batch_2.bin")
    _ = try folder.write(record(label: 0) + record(label: 1), to: "data_batch_1.bin")
    _ = try folder.write(record(label: 7), to: "test_batch.bin")
    _ = try folder.write([1, 2, 3], to: "batches.meta.txt")
    for path in [folder.path, folder.path + "/"] {
      let dataset = try CIFAR10Dataset(path: path)
      #expect((0..<dataset.count).map { dataset.label($0) } == [0, 1, 2])
    }
  }

  @Test func whatIsNotThereIsUnreadable() {
    let path = folder.path + "/none.bin"
    #expect(fault { try CIFAR10Dataset(path: path) } == .unreadable(path: path, errno: ENOENT))
  }

  @Test func aFolderWithoutBatchesIsRefused() {
    #expect(fault { try CIFAR10Dataset(path: folder.path) } == .noBatches(path: folder.path))
  }

  @Test func whatIsNoFileIsRefused() {
    #expect(
      fault { try CIFAR10Dataset(path: "/dev/null") } == .notAFile(path: "/dev/null"))
  }

  @Test func anEmptyFileIsRefused() throws {
    let path = try folder.write([], to: "a.bin")
    #expect(fault { try CIFAR10Dataset(path: path) } == .empty(path: path))
  }

  @Test func aCutRecordIsNamed() throws {
    let path = try folder.write(record(label: 1) + record(label: 2).dropLast(73), to: "a.bin")
    let expected = DatasetFault.truncated(path: path, record: 1, expected: 3073, found: 3000)
    #expect(fault { try CIFAR10Dataset(path: path) } == expected)
    #expect(expected.message.contains("record 1: 3000 bytes instead of 3073"))
  }

  /// A file that is changed after it was opened gives a fault and doesn't end the program.
  @Test func aFileCutWhileOpenIsNamed() throws {
    let path = try folder.write(record(label: 1) + record(label: 2), to: "a.bin")
    let dataset = try CIFAR10Dataset(path: path)
    #expect(truncate(path, 3073 + 100) == 0)
    var picture = [Float](repeating: -1, count: dataset.shape.count)
    try dataset.read(0, into: &picture)
    #expect(throws: DatasetFault.changed(path: path)) { try dataset.read(1, into: &picture) }
    #expect(truncate(path, 0) == 0)
    #expect(throws: DatasetFault.changed(path: path)) { try dataset.read(0, into: &picture) }
    #expect(dataset.label(1) == 2)
  }

  /// Of any bytes, records are read or the file is refused.
  @Test func mutatedFilesNeverTrap() throws {
    let good = record(label: 1) + record(label: 2)
    var opened = 0
    for seed: UInt32 in 0..<(200 * Fuzzing.rounds) {
      var random = LegacyRandom(seed: seed)
      var bytes = good
      switch random.randint(3) {
      case 0: bytes.removeLast(random.randint(bytes.count))
      case 1: bytes += good.prefix(random.randint(good.count))
      default: bytes[random.randint(2) * 3073] = UInt8(random.randint(20))
      }
      let path = try folder.write(bytes, to: "mutated.bin")
      guard let dataset = try? CIFAR10Dataset(path: path) else { continue }
      opened += 1
      #expect(dataset.count * CIFAR10Dataset.recordSize == bytes.count, "seed \(seed)")
      var picture = [Float](repeating: -1, count: dataset.shape.count)
      try dataset.read(dataset.count - 1, into: &picture)
      #expect(picture.allSatisfy { (0...255).contains($0) }, "seed \(seed)")
    }
    #expect(opened > 0)
  }

  @Test func aWrongLabelIsNamed() throws {
    let path = try folder.write(
      record(label: 9) + record(label: 0) + record(label: 10), to: "a.bin")
    #expect(
      fault { try CIFAR10Dataset(path: path) } == .label(path: path, record: 2, found: 10))
  }
}
