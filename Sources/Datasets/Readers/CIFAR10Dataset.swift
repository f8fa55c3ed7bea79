import Augmentation

/// CIFAR-10 in its binary version: one file, a folder of `data_batch_*.bin` in the order of their names,
/// or the published archive. Each reading of a picture unpacks it from its file to float32, 0...255; the
/// labels stay in memory.
///
/// A record is one byte of label and 3 planes (red, green, blue) of 32×32 bytes.
///
/// - Source: https://www.cs.toronto.edu/~kriz/cifar.html
package struct CIFAR10Dataset: CIFARSource {
  /// Bytes of a record: one label and 3 planes of 32×32 values.
  package static let recordSize = 1 + CIFARRecords.planesSize

  /// The names of the classes, as in `batches.meta.txt` of the published files.
  package static let classes = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  package var classNames: [String] { Self.classes }
  package let records: CIFARRecords
  package let labels: [UInt8]

  /// Opens the files and checks every record's label.
  ///
  /// - Throws: `DatasetFault.noBatches` for a folder or an archive without such files, `cifar` for
  ///   another version, `empty`, `truncated` and `label` for a file that isn't CIFAR-10's, `archive` for
  ///   one that can't be unpacked, `unreadable` and `notAFile`.
  /// - Complexity: O(records): it touches each of them once, and keeps a byte of each.
  package init(path: String) throws(DatasetFault) {
    records = try CIFARRecords(path: path, labelsSize: 1) {
      $0.hasPrefix("data_batch_") && $0.hasSuffix(".bin")
    }
    labels = try records.labels(0, below: Self.classes.count)
  }
}
