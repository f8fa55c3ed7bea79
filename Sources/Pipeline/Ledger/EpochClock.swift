import Quantities

/// Counts samples into epochs, as Keras's `fit_generator` does, and times whole ones.
struct EpochClock: Sendable, BitwiseCopyable {
  var samples: Int
  private(set) var number = 1
  private(set) var samplesSeen = 0
  /// Of the last epoch that was seen whole, pauses left out.
  private(set) var last: Nanoseconds?
  private var start = Nanoseconds.zero
  private var pausedAt: Nanoseconds?
  private var paused = Nanoseconds.zero

  init(samples: Int) { self.samples = samples }

  mutating func step(pictures: Int, endingAt end: Nanoseconds) {
    samplesSeen += pictures
    guard samplesSeen >= samples else { return }
    last = end - start - paused
    number += 1
    begin(at: end)
  }

  mutating func restart(at now: Nanoseconds) { begin(at: now) }

  mutating func pause(at now: Nanoseconds) { pausedAt = now }

  mutating func resume(at now: Nanoseconds) {
    guard let since = pausedAt else { return }
    // An epoch restarted meanwhile has not been paused before it began.
    paused += now - max(since, start)
    pausedAt = nil
  }

  mutating func archive(_ archive: inout StateArchive) { archive.value(&self) }

  private mutating func begin(at now: Nanoseconds) {
    samplesSeen = 0
    start = now
    paused = .zero
  }
}
