import CLinux

/// Pins the calling thread to the processors given by its settings.
struct Placement {
  private var current: Range<Int>?

  /// Binds the calling thread to a range of processors; no system call where it is bound to them.
  mutating func bind(to processors: Range<Int>) {
    guard processors != current else { return }
    current = processors
    // A thread that can't be bound goes on wherever the kernel puts it.
    _ = cl_bind_thread(Int32(processors.lowerBound), Int32(processors.count))
  }
}
