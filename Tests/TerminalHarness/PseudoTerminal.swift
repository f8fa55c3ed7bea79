import Glibc

/// A pair of descriptors with a line discipline between them.
enum PseudoTerminal {
  // From <asm-generic/ioctls.h>; Swift doesn't import these macros.
  private static let getNumber: UInt = 0x8004_5430
  private static let setLock: UInt = 0x4004_5431

  static func open(
    columns: Int, rows: Int
  ) throws(HarnessFault) -> (master: Int32, slave: Int32, slavePath: String) {
    // Close-on-exec from the first moment: tests start programs side by side.
    let master = Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    guard master >= 0 else { throw .noPseudoTerminal(errno: errno) }
    var number: Int32 = 0
    var isLocked: Int32 = 0
    guard ioctl(master, getNumber, &number) == 0, ioctl(master, setLock, &isLocked) == 0 else {
      defer { close(master) }
      throw .noPseudoTerminal(errno: errno)
    }
    setSize(of: master, columns: columns, rows: rows)
    let path = "/dev/pts/\(number)"
    let slave = Glibc.open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard slave >= 0 else {
      defer { close(master) }
      throw .noPseudoTerminal(errno: errno)
    }
    return (master, slave, path)
  }

  static func setSize(of master: Int32, columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }
}
