package import Augmentation

/// The pictures of CIFAR's binary version, 32×32×3, with one label each.
package protocol CIFARSource: ByteSource {
  /// The files' records.
  var records: CIFARRecords { get }
  /// The names of the classes, in the order of their labels.
  var classNames: [String] { get }
  /// The class of each picture.
  var labels: [UInt8] { get }
}

extension CIFARSource {
  /// Pictures in all files.
  package var count: Int { records.count }
  /// 32×32×3.
  package var shape: PictureShape { .cifar }

  /// Nil: pictures are unpacked when they are read.
  package func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }

  /// - Throws: `DatasetFault`, if the file has been cut off or can't be read any more.
  package func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws {
    try records.read(index, into: picture)
  }

  /// The class, from 0 on.
  package func label(_ index: Int) -> Int32? { Int32(labels[index]) }

  /// The files that somebody has written to since they were opened.
  package func changes() -> SourceChanges { records.changes() }

  /// True: the files hold bytes.
  package var hasBytes: Bool { true }

  /// Nil: the channels lie apart.
  package func borrowBytes(_ index: Int) -> UnsafePointer<UInt8>? { nil }

  /// Writes the picture's bytes, channels last.
  ///
  /// - Throws: `DatasetFault.changed` where the file has been cut off, `unreadable` where it can't
  ///   be read.
  package func readBytes(
    _ index: Int, visit: Int, into picture: UnsafeMutablePointer<UInt8>
  ) throws {
    try records.readBytes(index, into: picture)
  }
}
