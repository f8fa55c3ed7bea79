import Augmentation
import Glibc
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
  package let path: String
  package let mode: ClassMode
  package let classCount: Int
  private var labels: [Int32] = []

  package init(path: String, mode: ClassMode, classCount: Int) {
    self.path = path
    self.mode = mode
    self.classCount = classCount
  }

  package mutating func append(_ label: Int32) {
    precondition(label >= 0 && label < classCount, "a label is the number of a class")
    labels.append(label)
  }

  /// Writes them; a file of that name is overwritten.
  package func write() throws(DatasetFault) {
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
    try saveFile(bytes, to: path)
  }

  private func append(_ word: UInt32, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: word.littleEndian) { bytes += $0 }
  }
}

/// Writes a whole file, over one that is there.
package func saveFile(_ bytes: [UInt8], to path: String) throws(DatasetFault) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw .unwritable(path: path, errno: errno) }
  let code = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
  let closed = close(descriptor)
  let final = code != 0 ? code : closed == 0 ? 0 : errno
  guard final == 0 else { throw .unwritable(path: path, errno: final) }
}
