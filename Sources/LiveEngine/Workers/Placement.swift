import CLinux

/// Keeps the calling thread on the processors that its settings give it.
struct Placement {
  private var current: Range<Int>?

  mutating func follow(_ processors: Range<Int>) {
    guard processors != current else { return }
    current = processors
    // A thread that can't be bound runs where the kernel likes.
    _ = cl_bind_thread(Int32(processors.lowerBound), Int32(processors.count))
  }
}
