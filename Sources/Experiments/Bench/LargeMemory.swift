import Glibc

/// Memory in huge pages where the system gives them on request, as NumPy's large arrays have them: in
/// small ones a picture of 224×224 lies on 147, and each costs a walk through the page tables.
enum LargeMemory {
  private static let pageSize = 2 << 20

  /// Zeroed; to be freed with `free`.
  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    let size = (byteCount + pageSize - 1) / pageSize * pageSize
    var place: UnsafeMutableRawPointer?
    guard posix_memalign(&place, pageSize, size) == 0, let place else {
      preconditionFailure("no memory is left for the pictures")
    }
    // Without huge pages it is slower, not wrong.
    _ = madvise(place, size, Int32(MADV_HUGEPAGE))
    memset(place, 0, size)
    return place
  }
}
