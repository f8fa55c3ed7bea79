import Host
import Pipeline
import Quantities

/// The process of a `DataLoader`'s worker on real threads: its interpreter lock, and the two threads besides the one
/// that makes batches.
///
/// The feeder pickles a batch, which holds the lock, and writes it to the pipe, which doesn't. The server answers
/// the consumer's requests for a tensor's descriptor, holding the lock; while the main thread makes pictures,
/// both wait for it as any thread of Python does. That is most of what such a loader costs.
///
/// - Source: PyTorch 2.13 torch/multiprocessing/reductions.py; CPython 3.11 multiprocessing/queues.py,
///   resource_sharer.py.
final class LoaderProcess: Sendable {
  /// The process's threads, numbered as at its lock.
  enum Member: Int, CaseIterable {
    case main, feeder, server
  }

  private struct Outbox {
    var batches: [FinishedBatch] = []
    var isStopped = false
  }

  private struct Requests {
    var asked = 0
    var answered = 0
    var isStopped = false
  }

  let lock: LiveInterpreterLock
  private let number: Int
  private let outbox = Monitor(Outbox())
  private let requests = Monitor(Requests())
  private let requestHasCome = Condition()
  private let answerHasCome = Condition()
  private let threads = Monitor<[EmulatedThread]>([])

  /// - Parameter number: The worker's.
  init(number: Int, shared: SharedSession) {
    self.number = number
    lock = LiveInterpreterLock(
      threads: Member.allCases.count,
      interval: { [settings = shared.settings] in settings.current.switchInterval },
      clock: shared.clock)
  }

  /// Starts feeder and server; only once.
  ///
  /// - Throws: `ThreadFault` where the system doesn't give both.
  func start(shared: SharedSession) throws(ThreadFault) {
    let feeder = try EmulatedThread(name: "feeder \(number + 1)") { self.feed(shared) }
    threads.withLock { $0.append(feeder) }
    let server = try EmulatedThread(name: "server \(number + 1)") { self.serve(shared) }
    threads.withLock { $0.append(server) }
  }

  /// Hands a batch to the feeder; for the main thread.
  func send(_ batch: FinishedBatch) {
    outbox.withLock { $0.batches.append(batch) }
    outbox.wakeAll()
  }

  /// Asks the server for a descriptor and waits for the answer, or for the session's end; for the consumer.
  func awaitServer() {
    requests.withLock { $0.asked += 1 }
    requestHasCome.wakeOne()
    requests.waitUntilTrue(on: answerHasCome) { $0.answered == $0.asked || $0.isStopped }
  }

  /// Ends all waits; both threads return.
  func stop() {
    outbox.withLock { $0.isStopped = true }
    outbox.wakeAll()
    requests.withLock { $0.isStopped = true }
    requestHasCome.wakeAll()
    answerHasCome.wakeAll()
  }

  /// Waits until both threads have returned.
  func join() { for thread in threads.withLock({ $0 }) { thread.join() } }

  private func burner(_ member: Member, _ shared: SharedSession) -> Burner {
    var burner = Burner(
      thread: nil, clock: shared.clock, lock: lock, place: member.rawValue,
      governor: shared.governor, isStopping: { [shared] in shared.isStopping })
    burner.isCrowded = true
    return burner
  }

  private func feed(_ shared: SharedSession) {
    var burner = burner(.feeder, shared)
    defer { burner.releaseLock() }
    while outbox.wait(until: { $0.isStopped ? false : $0.batches.isEmpty ? nil : true }) {
      // Whoever looks into the buffer needs the lock, also to find that it is empty.
      burner.acquireLock()
      while let batch = outbox.withLock({ $0.batches.isEmpty ? nil : $0.batches.removeFirst() }) {
        let settings = shared.settings.current
        let times = settings.loaderTimes(pictures: batch.pictures) ?? LoaderTimes()
        burner.begin(atDeadline: false)
        burner.burn(Nanoseconds(nearest: times.pickle))
        burner.releaseLock()
        burner.burn(Nanoseconds(nearest: times.write))
        shared.queue.send(batch)
        burner.acquireLock()
      }
      burner.releaseLock()
    }
  }

  private func serve(_ shared: SharedSession) {
    var burner = burner(.server, shared)
    defer { burner.releaseLock() }
    while requests.wait(
      on: requestHasCome,
      until: { $0.isStopped ? false : $0.answered == $0.asked ? nil : true })
    {
      let times = shared.settings.current.loaderTimes(pictures: shared.batchSize) ?? LoaderTimes()
      burner.acquireLock()
      burner.begin(atDeadline: false)
      burner.burn(Nanoseconds(nearest: times.serve))
      burner.releaseLock()
      requests.withLock { $0.answered += 1 }
      answerHasCome.wakeOne()
    }
  }
}
