import Augmentation
package import Pipeline
package import Quantities

/// The rules of `Pipeline` on simulated time: what `LiveEngine` does with threads, done event by
/// event, the same for the same seed.
///
/// Every thread has one moment at which it acts next; the earliest goes first, the consumer before
/// the workers and these by number where moments are equal. One such pop is one event. A thread that
/// works with nobody waiting for the interpreter lock goes through a whole batch in one event: where
/// it lets go is computed when somebody asks.
///
/// - Complexity: O(workers) an event; a batch takes two to six. Allocates nothing on the way.
package struct Simulation<Listener: SimulationListener> {
  /// Is told of everything; may be changed between runs.
  package var listener: Listener
  /// Nanoseconds since the start.
  package private(set) var clock = 0.0
  /// Moments acted on so far.
  package private(set) var events = 0
  package private(set) var steps = 0
  /// When the last step ended, in nanoseconds.
  package private(set) var lastStepEnd = 0.0

  var setup: SimulationSetup
  /// When each thread acts next; the consumer's first. Never for those that wait for somebody.
  var due: [Double]
  var threads: [SimulatedThread]
  var queue = SimulatedQueue()
  /// Batches begun.
  var begun = DeliveryFrontier()
  var lock: InterpreterLockRules
  /// Who holds the lock with nobody waiting, and so isn't walked from release to release.
  var runner: Int?
  var governor: GovernorRules?
  /// Work done in a nanosecond by each burning thread.
  var rate = 1.0
  var burning = 0
  /// The last generation that a batch was begun under.
  var lastGeneration = 0

  // The consumer's step.
  var wanted = 0.0
  var taken = 0.0
  var hostEnd = 0.0
  var polls = 0
  /// The GPU's step times, drawn as the live engine draws them.
  var stepStream: SplitMix
  var costStream: SplitMix

  private let dataset: DatasetFacts
  private let machineCores: Int

  /// - Parameters:
  ///   - scenario: Checked.
  ///   - costs: Of its stages.
  ///   - machineCores: Stands in where the scenario doesn't say how many cores there are.
  package init(
    _ scenario: Scenario, dataset: DatasetFacts, costs: StageCosts, machineCores: Int,
    listener: Listener
  ) {
    self.dataset = dataset
    self.machineCores = machineCores
    self.listener = listener
    setup = SimulationSetup(
      generation: 0, scenario: scenario, dataset: dataset, costs: costs, cores: machineCores)
    due = Array(repeating: 0, count: setup.workers + 1)
    threads = Array(repeating: SimulatedThread(), count: setup.workers + 1)
    lock = InterpreterLockRules(interval: setup.switchInterval)
    stepStream = SplitMix(seed: UInt64(scenario.seed))
    costStream = SplitMix(seed: UInt64(scenario.seed) ^ 0x5eed_0f_c0575)
    let (count, cores) = (setup.workers + 1, setup.cores)
    governor = scenario.governor.map { GovernorRules($0, threads: count, cores: cores) }
  }

  /// The clock's share of the highest.
  package var clockShare: Double { governor?.clock ?? 1 }

  /// Goes on until so many steps have been trained, or until a moment, whichever comes first.
  package mutating func run(steps goal: Int = .max, until end: Nanoseconds = .never) {
    let deadline = end == .never ? Double.infinity : Double(end.count)
    while steps < goal {
      var next = 0
      var moment = due[0]
      for thread in 1..<due.count where due[thread] < moment {
        next = thread
        moment = due[thread]
      }
      if let windowEnd = governor?.windowEnd, Double(windowEnd.count) <= moment {
        guard Double(windowEnd.count) <= deadline else { break }
        clock = Double(windowEnd.count)
        events += 1
        governor?.endWindow()
        updateRate()
        continue
      }
      // Nobody will ever act again only where everybody waits for somebody, which no rule allows.
      guard moment <= deadline, moment < .infinity else { break }
      clock = moment
      events += 1
      if next == 0 { actAsConsumer() } else { act(asWorker: next) }
    }
    if steps < goal, deadline < .infinity { clock = max(clock, deadline) }
  }

  /// Takes a changed scenario; stages hold from the next batch on, the rest at once.
  package mutating func adopt(_ scenario: Scenario, costs: StageCosts, generation: Int) {
    setup = SimulationSetup(
      generation: generation, scenario: scenario, dataset: dataset, costs: costs,
      cores: machineCores)
    lock.interval = setup.switchInterval
    while threads.count <= setup.workers {
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
    burning = threads.count { $0.isBurning }
    updateRate()
    // Who waits looks again: the rule that it waits by may be another now.
    for thread in threads.indices {
      switch threads[thread].phase {
      case .awaitingBatch, .awaitingDemand, .awaitingRoom: due[thread] = clock
      case .gone where thread <= setup.workers:
        threads[thread].phase = .looking
        due[thread] = clock
      default: break
      }
    }
  }

  /// Rounded by truncation: `rounded` is a call, and time is never negative.
  var now: Nanoseconds { Nanoseconds(Int64(clock + 0.5)) }

  mutating func countStep() {
    steps += 1
    lastStepEnd = clock
  }
}

extension Simulation: Sendable where Listener: Sendable {}
