/// The treatment of pictures that can't be read.
package enum BadPictures: String, CaseIterable, Sendable {
  /// The work ends with the picture's fault.
  case fail
  /// The picture is left out, and counted and named.
  case skip
}

/// A picture that was left out because it can't be read.
package struct BadPicture: Hashable, Sendable {
  /// The file; bytes of its name that aren't UTF-8 are written as `\xNN`.
  package let path: String
  /// Why it can't be read.
  package let reason: String

  /// A picture's file, and why it can't be read.
  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}
