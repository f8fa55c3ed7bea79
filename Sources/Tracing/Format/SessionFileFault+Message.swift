import Glibc
import Host

extension SessionFileFault {
  /// A message for the user: the fault and a remedy where there is one, without the path.
  package var message: String {
    switch self {
    case .exists: "the file exists already; name another one, or remove it first"
    case .notWritable(_, SystemError(code: EBUSY)):
      "another session or export is being written there at this moment; name another file"
    case .notWritable(_, let error): "can't be written: \(error)"
    case .failed(_, SystemError(code: ENOENT), _, _): "the file was removed while it was written"
    case .failed(_, SystemError(code: EBUSY), let kept, let part):
      "another program has written to the file or cut it off; the first \(kept) bytes are kept"
        + (part.map { " in \($0)" } ?? "")
    case .failed(_, let error, let kept, let part):
      "\(error); the first \(kept) bytes are kept" + (part.map { " in \($0)" } ?? "")
    case .closed: "the file is closed already"
    case .notReadable(_, SystemError(code: ENODEV)): "a device, not a session file of augtop"
    case .notReadable(_, SystemError(code: EFBIG)):
      "can't be read: more than 256 MB come from the pipe; write them to a file"
    case .notReadable(_, let error): "can't be read: \(error)"
    case .notExpanded(_, let error):
      "can't be expanded: \(error); expand it with gzip -d, or name another folder in TMPDIR"
    case .empty: "the file is empty"
    case .foreign(_, let kind?): kind.text
    case .foreign: "not a session file of augtop"
    case .cutInHeader(_, let bytes): "cut off within its header, after \(bytes) bytes"
    case .futureFormat(_, let found, let known):
      "written by a newer augtop: format \(found), known is \(known)"
    }
  }
}
