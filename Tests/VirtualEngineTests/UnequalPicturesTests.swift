import Augmentation
import Pipeline
import Quantities
import Testing
import VirtualEngine

/// Pictures that wait for their data, and those that take longer than others.
extension SimulationTests {
  /// What stages wait is their own time and takes no core: two workers wait on one core at the pace of two.
  @Test(arguments: [Loader.blocking, .torch]) func aStageMayWait(loader: Loader) throws {
    var scenario = scenario(loader)
    scenario.workers = 2
    scenario.loadWait = .constant(.microseconds(100))
    scenario.consumer.compute = .constant(.microseconds(100))
    var costs = costs(.milliseconds(1))
    costs.waits[Stage.load.index] = 300_000
    costs.waits[Stage.warp.index] = 500_000
    var simulation = simulation(scenario, costs, cores: 1)
    simulation.run(steps: 200)
    // Ten pictures wait 9 ms and burn 1 ms: 10 ms for two batches, or 11 where they burn at the same time.
    let steps = simulation.listener.steps
    let pace = (steps[199].end - steps[99].end).seconds / 100
    #expect(pace > 4.9e-3 && pace < 5.6e-3, "\(pace)")
    let made = try #require(simulation.listener.made.last)
    #expect(made.idle == .milliseconds(9))
    #expect(made.stages[Stage.load.index].idle == .milliseconds(4))
    #expect(made.stages[Stage.warp.index].idle == .milliseconds(5))
    #expect(made.wall(Stage.load.index) >= .milliseconds(5))
    #expect(made.wall(Stage.warp.index) == .milliseconds(5))
    #expect(made.stages[Stage.warp.index].cpu == .zero)
  }

  /// Workers that begin together and wait most of the time don't work together for ever: three of them on two cores
  /// make nearly three times what one makes.
  @Test(
    arguments: [(Loader.blocking, false), (.keras3, false), (.torch, false), (.torch, true)],
    [3, 4])
  func workersThatWaitWorkAtDifferentTimes(
    _ kind: (loader: Loader, hasProcesses: Bool), workers: Int
  ) {
    func pace(_ workers: Int) -> Double {
      var scenario = scenario(kind.loader)
      scenario.workers = workers
      scenario.prefetch = 2
      scenario.queueLimit = 2 * workers
      scenario.consumer.compute = .constant(.microseconds(100))
      var costs = costs(.milliseconds(20))
      costs.waits[Stage.load.index] = 12e6
      if kind.hasProcesses { costs.loader = LoaderCosts() }
      var simulation = simulation(scenario, costs, cores: 2)
      simulation.run(steps: 400)
      let steps = simulation.listener.steps
      let made = simulation.listener.made
      #expect(made.allSatisfy { $0.idle == .milliseconds(120) })
      #expect(made.allSatisfy { $0.wall(Stage.load.index) <= $0.finished - $0.start })
      return 300 / (steps[399].end - steps[99].end).seconds
    }
    let gain = pace(workers) / pace(1)
    #expect(gain > 0.98 * Double(workers) && gain < 1.01 * Double(workers), "\(gain)")
  }

  /// One slow sample holds up the batches behind it where they are delivered in order.
  @Test func slowPicturesHoldUpThoseBehindThem() {
    func pace(_ loader: Loader, _ spread: Double?) -> Double {
      var scenario = scenario(loader)
      scenario.workers = 4
      scenario.prefetch = 1
      scenario.queueLimit = 4
      scenario.batchSize = 1
      scenario.apply(.costs(.profile(CostProfile(name: "python", stages: [:]))))
      scenario.interpreterLock = false
      scenario.spread = spread
      scenario.consumer.compute = .constant(.microseconds(100))
      var simulation = simulation(scenario, costs(.milliseconds(80)), cores: 5)
      simulation.run(steps: 3_000)
      return simulation.lastStepEnd / 3_000
    }
    let even = pace(.torch, nil)
    #expect(abs(pace(.blocking, 1.5) / even - 1) < 0.15)
    #expect(pace(.torch, 1.5) > 1.3 * even)
  }

  /// In order, a batch that is late holds up those behind it; a queue without order passes them on.
  @Test func oneLateBatchHoldsUpThoseBehindIt() {
    func pace(_ loader: Loader) -> Double {
      var scenario = scenario(loader)
      scenario.workers = 4
      scenario.prefetch = 1
      scenario.queueLimit = 4
      scenario.batchSize = 1
      scenario.loadWait = .logNormal(mean: .milliseconds(8), deviation: .milliseconds(16))
      scenario.consumer.compute = .constant(.microseconds(100))
      var simulation = simulation(scenario, costs(.microseconds(1)), cores: 4)
      simulation.run(steps: 4_000)
      return simulation.lastStepEnd / 4_000
    }
    #expect(abs(pace(.blocking) / 2e6 - 1) < 0.1)
    #expect(pace(.torch) > 1.3 * pace(.blocking))
  }
}
