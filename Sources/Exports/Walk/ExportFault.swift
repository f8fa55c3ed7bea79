package import Tracing

/// Why an export came to nothing; what was at its target is as it was.
package enum ExportFault: Error, Equatable {
  /// Something is at the path already, and replacing it wasn't asked for.
  case exists(path: String)
  /// The target can't be made.
  case notWritable(path: String, SystemError)
  /// Writing failed on the way; `-` is standard output.
  case failed(path: String, SystemError)
  /// The reader of standard output has gone.
  case unwanted
  /// Somebody asked to stop.
  case interrupted
  /// A format of several tables can't go into one stream.
  case severalTables
}
