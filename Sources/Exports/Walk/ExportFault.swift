import Glibc
package import Host

/// Why an export came to nothing; what was at its target is as it was.
package enum ExportFault: Error, Equatable {
  /// Something is at the path already, and replacing it wasn't asked for.
  case exists(path: String)
  /// The target can't be made.
  case notWritable(path: String, SystemError)
  /// Writing failed on the way; `-` is standard output. `part` is the file that holds the export, whole,
  /// where it only couldn't be put in its place; nil where nothing was left.
  case failed(path: String, SystemError, part: String?)
  /// The reader of standard output has gone.
  case unwanted
  /// Somebody asked to stop.
  case interrupted
  /// A format of several tables can't go into one stream.
  case severalTables

  init(_ fault: FileFault) {
    self =
      switch fault {
      case .exists(let path): .exists(path: path)
      case .notWritable(let path, let error): .notWritable(path: path, error)
      case .failed("-", SystemError(code: EPIPE), _): .unwanted
      case .failed(let path, let error, let part): .failed(path: path, error, part: part)
      }
  }
}
