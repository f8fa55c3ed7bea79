import Quantities

/// What one batch costs on its way through a process pool, in nanoseconds: the pool's parts of `LoaderCosts`.
///
/// A worker takes a task, makes the batch, pickles it and writes it to a pipe that all workers share: one writes at
/// a time, and waits for the pool's reader with every 64 kB that the pipe holds. The reader, a thread of the loop's
/// process, unpickles a batch before it reads the next one.
///
/// - Source: CPython 3.11 multiprocessing/pool.py (`worker`, `_handle_results`), queues.py (`SimpleQueue.put`) and
///   connection.py; Linux pipe(7), whose capacity is 65 536 bytes.
package struct PoolTimes: Sendable {
  /// Work of the worker besides the making: its task and the pickling.
  package let work: Double
  /// The writing, in which it burns nearly nothing.
  package let send: Double
  /// Unpickling, for which the next batch's sender waits.
  package let receive: Double

  /// - Parameters:
  ///   - megabytes: Of a batch, in 10⁶ bytes.
  ///   - burners: The other processes that burn meanwhile, in the mean; 0 or more.
  ///   - cores: Of the machine, or of the scenario.
  package init(_ costs: LoaderCosts, megabytes: Double, burners: Double, cores: Int) {
    func time(_ fixed: LoaderCosts.Part, _ perMegabyte: LoaderCosts.Part) -> Double {
      (costs[fixed].seconds + costs[perMegabyte].seconds * megabytes) * 1e9
    }
    work = costs[.poolTask].seconds * 1e9 + time(.poolPickle, .poolPicklePerMegabyte)
    receive = time(.poolReceive, .poolReceivePerMegabyte)
    let quiet = time(.poolSend, .poolSendPerMegabyte)
    let taken = time(.poolTakenSend, .poolTakenSendPerMegabyte)
    let crowded = time(.poolCrowdedSend, .poolCrowdedSendPerMegabyte)
    // Sender and reader find a core at once where two are idle.
    let beyond = burners - Double(cores - 2)
    send =
      switch beyond {
      case ...0: quiet
      case ..<1: quiet + (taken - quiet) * beyond
      default: taken + (crowded - taken) * min(1, beyond - 1)
      }
  }

  /// The other workers that burn while one of them sends, in the mean, where no worker waits for the loop.
  ///
  /// - Parameters:
  ///   - work: Of a picture; any unit.
  ///   - wait: Of a picture, in the same unit, as for a disk.
  package static func burners(makers: Int, work: Double, wait: Double) -> Double {
    work > 0 ? Double(max(0, makers - 1)) * work / (work + wait) : 0
  }
}
