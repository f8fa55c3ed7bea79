import Pipeline
import Quantities
import Testing

/// What a batch costs on its way through a pool of processes.
struct PoolTimesTests {
  private var costs: LoaderCosts {
    var costs = LoaderCosts()
    costs[.poolTask] = .microseconds(30)
    costs[.poolPickle] = .microseconds(100)
    costs[.poolPicklePerMegabyte] = .microseconds(1_000)
    costs[.poolSend] = .microseconds(200)
    costs[.poolTakenSend] = .microseconds(600)
    costs[.poolCrowdedSend] = .microseconds(1_000)
    costs[.poolCrowdedSendPerMegabyte] = .microseconds(500)
    costs[.poolReceive] = .microseconds(70)
    costs[.poolReceivePerMegabyte] = .microseconds(100)
    return costs
  }

  @Test func workGrowsWithTheBatch() {
    let times = PoolTimes(costs, megabytes: 0.5, burners: 0, cores: 2)
    #expect(abs(times.work - 630e3) < 1e-6 && abs(times.receive - 120e3) < 1e-6)
  }

  /// The sending takes longer the fewer cores are idle: 600 µs where one is, 1 250 µs where none is.
  @Test(arguments: [
    (0.0, 2, 200.0), (0.5, 2, 400), (1, 2, 600), (1.5, 2, 925), (2, 2, 1_250), (7, 2, 1_250),
    (5, 8, 200), (7, 8, 600), (0, 1, 600),
  ])
  func sendingTakesLongerTheFewerCoresAreIdle(burners: Double, cores: Int, send: Double) {
    let times = PoolTimes(costs, megabytes: 0.5, burners: burners, cores: cores)
    #expect(abs(times.send - send * 1e3) < 1e-6)
  }

  @Test func waitingWorkersDontBurn() {
    #expect(PoolTimes.burners(makers: 3, work: 2, wait: 0) == 2)
    #expect(PoolTimes.burners(makers: 3, work: 1, wait: 3) == 0.5)
    #expect(PoolTimes.burners(makers: 3, work: 0, wait: 0) == 0)
    #expect(PoolTimes.burners(makers: 0, work: 1, wait: 0) == 0)
  }

  @Test func eachLoadersPartsAreReplacedAlone() {
    var all = LoaderCosts()
    all[.hop] = .microseconds(45)
    all.tensors = 2
    #expect(all.owners == [.torch] && costs.owners == [.keras3])
    all.take(costs, of: .keras3)
    #expect(all[.hop] == .microseconds(45) && all[.poolTask] == .microseconds(30))
    #expect(all.owners == [.torch, .keras3] && all.tensors == 2)
    var other = LoaderCosts()
    other[.hop] = .microseconds(60)
    all.take(other)
    #expect(all[.hop] == .microseconds(60) && all[.poolTask] == .microseconds(30))
    all.take(LoaderCosts(), of: .torch)
    #expect(all == costs)
  }
}
