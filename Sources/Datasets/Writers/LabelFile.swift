import Host

/// How a batch's labels are written, under the names of Keras's `class_mode`.
package enum ClassMode: String, CaseIterable, Sendable {
  /// float32, `[count, classes]`: 1 for the picture's class, 0 for the others.
  case categorical
  /// float32, `[count]`: the number of the class, however many there are.
  case binary
  /// int32, `[count]`.
  case sparse
}

/// Labels of pictures in the order in which they come, as a `.npy` file beside them.
package struct LabelFile {
  /// The file that `write` makes.
  package let path: String
  /// How labels become numbers.
  package let mode: ClassMode
  /// Classes in all; labels are below it.
  package let classCount: Int
  private var labels: [Int32] = []

  /// A file without labels; nothing is written yet.
  package init(path: String, mode: ClassMode, classCount: Int) {
    self.path = path
    self.mode = mode
    self.classCount = classCount
  }

  /// Adds one label, from 0 to `classCount` - 1.
  package mutating func append(_ label: Int32) {
    precondition(label >= 0 && label < classCount, "a label is the number of a class")
    labels.append(label)
  }

  /// Writes them.
  ///
  /// - Parameter replacing: Replaces a file of that name, instead of refusing.
  /// - Throws: `DatasetFault.unwritable`; what was at the path is then as it was.
  /// - Complexity: O(labels), times the classes where they are categorical.
  package func write(replacing: Bool) throws(DatasetFault) {
    var bytes: [UInt8]
    switch mode {
    case .sparse:
      bytes = NpyWriter.header(shape: [labels.count], type: "<i4")
      for label in labels { append(UInt32(bitPattern: label), to: &bytes) }
    case .binary:
      bytes = NpyWriter.header(shape: [labels.count], type: "<f4")
      for label in labels { append(Float(label).bitPattern, to: &bytes) }
    case .categorical:
      bytes = NpyWriter.header(shape: [labels.count, classCount], type: "<f4")
      for label in labels {
        for place in 0..<Int32(classCount) {
          append(Float(place == label ? 1 : 0).bitPattern, to: &bytes)
        }
      }
    }
    do {
      try AtomicFile.write(bytes, to: path, replacing: replacing)
    } catch {
      throw .unwritable(error)
    }
  }

  private func append(_ word: UInt32, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: word.littleEndian) { bytes += $0 }
  }
}
