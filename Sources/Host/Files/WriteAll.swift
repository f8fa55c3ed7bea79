import Glibc

/// Writes all bytes, or as many as the descriptor takes; calls that a signal interrupted are repeated.
///
/// - Parameters:
///   - descriptor: Open for writing. Where it doesn't block and is full, that is an error.
///   - offset: The place in the file, in bytes; nil writes at the descriptor's own place.
/// - Returns: The bytes written, and the error that kept the rest from being written; nil where all
///   were.
/// - Complexity: O(bytes).
package func writeAll(
  _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int? = nil
) -> (written: Int, error: SystemError?) {
  var written = 0
  while written < bytes.count {
    let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
    let result =
      if let offset {
        pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + written))
      } else {
        write(descriptor, rest.baseAddress, rest.count)
      }
    if result > 0 {
      written += result
    } else if result == 0 {
      return (written, SystemError(code: EIO))
    } else if errno != EINTR {
      return (written, .last)
    }
  }
  return (written, nil)
}
