import Augmentation
import Experiments
import Host
import Pipeline
import Quantities
import Synchronization
import Testing

/// The question's table under each mechanism, searched on a small scale.
@Suite struct LabTests {
  private static let facts = DatasetFacts(count: 50_000, shape: .cifar)

  /// The question's scenario with costs near those of the published profile; an eighth of its epoch.
  private static let base: Scenario = {
    var scenario = Scenario(name: "question")
    scenario.samplesPerEpoch = 50_000
    scenario.settings.widthShiftRange = 0.1
    scenario.settings.horizontalFlip = true
    let profile = CostProfile(
      name: "python",
      stages: [
        "load": StageCost(fixed: .microseconds(1)),
        "rotation": StageCost(fixed: .microseconds(4), identity: .microseconds(4)),
        "shear": StageCost(fixed: .microseconds(3), identity: .microseconds(3)),
        "compose": StageCost(fixed: .microseconds(9)),
        "warp": StageCost(
          fixed: .microseconds(44), perPicture32: .microseconds(51), lockFree: 1),
        "horizontal-flip": StageCost(fixed: .microseconds(1)),
      ])
    scenario.apply(.costs(.profile(profile)))
    return scenario
  }()

  private func lab(
    seed: UInt64 = 1, effort: Double = 0.001, threads: Int = 2,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) -> Lab {
    Lab(
      Self.base, dataset: Self.facts, seed: seed, effort: Lab.Effort(share: effort, steps: 60),
      threads: threads, isCancelled: isCancelled)
  }

  @Test func theBestConstantIsKnown() {
    #expect(abs(ObservedEpochs.rmsOfBestConstant - 2.683) < 0.001)
    let fit = TableFit(seconds: [22.4, 21.7, 25, 27.5, 28.5])
    #expect(fit.isWithinRounding && abs(fit.worst - 0.5) < 1e-9)
    #expect(!TableFit(seconds: [22.6, 22, 25, 28, 28]).isWithinRounding)
    #expect(abs(TableFit(seconds: [23, 22, 25, 28, 26]).rms - 1) < 1e-9)
  }

  /// Without an effect all rows are as long, whatever the numbers: the constant is met, not beaten.
  @Test func withoutAnEffectTheConstantIsBest() throws {
    let none = try #require(LabMechanism.all.first)
    let finding = try #require(lab(effort: 0.01).run([none]).first)
    #expect(finding.mechanism.name == "none" && finding.isComplete)
    let seconds = finding.fit.seconds
    #expect(seconds.allSatisfy { abs($0 - seconds[0]) < 0.01 }, "\(seconds)")
    let excess = finding.fit.rms - ObservedEpochs.rmsOfBestConstant
    #expect(excess > -0.001 && excess < 0.3, "\(finding.fit)")
    #expect(finding.region == nil)
  }

  /// Even the smallest search sees that a clock that follows the load orders the rows.
  @Test func aGovernorBeatsTheConstant() throws {
    let governor = try #require(LabMechanism.all.first { $0.name == "governor" })
    let finding = try #require(lab(effort: 0.01).run([governor]).first)
    #expect(finding.fit.rms < ObservedEpochs.rmsOfBestConstant * 0.8, "\(finding.fit)")
    for parameter in governor.parameters {
      #expect(parameter.bounds.contains(finding.point[parameter]), "\(parameter)")
      if let range = finding.region?.range(parameter) {
        #expect(range.contains(finding.point[parameter]), "\(parameter)")
      }
    }
  }

  @Test func theSameSeedFindsTheSameOnAnyNumberOfThreads() {
    let mechanisms = [LabMechanism.keras]
    let one = lab(threads: 1).run(mechanisms)
    let three = lab(threads: 3).run(mechanisms)
    let other = lab(seed: 2).run(mechanisms)
    #expect(one.count == 1)
    #expect(one.map(\.point) == three.map(\.point) && one.map(\.fit) == three.map(\.fit))
    #expect(one.map(\.tried) == three.map(\.tried))
    #expect(one.map(\.point) != other.map(\.point))
  }

  /// A search that is stopped returns its best point so far, from whole epochs.
  @Test func calledOffItTellsTheBestSoFar() throws {
    let isEnough = Atomic<Bool>(false)
    let called = lab(threads: 1) { isEnough.load(ordering: .relaxed) }
    // In the third of eight.
    let findings = called.run { if $0 > 0.16 { isEnough.store(true, ordering: .relaxed) } }
    let finding = try #require(findings.last)
    #expect(!finding.isComplete && findings.count < LabMechanism.all.count)
    #expect(finding.fit.seconds.allSatisfy { $0 > 1 })
    #expect(lab { true }.run().isEmpty)
  }

  @Test func progressGoesFromNothingToAll() {
    let recorded = Monitor<[Double]>([])
    _ = lab(effort: 0.01).run([LabMechanism.keras]) { share in
      recorded.withLock { $0.append(share) }
    }
    let shares = recorded.withLock { $0 }
    #expect(shares == shares.sorted() && shares.allSatisfy { $0 > 0 && $0 <= 1 })
    #expect(shares.count > 2)
  }

  @Test(arguments: [0.0, 0.5, 1]) func everyCornerIsAScenario(share: Double) throws {
    let point = LabPoint(shares: LabParameter.allCases.map { _ in share })
    for parameter in LabParameter.allCases {
      #expect(parameter.bounds.contains(point[parameter]), "\(parameter)")
    }
    #expect(share != 0 || point[.floor] == LabParameter.floor.bounds.lowerBound)
    for mechanism in LabMechanism.all {
      try mechanism.scenario(Self.base, at: point).check()
    }
  }
}
