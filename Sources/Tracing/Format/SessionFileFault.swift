package import Host

/// What can be wrong with a session file.
package enum SessionFileFault: Error, Equatable {
  /// Something is at the path already, and replacing it wasn't asked for.
  case exists(path: String)
  case notWritable(path: String, SystemError)
  /// Writing failed on the way; the first `kept` bytes are whole packets and stay readable: in `part`
  /// where a file at the path was to be replaced, which is as it was; nil means at the path itself.
  case failed(path: String, SystemError, kept: Int, part: String?)
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
