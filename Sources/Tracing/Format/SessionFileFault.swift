package import Host

/// The faults of writing and reading a session file.
package enum SessionFileFault: Error, Equatable {
  /// Something is at the path already, and replacing it wasn't asked for.
  case exists(path: String)
  /// The file can't be created, or its header can't be written; nothing is left at the path.
  case notWritable(path: String, SystemError)
  /// Writing failed after the header, with `EBUSY` because another program has written to the file, with
  /// `ENOENT` because it was removed; the first `kept` bytes are whole packets and stay readable.
  ///
  /// `part` is the file that holds them where an existing file was to be replaced, which is
  /// unchanged then; nil means that they are at the path itself.
  case failed(path: String, SystemError, kept: Int, part: String?)
  /// `flush` was called after `close` or `discard`.
  case closed(path: String)
  /// The path can't be opened, is a folder, or its bytes can't be read.
  case notReadable(path: String, SystemError)
  /// A file of gzip can't be expanded: the folder for temporary files has no room for it, or
  /// it is larger than any session.
  case notExpanded(path: String, SystemError)
  /// The file has no bytes.
  case empty(path: String)
  /// The file has no header of a session of this program in its first packets; its kind, where that is
  /// known.
  case foreign(path: String, ForeignKind? = nil)
  /// The file ends within its header, after `bytes` bytes.
  case cutInHeader(path: String, bytes: Int)
  /// The file has layout `found`, written by a later version; this one reads layouts up to `known`.
  case futureFormat(path: String, found: Int, known: Int)
}
