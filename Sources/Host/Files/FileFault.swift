import Glibc

/// Why a file wasn't written. Whatever was at its path before is still there, whole.
package enum FileFault: Error, Equatable, Sendable {
  /// Something is at the path, and replacing it wasn't asked for.
  case exists(path: String)
  /// Another program of this kind, or another part of this one, is writing the file at this moment.
  case busy(path: String)
  /// The file couldn't be begun: no such folder, no permission, a folder at the path.
  case notWritable(path: String, SystemError)
  /// Writing failed after it had begun. `part` is the file that holds the written bytes; nil where they
  /// were removed.
  case failed(path: String, SystemError, part: String?)
}

extension FileFault {
  /// The path that was to be written.
  package var path: String {
    switch self {
    case .exists(let path), .busy(let path), .notWritable(let path, _), .failed(let path, _, _):
      path
    }
  }

  /// The kernel's answer; `EEXIST` for `exists`, `EBUSY` for `busy`.
  package var error: SystemError {
    switch self {
    case .exists: SystemError(code: EEXIST)
    case .busy: SystemError(code: EBUSY)
    case .notWritable(_, let error), .failed(_, let error, _): error
    }
  }

  /// The file that holds the bytes written until the fault; nil where there is none.
  package var part: String? {
    if case .failed(_, _, let part) = self { part } else { nil }
  }
}
