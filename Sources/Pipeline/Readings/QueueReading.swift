/// The queue's depth over a span of time. Single samples would alias, because the depth cycles faster
/// than frames come.
package struct DepthSpan: Sendable, Equatable, BitwiseCopyable {
  /// The lowest depth.
  package var low: Int
  /// The mean over the time.
  package var mean: Double
  /// The highest depth.
  package var high: Int

  /// The depths of one span.
  package init(low: Int, mean: Double, high: Int) {
    self.low = low
    self.mean = mean
    self.high = high
  }
}

/// The queue between workers and consumer; depths in batches.
package struct QueueReading: Sendable, Equatable {
  /// The limit under the loader's rules.
  package var limit: Int
  /// The depth at the moment of the reading.
  package var depth = 0
  /// The depth over the last frame.
  package var frame = DepthSpan(low: 0, mean: 0, high: 0)
  /// The mean over the report's window.
  package var meanDepth = 0.0
  /// The median over the report's window, by time.
  package var medianDepth = 0
  /// The highest depth in the report's window.
  package var maxDepth = 0

  /// An empty queue.
  package init(limit: Int) { self.limit = limit }
}
