import Glibc

/// The kernel's answer to a call that failed, as an errno.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  package var code: Int32

  package init(code: Int32) { self.code = code }

  /// The error of the calling thread's last failed call.
  package static var last: SystemError { SystemError(code: errno) }

  /// The kernel's own words, as "No space left on device".
  package var description: String {
    // Glibc ≥ 2.32 keeps the text per thread.
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
  }
}
