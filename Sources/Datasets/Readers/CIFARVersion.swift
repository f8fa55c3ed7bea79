/// The published versions of CIFAR-10 and CIFAR-100, recognized by the bytes of their files.
///
/// - Source: https://www.cs.toronto.edu/~kriz/cifar.html
package enum CIFARVersion: Equatable, Sendable {
  /// The binary version of CIFAR-10: records of 3073 bytes.
  case ten
  /// The binary version of CIFAR-100: records of 3074 bytes.
  case hundred
  /// The version for Python: pickled.
  case python
  /// The version for Matlab.
  case matlab
  /// A file of another kind.
  case other(FileKind)

  /// Its name and the remedy, where it was named in the place of a dataset.
  var text: String {
    switch self {
    case .ten: "these are CIFAR-10's records; write cifar10:PATH"
    case .hundred: "these are CIFAR-100's records; write cifar100:PATH"
    case .python:
      """
      this is the version for Python (a pickle); download the binary version, \
      cifar-10-binary.tar.gz or cifar-100-binary.tar.gz, from \
      https://www.cs.toronto.edu/~kriz/cifar.html
      """
    case .matlab:
      """
      this is the version for Matlab; download the binary version, cifar-10-binary.tar.gz or \
      cifar-100-binary.tar.gz, from https://www.cs.toronto.edu/~kriz/cifar.html
      """
    case .other(let kind): "this is \(kind.text); \(kind.remedy)"
    }
  }
}
