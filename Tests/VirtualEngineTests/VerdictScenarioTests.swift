import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import Testing
import VirtualEngine

/// A scenario built for each verdict, run on simulated time.
@Suite struct VerdictScenarioTests {
  private static let facts = DatasetFacts(
    count: 50_000, shape: PictureShape(height: 32, width: 32, channels: 3))

  private func session(
    _ preset: String, _ change: (inout Scenario) -> Void = { _ in }
  ) throws -> VirtualSession {
    var scenario = try PresetCatalog.scenario(named: preset)
    change(&scenario)
    return try #require(
      VirtualSession(
        scenario: scenario, dataset: Self.facts, costs: CostModel(shape: Self.facts.shape),
        machineCores: 8))
  }

  private func verdict(
    _ preset: String, _ change: (inout Scenario) -> Void = { _ in }
  ) throws -> Verdict {
    let session = try session(preset, change)
    session.advance(by: .seconds(5))
    let reading = session.finish()
    let verdict = Verdict(reading)
    // The laws hold in every scenario.
    #expect(verdict.warning == nil)
    #expect(reading.check?.accounted ?? 0 > 0.99, "\(String(describing: reading.check))")
    return verdict
  }

  @Test func inputBound() throws {
    let verdict = try verdict("fast-gpu")
    #expect(verdict.kind == .inputBound && verdict.stage == .warp)
    #expect(verdict.advice == .lessWork(.warp))
  }

  @Test func gpuBound() throws {
    let verdict = try verdict("keras-cifar10")
    #expect(verdict.kind == .gpuBound && verdict.advice == .fasterGPU)
  }

  @Test func waitPolicyBound() throws {
    let verdict = try verdict("fast-gpu") { $0.apply(.stage(.warp, on: false)) }
    #expect(verdict.kind == .waitPolicyBound && verdict.advice == .blockingLoader)
  }

  @Test func interpreterBound() throws {
    let verdict = try verdict("fast-gpu") {
      $0.loader = .blocking
      $0.workers = 4
      $0.consumer.compute = .constant(.milliseconds(1))
    }
    #expect(verdict.kind == .interpreterBound && verdict.advice == .noLock)
    #expect(verdict.because.contains("for the interpreter lock"))
  }

  @Test func clockBound() throws {
    let verdict = try verdict("keras-cifar10") { $0.governor = Governor(threshold: 0.99) }
    #expect(verdict.kind == .clockBound && verdict.advice == .noGovernor)
    #expect(verdict.because.hasPrefix("The clock is at 40 % of its highest: "))
  }

  @Test func serializationBound() throws {
    let verdict = try verdict("fast-gpu") {
      $0.loader = .kerasProcesses
      $0.workers = 2
    }
    #expect(verdict.kind == .serializationBound && verdict.advice == .sharedMemory)
  }

  @Test func notYetKnown() throws {
    let session = try session("fast-gpu")
    session.advance(by: .milliseconds(20))
    #expect(Verdict(session.reading).kind == .measuring)
  }

  /// Less work, longer epoch: the verdict gives the reason, and disappears with a loader without naps.
  @Test func theInversionIsSaidAndExplained() throws {
    let session = try session("fast-gpu")
    session.advance(by: .seconds(4))
    #expect(Verdict(session.reading).inversion == nil)
    session.apply(.change(.stage(.warp, on: false)))
    session.advance(by: .seconds(4))
    let inverted = Verdict(session.reading)
    #expect(inverted.kind == .waitPolicyBound)
    #expect(
      inverted.inversion?.hasPrefix("Less work, and the epoch grew: the worker fills") == true)
    session.apply(.change(.loader(.blocking)))
    session.advance(by: .seconds(4))
    #expect(Verdict(session.reading).inversion == nil)
    #expect(Verdict(session.reading).kind == .gpuBound)
  }

  @Test func lessWorkUnderAGovernorCanTakeLonger() throws {
    // Busy enough with all stages, idle without the warp.
    let session = try session("keras-cifar10") {
      $0.consumer.compute = .constant(.milliseconds(5))
      $0.governor = Governor(floor: 0.5, threshold: 0.5)
    }
    session.advance(by: .seconds(5))
    session.apply(.change(.stage(.warp, on: false)))
    session.advance(by: .seconds(5))
    let verdict = Verdict(session.reading)
    #expect(verdict.kind == .clockBound)
    #expect(verdict.inversion?.contains("keep the clock up") == true)
  }
}
