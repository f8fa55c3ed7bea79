import Pipeline
import Quantities
import Synchronization

/// What a worker does at this moment: written by its thread where an activity begins, read by the
/// recorder for the timeline.
final class PresentActivity: Sendable {
  private let activity = Mutex<OpenActivity?>(nil)

  /// The activity that hasn't ended; nil between two.
  var value: OpenActivity? { activity.withLock { $0 } }

  /// An activity between two batches begins.
  func begin(_ new: Activity, at moment: Nanoseconds) {
    activity.withLock { $0 = OpenActivity(new, since: moment) }
  }

  /// A batch begins.
  func beginBatch(at moment: Nanoseconds) {
    activity.withLock {
      $0 = OpenActivity(.making, since: moment, batchStart: moment, lockWait: .zero)
    }
  }

  /// Within a batch, or between two, another activity begins.
  ///
  /// - Parameter lockWait: What the batch has waited for the lock so far.
  func turn(to new: Activity, at moment: Nanoseconds, lockWait: Nanoseconds) {
    activity.withLock {
      guard let start = $0?.batchStart else {
        // With the lock it looks what to do next.
        $0 = new == .making ? nil : OpenActivity(new, since: moment)
        return
      }
      $0 = OpenActivity(new, since: moment, batchStart: start, lockWait: lockWait)
    }
  }

  /// Nothing is going on.
  func end() { activity.withLock { $0 = nil } }
}
