import Augmentation
import Pipeline
import Quantities
import Testing
import VirtualEngine

/// CPython's interpreter lock on simulated time: each of its mechanisms, and published Keras by all of them.
@Suite struct InterpreterLockTests {
  private struct Taken: SimulationListener {
    static let listens = true
    var waits: [Duration] = []
    mutating func receive(_ event: Event) {
      guard case .taken(let taken) = event else { return }
      waits.append(.nanoseconds((taken.at - taken.wanted).count))
    }
    /// After the queue has filled.
    var median: Duration { waits.dropFirst(20).sorted()[(waits.count - 20) / 2] }
  }

  private static let facts = DatasetFacts(
    count: 100_000, shape: PictureShape(height: 32, width: 32, channels: 3))

  /// Batches of ten pictures, made by threads that hold the lock and never find the queue full.
  private func scenario(_ stretches: [LockStretch], wake: Duration, cold: Duration) -> Scenario {
    let held = stretches.reduce(0) { $0 + $1.held }
    let free = stretches.reduce(0) { $0 + $1.free }
    var profile = CostProfile(
      name: "python",
      stages: [
        "load": StageCost(
          fixed: .zero, perPicture32: .seconds(rounding: (held + free) * 1e-6),
          lockFree: free / (held + free), releases: free > 0 ? stretches : [])
      ])
    (profile.lockWake, profile.lockCold) = (wake, cold)
    var scenario = Scenario(name: "by hand")
    scenario.batchSize = 10
    scenario.stages = .fixed
    scenario.queueLimit = 100_000
    scenario.consumer = Consumer()
    scenario.consumer.compute = .constant(.milliseconds(3))
    scenario.consumer.host = .zero
    scenario.consumer.transfer = .zero
    scenario.apply(.costs(.profile(profile)))
    return scenario
  }

  /// How long a consumer waits for the lock before it looks at a queue that is never empty.
  private func wait(
    _ stretches: [LockStretch], wake: Duration = .zero, cold: Duration = .zero
  ) throws -> Duration {
    let scenario = scenario(stretches, wake: wake, cold: cold)
    guard case .profile(let profile) = scenario.costs else { return .zero }
    var simulation = Simulation(
      scenario, dataset: Self.facts,
      costs: StageCosts(scenario, profile: profile, shape: Self.facts.shape), machineCores: 4,
      listener: Taken())
    simulation.run(steps: 200)
    try #require(simulation.steps == 200)
    return simulation.listener.median
  }

  /// Python that never lets go: a consumer has the lock when the switch interval is over.
  @Test func aHolderLetsGoAfterTheSwitchInterval() throws {
    let held = [LockStretch(held: 100, free: 0)]
    #expect(try wait(held) == .milliseconds(5))
    // Two wake-ups come on top: the timer's, and the signal's.
    let late = try wait(held, wake: .microseconds(100))
    #expect(late > .microseconds(5_120) && late < .microseconds(5_280), "\(late)")
  }

  /// A release that is over before the signalled thread runs is in vain, and its wait begins anew; one that
  /// is longer than a wake-up lets it in.
  @Test func aWakeUpInVainCostsAnInterval() throws {
    let brief = Array(repeating: LockStretch(held: 50, free: 0.2), count: 8)
    let long = [LockStretch(held: 400, free: 100)]
    let vain = try wait(brief, wake: .microseconds(40))
    #expect(vain > .milliseconds(4), "\(vain)")
    let quick = try wait(long, wake: .microseconds(40))
    #expect(quick < .milliseconds(1), "\(quick)")
    // Without the time to wake up no release is too brief.
    #expect(try wait(brief) < .microseconds(60))
  }

  private func pace(
    _ stretches: [LockStretch], workers: Int, wake: Duration, cold: Duration
  ) -> Double {
    var scenario = scenario(stretches, wake: wake, cold: cold)
    scenario.workers = workers
    scenario.consumer.compute = .constant(.microseconds(10))
    guard case .profile(let profile) = scenario.costs else { return 0 }
    return EpochSimulation(
      scenario, dataset: Self.facts,
      costs: StageCosts(scenario, profile: profile, shape: Self.facts.shape), machineCores: 4,
      batches: 400)?.batchesPerSecond ?? 0
  }

  /// Every change of holder costs the new one time: the more releases a picture has, the less a second worker
  /// wins by the same lock-free time.
  @Test func releasesCostWhatTheyChangeHands() {
    let one = [LockStretch(held: 60, free: 60)]
    let three = Array(repeating: LockStretch(held: 20, free: 20), count: 3)
    func gain(_ stretches: [LockStretch], cold: Duration) -> Double {
      pace(stretches, workers: 2, wake: .zero, cold: cold)
        / pace(stretches, workers: 1, wake: .zero, cold: cold)
    }
    #expect(gain(one, cold: .zero) > 1.8)
    #expect(gain(three, cold: .zero) > 1.8)
    let (few, many) = (gain(one, cold: .microseconds(20)), gain(three, cold: .microseconds(20)))
    #expect(few > many + 0.3 && many < 1.2, "\(few), \(many)")
  }

  /// One core's cache stays as it is when another thread has the lock.
  @Test func aChangeOfHolderCostsNothingOnOneCore() throws {
    var scenario = scenario([LockStretch(held: 50, free: 50)], wake: .zero, cold: .milliseconds(1))
    scenario.cores = 1
    scenario.consumer.compute = .constant(.milliseconds(8))
    guard case .profile(let profile) = scenario.costs else { return }
    let epoch = try #require(
      EpochSimulation(
        scenario, dataset: Self.facts,
        costs: StageCosts(scenario, profile: profile, shape: Self.facts.shape), machineCores: 4,
        batches: 200))
    #expect(epoch.batchesPerSecond > 124)
  }

  /// Two workers of Keras 1.1.0's own queue and generator, measured: a batch alone takes 7.66 ms with the warp
  /// and 1.91 ms without.
  @Test(arguments: [
    (true, 3.4, 0.2, 10, 120), (true, 5, 0, 10, 111.3), (true, 8, 0.5, 10, 111.1),
    (false, 1, 0.5, 4, 133), (false, 3.4, 0.2, 10, 228.6),
  ])
  func twoWorkersMakeWhatRealOnesDid(
    warps: Bool, step: Double, host: Double, queue: Int, measured: Double
  ) throws {
    let releases = warps ? KerasReleases.picture : KerasReleases.pictureWithoutWarp
    var scenario = scenario(releases, wake: .microseconds(42), cold: .microseconds(22))
    scenario.batchSize = 32
    scenario.loader = .kerasThreads
    scenario.workers = 2
    scenario.queueLimit = queue
    scenario.consumer.compute = .constant(.seconds(rounding: (step + 0.06) * 1e-3))
    scenario.consumer.host = .seconds(rounding: (host + 0.01) * 1e-3)
    guard case .profile(var profile) = scenario.costs else { return }
    let free = releases.reduce(0) { $0 + $1.free }
    profile.stages["load"] = StageCost(
      fixed: .zero, perPicture32: .seconds(rounding: (warps ? 7.66 : 1.91) * 1e-3 / 32),
      lockFree: free / releases.reduce(0) { $0 + $1.held + $1.free }, releases: releases)
    scenario.apply(.costs(.profile(profile)))
    var costs = StageCosts(scenario, profile: profile, shape: Self.facts.shape)
    costs.napLateness = 90_000
    let epoch = try #require(
      EpochSimulation(
        scenario, dataset: Self.facts, costs: costs, machineCores: 2, batches: 80))
    #expect(abs(epoch.batchesPerSecond / measured - 1) < 0.15, "\(epoch.batchesPerSecond)")
  }
}
