import Glibc

/// What can be wrong with a session file.
package enum SessionFileFault: Error, Equatable {
  /// Something is at the path already, and replacing it wasn't asked for.
  case exists(path: String)
  case notWritable(path: String, SystemError)
  /// Writing failed on the way; the first `kept` bytes are whole packets and stay readable.
  case failed(path: String, SystemError, kept: Int)
  /// The writer was closed before.
  case closed(path: String)
  case notReadable(path: String, SystemError)
  case empty(path: String)
  /// Not a session file of this program.
  case foreign(path: String)
  /// Ends before its header does.
  case cutInHeader(path: String, bytes: Int)
  /// Written by a later version of this program.
  case futureFormat(path: String, found: Int, known: Int)
}

/// What the kernel answered, as an errno.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  package var code: Int32

  package init(code: Int32) { self.code = code }

  /// The last call's.
  package static var last: SystemError { SystemError(code: errno) }

  /// In the kernel's words, as "No space left on device".
  package var description: String {
    // Glibc ≥ 2.32 keeps the text per thread.
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
  }
}
