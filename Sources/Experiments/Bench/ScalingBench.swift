import CLinux
import Host

/// The rate of several workers on as many cores against that of one worker alone, measured in turn.
package struct ScalingBench {
  /// The rates of all counted runs.
  package struct Result: Sendable {
    /// The workload's name.
    package let name: String
    /// Pictures a second, one entry a run: one worker alone, then all together.
    package let alone: [Double]
    /// Pictures a second of all workers together, one entry a run.
    package let together: [Double]
    /// How many times as much, in each run.
    package var ratios: [Double] { zip(alone, together).map { $1 / $0 } }
  }

  /// How long the workers run in each turn.
  private static let turn: Int64 = 200_000_000

  private let workload: Workload
  private let workers: [BenchWorker]

  /// - Parameter workers: At least 2.
  package init(_ workload: Workload, workers: Int) {
    precondition(workers > 1, "one worker scales to itself")
    self.workload = workload
    let pictures = BenchPictures(workload)
    self.workers = (0..<workers).map { BenchWorker(workload, pictures, number: $0) }
  }

  /// Runs `runs` times, after one run that isn't counted.
  ///
  /// - Parameter keepsGoing: Called before each run; false skips it.
  /// - Throws: The first error of a worker's batch; `ThreadFault` where the system gives too few threads.
  package func run(runs: Int, keepsGoing: () -> Bool = { true }) throws -> Result {
    var alone: [Double] = []
    var together: [Double] = []
    for run in 0...runs where keepsGoing() {
      // Each is the one alone in turn: a busy core hits both sides.
      let one = try Self.rate([workers[run % workers.count]], first: run % workers.count)
      let all = try Self.rate(workers, first: 0)
      guard run > 0 else { continue }
      alone.append(one)
      together.append(all)
    }
    return Result(name: workload.name, alone: alone, together: together)
  }

  /// Pictures a second of workers that run at the same time, each on a processor of its own where
  /// there are enough, from number `first` on.
  private static func rate(_ workers: [BenchWorker], first: Int) throws -> Double {
    let start = cl_monotonic_ns() + 2_000_000
    let lanes = workers.enumerated().map { BenchLane(worker: $1, processor: first + $0) }
    var threads: [JoinableThread] = []
    defer { for thread in threads { thread.join() } }
    for lane in lanes { threads.append(try lane.launch(from: start, until: start + turn)) }
    for thread in threads { thread.join() }
    return try lanes.reduce(0) { $0 + (try $1.rate.withLock { try $0.get() }) }
  }
}

/// One worker on a thread of its own for a turn.
private final class BenchLane: Sendable {
  let worker: BenchWorker
  let processor: Int
  /// Pictures a second.
  let rate = Monitor<Result<Double, any Error>>(.success(0))

  init(worker: BenchWorker, processor: Int) {
    self.worker = worker
    self.processor = processor
  }

  func launch(from start: Int64, until end: Int64) throws(ThreadFault) -> JoinableThread {
    try JoinableThread(name: "bench") { [self] in run(from: start, until: end) }
  }

  private func run(from start: Int64, until end: Int64) {
    // A thread that can't be bound runs where the kernel likes.
    _ = cl_bind_thread(Int32(processor % Int(cl_usable_processors())), 1)
    cl_sleep_until_ns(start)
    let began = cl_monotonic_ns()
    var now = began
    var made = 0
    let result = Result {
      repeat {
        made += try worker.makeBatch()
        now = cl_monotonic_ns()
      } while now < end
      return Double(made) / (Double(now - began) * 1e-9)
    }
    rate.withLock { $0 = result }
  }
}
