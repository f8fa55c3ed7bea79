import Glibc

/// The error of a failed system call.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The value of `errno`.
  package var code: Int32

  /// The error with this `errno`.
  package init(code: Int32) { self.code = code }

  /// The error of the calling thread's last failed call.
  package static var last: SystemError { SystemError(code: errno) }

  /// The C library's text for the error, as "No space left on device".
  package var description: String {
    // Glibc ≥ 2.32 keeps the text per thread.
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
  }
}
