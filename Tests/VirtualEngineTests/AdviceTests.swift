import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import Testing
import VirtualEngine

/// Advice for scenarios whose best change is known beforehand.
@Suite struct AdviceTests {
  private static let facts = DatasetFacts(
    count: 50_000, shape: PictureShape(height: 32, width: 32, channels: 3))

  /// Advice for a session of the default preset that has run for four simulated seconds.
  private func advice(
    cores: Int = 4, pairs: Bool = true, _ change: (inout Scenario) -> Void
  ) throws -> (advice: Advice, reading: Reading) {
    var scenario = try PresetCatalog.scenario(named: "fast-gpu")
    change(&scenario)
    let session = try #require(
      VirtualSession(
        scenario: scenario, dataset: Self.facts, costs: CostModel(shape: Self.facts.shape),
        machineCores: cores))
    session.advance(by: .seconds(4))
    let predictor = try Predictor(session.reading)
    let advice = try predictor.advice()
    return (pairs ? predictor.withPairs(advice) : advice, session.reading)
  }

  /// One stage that takes this long a picture, without a lock, and the loader that waits on conditions.
  private func workOnly(_ time: Duration, gpu: Duration) -> (inout Scenario) -> Void {
    { scenario in
      let costs = CostProfile(
        name: "one stage", stages: [Stage.warp.rawValue: StageCost(fixed: time)])
      scenario.apply(.costs(.profile(costs)))
      scenario.apply(.interpreterLock(false))
      scenario.loader = .blocking
      scenario.workers = 1
      scenario.consumer = Consumer()
      scenario.consumer.compute = .constant(gpu)
    }
  }

  @Test func aLoaderWithoutNapsIsBestWherePollingIsTheLimit() throws {
    let (advice, _) = try advice(pairs: false) { $0.apply(.stage(.warp, on: false)) }
    let best = try #require(advice.bestFree)
    #expect(best.changes == [.loader(.blocking)] || best.changes == [.loader(.torch)])
    #expect(best.price == .nothing)
    #expect(best.epoch.seconds < advice.now.seconds * 0.7)
    #expect(abs(best.epoch.seconds - advice.unstarved) < advice.unstarved * 0.02)
  }

  @Test func anotherWorkerIsBestWhereWorkIsTheLimit() throws {
    // A batch takes 32 ms, and a step 20: two workers are enough, one costs the GPU its time.
    let (advice, _) = try advice(
      pairs: false, workOnly(.milliseconds(1), gpu: .milliseconds(20)))
    let best = try #require(advice.bestFree)
    #expect(best.changes == [.workers(2)])
    #expect(abs(best.epoch.seconds - advice.unstarved) < advice.unstarved * 0.02)
    // The stage off wins as much, but costs augmentation.
    let warp = try #require(advice.singles.first { $0.changes == [.stage(.warp, on: false)] })
    #expect(warp.price == .augmentation && warp.helps)
    // Stages that cost nothing can't be told from no change.
    let flip = try #require(
      advice.singles.first { $0.changes == [.stage(.horizontalFlip, on: false)] })
    #expect(!flip.isDistinguishable)
  }

  @Test func aPairIsBestWhereEitherAloneIsTooLittle() throws {
    // A batch takes 64 ms, a step 10: a second worker halves the period, and a stage that takes half of
    // the work halves it again.
    let (advice, _) = try advice { scenario in
      workOnly(.milliseconds(1), gpu: .milliseconds(10))(&scenario)
      let cost = StageCost(fixed: .milliseconds(1))
      let costs = CostProfile(
        name: "two stages",
        stages: [Stage.warp.rawValue: cost, Stage.channelShift.rawValue: cost])
      scenario.settings.channelShiftRange = 10
      scenario.apply(.costs(.profile(costs)))
      scenario.apply(.interpreterLock(false))
    }
    let pair = try #require(advice.bestPair)
    #expect(Set(pair.changes).contains(.workers(2)) || pair.changes.count == 2)
    #expect(pair.epoch.seconds < advice.now.seconds * 0.3)
    let single = try #require(advice.bestSingle)
    #expect(abs(single.epoch.seconds / advice.now.seconds - 0.5) < 0.02)
    let free = try #require(
      advice.pairs?.first { Set($0.changes) == [.workers(2), .stage(.warp, on: false)] })
    #expect(free.price == .augmentation)
    #expect(abs(free.epoch.seconds / advice.now.seconds - 0.25) < 0.02)
  }

  @Test func nothingHelpsWhereTheGPUIsTheLimit() throws {
    let (advice, _) = try advice(workOnly(.microseconds(10), gpu: .milliseconds(20)))
    #expect(advice.bestSingle == nil && advice.bestPair == nil)
    #expect(advice.isGPUTheLimit)
    #expect(advice.mostToWin < 0.01 * advice.now.seconds)
    // Only another GPU helps.
    #expect(advice.helping.map(\.price) == [.hardware])
  }

  /// Sixteen steps of 3.125 ms last exactly as long as a worker's nap: naps that end a little earlier or later
  /// decide whether the GPU finds the queue empty, and sleeps ten milliseconds.
  @Test(arguments: [(3_125, true), (3_150, false)])
  func aQueueThatLastsAsLongAsANapIsAnEdge(step: Int64, isEdge: Bool) throws {
    let (advice, _) = try advice(pairs: false) { scenario in
      workOnly(.microseconds(10), gpu: .microseconds(step))(&scenario)
      scenario.loader = .kerasThreads
      scenario.queueLimit = 8
    }
    let longer = try #require(advice.singles.first { $0.changes == [.queueLimit(16)] })
    #expect(longer.helps && longer.isEdge == isEdge, "\(longer)")
  }

  @Test func partsThatExcludeOneAnotherMakeNoPair() throws {
    let scenario = try PresetCatalog.scenario(named: "fast-gpu")
    let pairs = scenario.advisedPairs(scenario.generatorStages)
    #expect(pairs.count > 50)
    #expect(Set(pairs.map(Set.init)).count == pairs.count)
    for pair in pairs {
      #expect(!pair[0].supersedes(pair[1]) && !pair[1].supersedes(pair[0]))
      let loaders = pair.compactMap { if case .loader(let loader) = $0 { loader } else { nil } }
      #expect(loaders.count < 2)
      let hasQueue = pair.contains { if case .queueLimit = $0 { true } else { false } }
      #expect(!(hasQueue && loaders.contains(.torch)))
    }
    #expect(pairs.contains([.loader(.torch), .prefetch(scenario.prefetch * 2)]))
  }

  /// Workers that share cores take longer by the clock, not by what they burn: they aren't counted twice.
  @Test func moreWorkersThanCoresArePredictedAsTheyAre() throws {
    let (advice, reading) = try advice(cores: 2) { scenario in
      scenario.loader = .torch
      scenario.workers = 8
      scenario.consumer.compute = .constant(.milliseconds(1))
    }
    let measured = try #require(reading.epoch.settled).seconds
    #expect(abs(advice.now.seconds / measured - 1) < 0.05, "\(advice.now.seconds) \(measured)")
  }

  /// The best single and pair of the default preset come true on simulated time.
  @Test func theDefaultPresetsAdviceComesTrue() throws {
    let (advice, reading) = try advice(cores: 2) { _ in }
    // A pair is worth no more than its parts where one of them does it all.
    for pair in try #require(advice.pairs) {
      for part in pair.changes {
        guard let single = advice.singles.first(where: { $0.changes == [part] }) else { continue }
        #expect(pair.epoch.seconds < single.epoch.seconds)
      }
    }
    for line in [advice.bestSingle, advice.bestPair].compactMap({ $0 }) {
      let session = try #require(
        VirtualSession(
          scenario: reading.scenario, dataset: Self.facts,
          costs: CostModel(shape: Self.facts.shape), machineCores: 2))
      session.advance(by: .seconds(4))
      for change in line.changes { session.apply(.change(change)) }
      session.advance(by: .seconds(20))
      let measured = try #require(session.reading.epoch.settled).seconds
      #expect(abs(line.epoch.seconds / measured - 1) < 0.05, "\(line) \(measured)")
      #expect(measured < advice.now.seconds)
    }
    #expect(advice.bestSingle != nil)
  }
}
