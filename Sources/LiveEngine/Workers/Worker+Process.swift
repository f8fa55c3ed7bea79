import Augmentation
import Host
import Pipeline
import Quantities

/// A worker as the main thread of a `DataLoader`'s process.
extension Worker {
  /// Where the loader has worker processes, joins this worker's; false where the session has failed.
  mutating func joinProcess(_ settings: RunSettings) -> Bool {
    guard settings.queue.receives else {
      process = nil
      burner.join(shared.interpreterLock, as: number + 1)
      return true
    }
    burner.lockCold = .zero
    guard process == nil else { return true }
    do throws(ThreadFault) {
      let process = try shared.process(ofWorker: number)
      burner.join(process.lock, as: LoaderProcess.Member.main.rawValue)
      self.process = process
      return true
    } catch {
      shared.fail("\(error)")
      return false
    }
  }

  /// Before its first batch of an epoch for which it was started, works as a new process does.
  mutating func boot(_ settings: RunSettings, inEpoch epoch: Int) {
    guard process != nil, epoch != epochs else { return }
    epochs = epoch
    let left = settings.bootLeft(of: number, inEpoch: epoch)
    guard left > .zero else { return }
    burner.begin(atDeadline: false)
    burner.burn(left)
  }

  /// In a process of a `DataLoader`, takes its lock and reads the index.
  mutating func beginInProcess(_ settings: RunSettings) {
    guard process != nil, let times = settings.loaderTimes(pictures: shared.batchSize) else {
      return
    }
    burner.begin(atDeadline: false)
    burner.acquireLock()
    burner.burn(Nanoseconds(nearest: times.get))
  }

  /// The loop around pictures, and the batch's stacking: making shared memory holds the process's lock, moving
  /// the pictures doesn't.
  mutating func collate(_ loader: LoaderTimes) {
    burner.burn(Nanoseconds(nearest: loader.item) * plan.count)
    let half = Nanoseconds(nearest: loader.collate / 2)
    burner.burn(half)
    burner.burnFree(half)
  }
}
