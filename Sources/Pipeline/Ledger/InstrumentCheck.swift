import Quantities

/// Two laws that hold for any queue and any server, whatever the load. Where a measurement breaks
/// one, events were lost or recorded wrongly, and no number of the reading can be trusted.
package struct InstrumentCheck: Sendable, Equatable {
  /// The queue's mean depth as it was measured…
  package var depth: Double
  /// …and as it follows from rate and waiting time, by Little's law.
  package var depthByLaw: Double
  /// The consumer's time that events account for, as a share of the time that passed.
  package var accounted: Double
  /// Steps that these rest on.
  package var steps: Int

  /// The figures of one window.
  package init(depth: Double, depthByLaw: Double, accounted: Double, steps: Int) {
    self.depth = depth
    self.depthByLaw = depthByLaw
    self.accounted = accounted
    self.steps = steps
  }

  /// With fewer steps there is no check: batches in the queue at either end would weigh too much.
  private static let fewestSteps = 200
  /// Less than 1, because the consumer's looks at the queue between two steps are in no event.
  private static let leastAccounted = 0.9

  /// The broken law, in a sentence; nil while both hold.
  package var violation: String? {
    guard steps >= Self.fewestSteps else { return nil }
    // A queue's content at either end of the window belongs to one side only.
    let tolerance = 0.1 * max(depth, depthByLaw) + 0.1
    if abs(depth - depthByLaw) > tolerance {
      return
        "Little's law doesn't hold: depth \(NumberText.fixed(depth, 1)), rate × wait \(NumberText.fixed(depthByLaw, 1))."
        + " The instrument is broken, not the pipeline."
    }
    if accounted < Self.leastAccounted {
      return "Only \(NumberText.percent(accounted)) of the GPU's time is accounted for."
        + " The instrument is broken, not the pipeline."
    }
    return nil
  }
}

/// The times at which the last 4 096 batches were put into the queue.
///
/// Memory is fixed: a new batch overwrites the time of an old one.
struct PutTimes: Sendable {
  private static let length = 4_096

  private struct Entry: Sendable, BitwiseCopyable {
    var batch = -1
    var at = Nanoseconds.zero
  }

  private var entries = [Entry](repeating: Entry(), count: Self.length)

  mutating func put(_ batch: Int, at now: Nanoseconds) {
    entries[batch & (Self.length - 1)] = Entry(batch: batch, at: now)
  }

  /// How long a batch has been in the queue; nil where that isn't known.
  func wait(of batch: Int, until now: Nanoseconds) -> Nanoseconds? {
    let entry = entries[batch & (Self.length - 1)]
    return entry.batch == batch ? now - entry.at : nil
  }

  mutating func archive(_ archive: inout StateArchive) {
    archive.list(&entries)
    // Its places are reached by their numbers.
    if entries.count != Self.length { self = PutTimes() }
  }
}
