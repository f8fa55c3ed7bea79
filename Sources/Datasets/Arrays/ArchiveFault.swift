package import Host

/// A fault in a `.npz` archive, or in another packed file.
package enum ArchiveFault: Error, Equatable, Sendable {
  /// The directory of a zip archive isn't there or leads out of the archive; a gzip file doesn't unpack.
  case damaged
  /// No file in it is an array.
  case noArrays
  /// It has these arrays, and none was named.
  case several([String])
  /// It has no array of this name, but these.
  case missing(String, [String])
  /// A name was given, but the file isn't an archive.
  case notAnArchive(String)
  case encrypted(String)
  /// A packing other than deflate.
  case method(String, Int)
  /// Damaged contents: the checksum or the size isn't right.
  case contents(String)
  /// A folder has no room for this many unpacked bytes.
  case noRoom(bytes: Int, folder: String)
  /// Unpacking into a folder failed.
  case unpacking(SystemError, folder: String)
  case noMemory

  /// The fault, without the path, and a remedy.
  var text: String {
    switch self {
    case .damaged: "the archive is damaged; copy or save it again"
    case .noArrays: "no array is in it; save one with numpy.savez(file, X=array)"
    case .several(let names):
      "it holds several arrays; name one with a colon after the file: \(list(names))"
    case .missing(let name, let names): "it holds no array '\(name)'; there are: \(list(names))"
    case .notAnArchive(let name): "it isn't an .npz archive; leave :\(name) out"
    case .encrypted(let name): "'\(name)' is encrypted; save it with numpy.savez"
    case .method(let name, let method):
      "'\(name)' is packed by method \(method); save it with numpy.savez or savez_compressed"
    case .contents(let name): "'\(name)' is damaged: its sum or size isn't right; save it again"
    case .noRoom(let bytes, let folder):
      """
      \(bytes >> 20) MB unpacked, and \(folder) has no room for them; set TMPDIR to another folder, or \
      save with numpy.savez
      """
    case .unpacking(let error, let folder):
      "can't unpack it in \(folder): \(error); set TMPDIR to another folder"
    case .noMemory: "no memory to unpack it; close other programs"
    }
  }

  private func list(_ names: [String]) -> String {
    names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
  }
}
