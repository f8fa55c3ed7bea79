import Glibc
import Quantities

/// Makes sure that /dev/shm, in which PyTorch's batches lie on their way, has room: workers die where it is full.
///
/// - Parameters:
///   - bytes: Of all batches on their way at a time.
///   - remedy: What else would help than more room.
/// - Throws: A `CommandFault` of status 1 where it isn't there or has less.
func requireSharedMemory(_ bytes: Int, or remedy: String) throws {
  var facts = statvfs()
  guard statvfs("/dev/shm", &facts) == 0 else {
    throw CommandFault.failed(
      "/dev/shm: \(String(cString: strerror(errno))); torch passes batches through it")
  }
  let free = Int(clamping: UInt64(facts.f_bavail)) * Int(clamping: UInt64(facts.f_frsize))
  guard bytes <= free else {
    throw CommandFault.failed(
      "/dev/shm has \(NumberText.bytes(free)) free, and the batches on their way take up to"
        + " \(NumberText.bytes(bytes)): free some, enlarge it (in a container: --shm-size), or \(remedy)"
    )
  }
}
