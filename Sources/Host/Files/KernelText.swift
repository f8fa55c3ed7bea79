import Glibc

/// The files in which the kernel tells of itself and of processes, as those of `/proc`: they have no size of their
/// own, and each is made up when it is read.
package enum KernelText {
  /// The beginning of such a file, read at once so that its figures are of one moment; nil where there is none, as
  /// that of a process that is gone.
  ///
  /// - Parameter longest: Bytes; the rest is left out.
  package static func read(_ path: String, longest: Int = 1_024) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: longest)
    let count = Glibc.read(file, &bytes, longest)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
