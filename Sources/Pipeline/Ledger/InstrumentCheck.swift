import Quantities

/// Two laws that hold for any queue and any server, whatever runs: where they don't, events were
/// lost or told wrongly, and no number here is to be trusted.
package struct InstrumentCheck: Sendable, Equatable {
  /// The queue's mean depth as it was measured…
  package var depth: Double
  /// …and as it follows from rate and waiting time, by Little's law.
  package var depthByLaw: Double
  /// The consumer's time that was told of, as a share of the time that passed.
  package var accounted: Double
  /// Steps that these rest on.
  package var steps: Int

  package init(depth: Double, depthByLaw: Double, accounted: Double, steps: Int) {
    self.depth = depth
    self.depthByLaw = depthByLaw
    self.accounted = accounted
    self.steps = steps
  }

  /// Fewer steps say nothing: batches that were in the queue at either end weigh too much.
  private static let fewestSteps = 200
  /// Looks between two steps take time that no event tells of.
  private static let leastAccounted = 0.9

  /// What is broken, in a sentence; nil while the laws hold.
  package var complaint: String? {
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

/// When batches came into the queue, for the last few thousand of them.
///
/// Memory is fixed; of a batch that was overwritten nothing is known.
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
