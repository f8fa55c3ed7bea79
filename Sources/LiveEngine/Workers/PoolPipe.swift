import Host
import Pipeline
import Quantities

/// The pipe that all workers of a pool of processes share: one writes at a time, and waits for the pool's reader.
final class PoolPipe: Sendable {
  /// When the reader can take the next batch.
  private let free = Monitor<Nanoseconds>(.zero)

  /// Has a batch that is ready sent after those before it.
  ///
  /// - Returns: When it is sent.
  func send(at ready: Nanoseconds, _ times: PoolTimes) -> Nanoseconds {
    free.withLock { free in
      let end = max(ready, free) + Nanoseconds(nearest: times.send)
      free = end + Nanoseconds(nearest: times.receive)
      return end
    }
  }
}
