import Augmentation
package import Pipeline
package import Quantities

/// The rules of `Pipeline` on simulated time: the work of `LiveEngine`'s threads, done event by
/// event, the same for the same seed.
///
/// ```swift
/// var simulation = Simulation(
///   scenario, dataset: facts, costs: costs, machineCores: 2, listener: NoListener())
/// simulation.run(steps: 1_200)
/// let secondsAStep = simulation.lastStepEnd * 1e-9 / Double(simulation.steps)
/// ```
///
/// Every thread has one moment at which it acts next, in `due`. An event takes the earliest moment,
/// sets the clock to it and lets that thread act, which gives the thread its next moment. Where
/// moments are equal the consumer goes before the workers, and these by number. A thread that works
/// while no other waits for the interpreter lock, or all that wait are about to wake up, goes through a
/// whole batch in one event: its releases of the lock are computed only when another thread asks for it.
///
/// Time is nanoseconds in a `Double`, unlike `Nanoseconds` elsewhere: work is divided by the clock's
/// share and by cores, so moments fall between whole nanoseconds, and infinity is the moment of a
/// thread that waits for another. 2⁵³ ns are 104 days, far more than is simulated at once.
///
/// The earliest moment is found by a linear search. At most 64 workers and the consumer take
/// half a kilobyte, and a typical session has three threads: a heap costs more than it saves.
///
/// - Complexity: O(workers) an event; a batch takes two to some ten, and several hundred where
///   two workers share an interpreter lock that they release often. Allocates nothing on the way.
package struct Simulation<Listener: SimulationListener> {
  /// Receives every event; may be changed between runs.
  package var listener: Listener
  /// Nanoseconds since the start.
  package internal(set) var clock = 0.0
  /// Moments acted on so far.
  package internal(set) var events = 0
  /// Training steps finished since the start.
  package private(set) var steps = 0
  /// When the last step ended, in nanoseconds.
  package private(set) var lastStepEnd = 0.0

  var setup: SimulationSetup
  /// The moment at which each thread acts next, the consumer's first; infinity for a thread that waits
  /// for another.
  var due: [Double]
  var threads: [SimulatedThread]
  /// Waits for the lock by thread and stage, of the batches being made; empty where nobody listens. Not
  /// part of `SimulatedThread`, which is plain memory.
  var stageWaits: [[Int: Double]] = []
  var queue = ArrivalQueue()
  /// Where the epoch ends, for loaders that make no batch of the next one before.
  var epoch = EpochBound()
  /// When the pool's pipe can take the next batch.
  var pipeFree = 0.0
  /// Batches begun.
  var begun = DeliveryFrontier()
  var lock = InterpreterLockRules()
  /// The thread that works under the lock while no other waits unsignalled, and so goes through its
  /// batch in one event.
  var runner: Int?
  /// Draws how long signalled waiters take to run.
  var lockStream: SplitMix
  var governor: GovernorRules?
  /// Work done in a nanosecond by each burning thread.
  var rate = 1.0
  /// Threads that burn, the consumer counted as all of its own.
  var burning = 0.0
  /// The last generation that a batch was begun under.
  var lastGeneration = 0

  var consumer: ConsumerState
  /// The loader's processes, while `setup.hasProcesses`.
  var processes = LoaderProcesses()
  /// Draws batches' costs where they vary.
  var costStream: SplitMix

  let dataset: DatasetFacts
  private let machineCores: Int
  private let isEndless: Bool

  /// - Parameters:
  ///   - scenario: Checked.
  ///   - costs: Of its stages.
  ///   - machineCores: The number of cores where the scenario doesn't set one.
  ///   - course: How it begins, and whether epochs end.
  package init(
    _ scenario: Scenario, dataset: DatasetFacts, costs: StageCosts, machineCores: Int,
    listener: Listener, course: SimulationCourse = .session
  ) {
    isEndless = course == .endless
    self.dataset = dataset
    self.machineCores = machineCores
    self.listener = listener
    setup = SimulationSetup(
      generation: 0, scenario: scenario, dataset: dataset, costs: costs, cores: machineCores,
      isEndless: isEndless)
    due = Array(repeating: 0, count: setup.makers + 1)
    threads = Array(repeating: SimulatedThread(), count: setup.makers + 1)
    lockStream = SplitMix(seed: UInt64(scenario.seed) ^ 0x10c4)
    consumer = ConsumerState(stream: SplitMix(seed: UInt64(scenario.seed)))
    costStream = SplitMix(seed: UInt64(scenario.seed) ^ 0x5eed_0f_c0575)
    let (count, cores) = (setup.makers + 1, setup.cores)
    governor = scenario.governor.map { GovernorRules($0, threads: count, cores: cores) }
    switch course {
    case .session: begin(with: scenario.firstStart)
    case .laterEpoch: begin(with: setup.boundary)
    case .endless: begin(with: EpochBoundary())
    }
  }

  /// Whether every thread waits for another one, so that no event will ever follow.
  package var isStuck: Bool {
    (setup.hasProcesses ? processes.due : due).allSatisfy { $0 == .infinity }
  }

  /// Seconds of phases before the last step's end, start-up left out.
  package var secondsPaused: Double { consumer.pausedBefore * 1e-9 }

  /// The clock's share of the highest.
  package var clockShare: Double { governor?.clock ?? 1 }

  /// Goes on until `goal` steps have been trained in all, or until a moment, whichever comes first.
  ///
  /// Ends early, with fewer steps, where no thread can act any more.
  ///
  /// - Parameter most: Ends after as many moments, too, where threads are simulated and not processes.
  /// - Complexity: O(workers) an event.
  package mutating func run(
    steps goal: Int = .max, until end: Nanoseconds = .never, events most: Int = .max
  ) {
    let limit = most == .max ? .max : events + most
    let deadline = end == .never ? Double.infinity : Double(end.count)
    if setup.hasProcesses { return runProcesses(steps: goal, until: deadline, events: limit) }
    while steps < goal {
      guard events < limit else { return }
      var next = 0
      var moment = due[0]
      for thread in 1..<due.count where due[thread] < moment {
        next = thread
        moment = due[thread]
      }
      // Every thread waits for another one. No rule leads here, but infinite costs do.
      guard moment < .infinity else { break }
      if let windowEnd = governor?.windowEnd, Double(windowEnd.count) <= moment {
        guard Double(windowEnd.count) <= deadline else { break }
        clock = Double(windowEnd.count)
        events += 1
        governor?.endWindow()
        updateRate()
        continue
      }
      guard moment <= deadline else { break }
      clock = moment
      events += 1
      if next == 0 { actAsConsumer() } else { act(asWorker: next) }
    }
    if steps < goal, deadline < .infinity { clock = max(clock, deadline) }
  }

  /// Changes the scenario; stages hold from the next batch on, the rest at once.
  ///
  /// - Complexity: O(workers).
  package mutating func adopt(_ scenario: Scenario, costs: StageCosts, generation: Int) {
    let before = setup
    setup = SimulationSetup(
      generation: generation, scenario: scenario, dataset: dataset, costs: costs,
      cores: machineCores, isEndless: isEndless)
    if !epoch.isBetween { boundEpoch() }
    if before.hasProcesses || setup.hasProcesses { changeProcesses(from: before) }
    while threads.count <= setup.makers {
      threads.append(SimulatedThread())
      due.append(clock)
    }
    if governor?.governor != scenario.governor {
      let (count, cores, moment) = (threads.count, setup.cores, now)
      governor = scenario.governor.map {
        GovernorRules($0, threads: count, cores: cores, at: moment)
      }
      for thread in threads.indices where threads[thread].isBurning {
        governor?.begin(thread, at: moment)
      }
    }
    burning = threads.indices.reduce(0) { $0 + (threads[$1].isBurning ? weight(of: $1) : 0) }
    updateRate()
    // Waiting threads look again: the rule that they wait by may have changed.
    for thread in threads.indices {
      switch threads[thread].phase {
      case .awaitingBatch, .awaitingDemand, .awaitingRoom: due[thread] = clock
      case .gone where thread <= setup.makers:
        threads[thread].phase = .looking
        due[thread] = clock
      default: break
      }
    }
  }

  /// Rounded by truncation: `rounded` is a call, and time is never negative.
  var now: Nanoseconds { Nanoseconds(nearest: clock) }

  mutating func countStep() {
    steps += 1
    lastStepEnd = clock
  }
}

/// The consumer's step so far; moments in nanoseconds.
struct ConsumerState: Sendable {
  /// Since when it has wanted a batch.
  var wanted = 0.0
  var taken = 0.0
  var hostEnd = 0.0
  /// Naps since the last step because the queue was empty.
  var polls = 0
  /// Whether it trains a batch that it has taken.
  var holdsBatch = false
  /// The GPU's step times, drawn as the live engine draws them.
  var stream: SplitMix
  /// Nanoseconds of the present batch's work on a processor.
  var work = 0.0
  /// Steps, updates, epochs and phases so far.
  var schedule = StepSchedule()
  /// Nanoseconds of phases before the last step's end.
  var pausedBefore = 0.0
  /// The device's time of the present batch, in nanoseconds.
  var device = StepSchedule.DeviceTime()
}

extension Simulation: Sendable where Listener: Sendable {}
