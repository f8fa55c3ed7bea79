package import Augmentation
import Glibc
package import Host

/// Why pictures can't be read or written.
package enum DatasetFault: Error, Equatable, Sendable, CustomStringConvertible {
  case unreadable(path: String, errno: Int32)
  /// A pipe, a device or a folder where a file is needed.
  case notAFile(path: String)
  /// A folder or an archive without CIFAR's files of the binary version.
  case noBatches(path: String)
  /// A file of 0 bytes.
  case empty(path: String)
  /// The last record, counted from 0, has `found` bytes instead of `expected`.
  case truncated(path: String, record: Int, expected: Int, found: Int)
  /// A record, counted from 0, whose label is more than `most`.
  case label(path: String, record: Int, found: UInt8, most: Int = 9)
  /// Another version of CIFAR than the one that was named.
  case cifar(path: String, CIFARVersion)
  case npy(path: String, NpyFault)
  case archive(path: String, ArchiveFault)
  /// A folder in which no file is a picture; the number counts its other entries.
  case noPictures(path: String, skipped: Int)
  /// A folder in which these pictures can't be read, and no other is.
  case allBad(path: String, pictures: [BadPicture])
  /// A file that isn't the picture its name promises.
  case picture(path: String, PictureFault)
  /// A folder to write to that isn't empty.
  case folderInUse(path: String)
  /// Pictures of this many channels can't be written as PNG.
  case pngChannels(path: String, Int)
  /// A file that has been cut off since it was opened.
  case changed(path: String)
  /// A picture of 2³¹ values or more.
  case pictureTooLarge(path: String)
  /// A file or folder that can't be written.
  case unwritable(FileFault)

  /// The message, for code that reports any error.
  package var description: String { message }

  /// The fault, its place, and a remedy.
  package var message: String {
    switch self {
    case .unreadable(let path, let errno):
      "can't read \(path): \(errorText(errno)); check the path and its permissions"
    case .notAFile(let path):
      "\(path) isn't a file; name the file itself"
    case .noBatches(let path):
      """
      no data_batch_*.bin or train.bin in \(path); name the folder of CIFAR's unpacked binary version \
      (cifar-10-batches-bin), one of its files, or the archive
      """
    case .empty(let path):
      "\(path) is empty; copy or download it again"
    case .truncated(let path, let record, let expected, let found):
      """
      \(path), record \(record): \(found) bytes instead of \(expected); the file is cut off or \
      isn't CIFAR's binary version: download it again
      """
    case .label(let path, let record, let found, let most):
      """
      \(path), record \(record): label \(found) isn't one of 0 to \(most); the file isn't the binary \
      version of CIFAR-\(most == 9 ? 10 : 100)
      """
    case .cifar(let path, let version):
      "\(path): \(version.text)"
    case .npy(let path, let fault):
      "\(path): \(fault.text)"
    case .archive(let path, let fault):
      "\(path): \(fault.text)"
    case .noPictures(let path, let skipped):
      """
      no png, jpg, jpeg, bmp, gif, tif, tiff or webp in \(path) or its subfolders (\(skipped) other entries); name a \
      folder of pictures, or of one folder for each class
      """
    case .allBad(let path, let pictures):
      "none of the \(pictures.count) pictures in \(path) can be read"
        + (pictures.first.map { ", as \($0.path): \($0.reason)" } ?? "")
    case .picture(let path, let fault):
      "\(path): \(fault.text)"
    case .folderInUse(let path):
      "\(path) isn't empty; name a new folder"
    case .pngChannels(let path, let channels):
      "\(path): PNG holds 1 or 3 channels, not \(channels); write an .npy file"
    case .changed(let path):
      "\(path) has been cut off since it was opened; start again"
    case .pictureTooLarge(let path):
      "\(path): a picture has 2^31 values or more; cut the pictures into smaller ones"
    case .unwritable(.exists(let path)):
      "can't write \(path): something is there already; name another place"
    case .unwritable(.failed(let path, SystemError(code: EPIPE), _)):
      "can't write \(path): its reader has closed it; let it read to the end"
    case .unwritable(.busy(let path)):
      "can't write \(path): another augtop is writing it at this moment; name another place"
    case .unwritable(let fault):
      "can't write \(fault.path): \(fault.error); choose another place or make room"
        + (fault.part.map { "; what was written is in \($0)" } ?? "")
    }
  }
}

extension DatasetFault {
  /// The picture that can't be read, where the fault is one picture's; nil where it is the folder's,
  /// the system's or another file's.
  package var badPicture: BadPicture? {
    switch self {
    case .picture(_, .noMemory): nil
    case .picture(let path, let fault): BadPicture(path: path, reason: fault.text)
    case .empty(let path): BadPicture(path: path, reason: "it is empty; copy it again")
    case .notAFile(let path): BadPicture(path: path, reason: "it isn't a file")
    // The process has no room for another file; the picture may be good.
    case .unreadable(_, EMFILE), .unreadable(_, ENFILE), .unreadable(_, ENOMEM): nil
    case .unreadable(let path, let errno):
      BadPicture(path: path, reason: "it can't be read: \(errorText(errno))")
    default: nil
    }
  }
}

private func errorText(_ code: Int32) -> String {
  guard let text = strerror(code) else { return "error \(code)" }
  return String(cString: text)
}
