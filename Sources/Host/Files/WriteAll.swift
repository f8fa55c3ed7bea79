import Glibc

/// Writes all bytes; 0, or an errno.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
  var rest = bytes[...]
  while !rest.isEmpty {
    let part = UnsafeRawBufferPointer(rebasing: rest)
    let written = write(descriptor, part.baseAddress, part.count)
    if written < 0 {
      if errno == EINTR { continue }
      return errno
    }
    rest = rest.dropFirst(written)
  }
  return 0
}
