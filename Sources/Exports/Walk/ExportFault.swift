import Glibc
package import Host
package import Quantities

/// The faults of an export; an existing file at its path is as it was.
package enum ExportFault: Error, Equatable {
  /// Something is at the path already, and replacing it wasn't asked for.
  case exists(path: String)
  /// The file or the folder can't be created.
  case notWritable(path: String, SystemError)
  /// Writing failed; the path `-` means standard output. `part` is the file that holds the whole
  /// export where only the renaming failed; nil where nothing was left.
  case failed(path: String, SystemError, part: String?)
  /// The reader of standard output has closed it.
  case unwanted
  /// The caller asked to stop.
  case interrupted
  /// The part of the session that was asked for has no record; the session's last is at `last`.
  case nothingSelected(last: Nanoseconds)
  /// Several tables can't be written to one stream.
  case severalTables

  init(_ fault: FileFault) {
    self =
      switch fault {
      case .exists(let path): .exists(path: path)
      case .busy(let path): .notWritable(path: path, fault.error)
      case .notWritable(let path, let error): .notWritable(path: path, error)
      case .failed("-", SystemError(code: EPIPE), _): .unwanted
      case .failed(let path, let error, let part): .failed(path: path, error, part: part)
      }
  }
}
