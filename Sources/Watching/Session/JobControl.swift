import CLinux
import Glibc
import Quantities

/// The page by which a job's workers learn which stages to bypass.
///
/// Its lease has to be renewed: where augtop dies, every stage is on again within `lease`. A class because it
/// owns the mapping; only one thread uses it.
final class JobControl {
  /// How long the page holds without being renewed.
  static let lease = Nanoseconds.seconds(2)
  /// As in the probe's control.py.
  private static let size = 16_384

  private let page: UnsafeMutableRawPointer
  private var generation: Int64 = 0

  /// Makes the page in a job's folder; nil where that isn't possible.
  init?(folder: WatchFolder) {
    let file = open(
      folder.path + "/control", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { return nil }
    defer { close(file) }
    guard posix_fallocate(file, 0, off_t(Self.size)) == 0,
      let page = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
      page != MAP_FAILED
    else { return nil }
    self.page = page
  }

  deinit { munmap(page, Self.size) }

  /// Asks for exactly these stages to be bypassed, from each worker's next batch on.
  ///
  /// - Parameter generation: Above all earlier ones.
  func bypass(_ names: [String], generation: Int) {
    // The generation comes last: a worker that sees it sees the line, which repeats it.
    let quoted = names.map { "\"" + Self.escaped($0) + "\"" }.joined(separator: ",")
    let line = Array("{\"generation\":\(generation),\"off\":[\(quoted)]}\n".utf8)
    guard line.count <= Self.size - 16 else { return }
    page.advanced(by: 16).copyMemory(from: line, byteCount: line.count)
    self.generation = Int64(generation)
    renew()
    page.storeBytes(of: self.generation, as: Int64.self)
  }

  /// Renews the lease, where something was asked for.
  func renew() {
    guard generation > 0 else { return }
    page.storeBytes(
      of: cl_monotonic_ns() + Self.lease.count, toByteOffset: 8, as: Int64.self)
  }

  /// Ends the lease at once: every stage is on from each worker's next batch.
  func release() { page.storeBytes(of: 0, toByteOffset: 8, as: Int64.self) }

  private static func escaped(_ name: String) -> String {
    name.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      default: scalar.value < 0x20 ? "?" : String(scalar)
      }
    }.joined()
  }
}
