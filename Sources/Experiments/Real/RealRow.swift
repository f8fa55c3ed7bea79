package import Augmentation
import Pipeline
import Quantities

/// One row of `augtop verify --real`: a loader's settings, and the times of making and training.
package struct RealRow: Hashable, Sendable {
  /// The kind of work that making a batch is.
  package enum Work: String, CaseIterable, Sendable {
    /// Python code that holds the interpreter lock, until a set time is over.
    case burn
    /// The same until the thread has used a set CPU time, however long that takes.
    case compute
    /// A wait for a set time, as for a disk or a network.
    case sleep
    /// Real augmentation of pictures; its time is measured first, alone.
    case pictures
    /// The same without applying the transform, in Keras 1.1.0.
    case noWarp = "no-warp"

    /// Whether its time is what it is, and isn't set.
    package var isReal: Bool { self == .pictures || self == .noWarp }
  }

  /// The time to make a batch alone, as it was measured.
  package var make: Duration
  /// The time of a training step, which only waits.
  package var step: Duration
  /// The loader's workers, threads or processes.
  package var workers: Int
  /// Batches that each worker is given ahead, or batches in the queue, whichever the loader has.
  package var ahead: Int
  /// The kind of work.
  package var work = Work.burn
  /// Pictures of a batch.
  package var pictures = 32
  /// A picture's shape.
  package var shape = PictureShape(height: 32, width: 32, channels: 3)
  /// The training loop's CPU time a step besides making, as it was measured: taking a batch, and the call of
  /// the step. Under an interpreter lock it waits for the lock.
  package var loop = Duration.zero
  /// The CPU time of a batch's way through a pipe between processes, both sides', as it was measured.
  package var pipe = Duration.zero
  /// How late the loop's thread runs after a sleep, as it was measured.
  package var late = Duration.zero
  /// Whether workers are processes, where the loader has both.
  package var usesProcesses = false
  /// Batches of an epoch, whose boundaries are measured, too; nil where none ends.
  package var epoch: Int?
  /// Whether workers stay from one epoch to the next.
  package var keepsWorkers = false

  /// A row of batches of 32 pictures of 32×32×3, made by burning.
  package init(make: Duration, step: Duration, workers: Int, ahead: Int) {
    self.make = make
    self.step = step
    self.workers = workers
    self.ahead = ahead
  }

  /// Bytes of a batch of 32-bit numbers.
  package var batchBytes: Int { pictures * shape.count * MemoryLayout<Float>.stride }

  /// The row as the scripts read it.
  func line(seconds: Double) -> String {
    let words: [(String, String)] = [
      ("make_us", NumberText.fixed(make.seconds * 1e6, 1)),
      ("step_us", NumberText.fixed(step.seconds * 1e6, 1)), ("workers", "\(workers)"),
      ("ahead", "\(ahead)"), ("pictures", "\(pictures)"), ("height", "\(shape.height)"),
      ("width", "\(shape.width)"), ("channels", "\(shape.channels)"), ("work", work.rawValue),
      ("processes", usesProcesses ? "1" : "0"), ("epoch", "\(epoch ?? 0)"),
      ("keep", keepsWorkers ? "1" : "0"), ("seconds", NumberText.fixed(seconds, 3)),
    ]
    return "row " + words.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
  }
}
