/// A kind of file that people name in place of another one, by its first bytes.
package enum FileKind: CaseIterable, Equatable, Sendable {
  case gzip, bzip2, xz, zip, pickle, hdf5, png, jpeg, html

  /// The kind of a file; nil for one that isn't known here.
  package init?(of bytes: UnsafeRawBufferPointer) {
    for (kind, mark) in Self.marks where bytes.starts(with: mark) {
      self = kind
      return
    }
    return nil
  }

  private static let marks: [(FileKind, [UInt8])] = [
    (.gzip, [0x1f, 0x8b]), (.bzip2, Array("BZh".utf8)), (.xz, [0xfd, 0x37, 0x7a, 0x58, 0x5a]),
    (.zip, [0x50, 0x4b, 3, 4]), (.hdf5, [0x89] + Array("HDF\r\n".utf8)),
    (.png, [0x89] + Array("PNG".utf8)), (.jpeg, [0xff, 0xd8, 0xff]),
    // Protocol 2 to 5: what Python writes unless it is asked for the oldest.
    (.pickle, [0x80, 2]), (.pickle, [0x80, 3]), (.pickle, [0x80, 4]), (.pickle, [0x80, 5]),
    (.html, Array("<!DOCTYPE".utf8)), (.html, Array("<html".utf8)),
  ]

  /// For messages: "a gzip file".
  var text: String {
    switch self {
    case .gzip: "a gzip file"
    case .bzip2: "a bzip2 file"
    case .xz: "an xz file"
    case .zip: "a zip archive"
    case .pickle: "a Python pickle"
    case .hdf5: "an HDF5 file"
    case .png: "a PNG picture"
    case .jpeg: "a JPEG picture"
    case .html: "a web page, as of a download that failed"
    }
  }

  /// The remedy, for a file in the place of an array.
  var remedy: String {
    switch self {
    case .gzip: "unpack it with gunzip"
    case .bzip2: "unpack it with bunzip2"
    case .xz: "unpack it with unxz"
    case .zip: "unpack it with unzip"
    case .pickle, .hdf5: "save its array with numpy.save"
    case .png, .jpeg: "name the folder that it lies in"
    case .html: "download the file again"
    }
  }
}
