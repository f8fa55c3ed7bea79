import Augmentation
import Dashboard
import Pipeline
import Screen
import TestSupport
import Testing

/// Random bytes from the terminal to the model and onto the screen.
///
/// `AUGTOP_FUZZ_ROUNDS` times as long as usually; a million keys with 100.
@Suite struct KeyFuzzTests {
  @Test func randomBytes() {
    var random = SeededNumbers(seed: 7)
    var model = Model(showing: Sample.running)
    var parser = InputParser()
    var inputs: [TerminalInput] = []
    var keys = 0
    var requests = 0
    while keys < 10_000 * Int(Fuzzing.rounds) {
      let bytes = (0..<64).map { _ in
        Bool.random(using: &random)
          ? UInt8.random(in: 0x20...0x7E, using: &random)
          : UInt8.random(in: 0...255, using: &random)
      }
      parser.take(bytes, into: &inputs)
      parser.expire(into: &inputs)
      parser.expire(into: &inputs)
      for case .key(let key) in inputs {
        keys += 1
        let message = KeyMap.message(
          for: key, in: model.keyMode, isMenuOpen: model.isMenuOpen, stages: model.stages)
        requests += model.update(message).count
      }
      inputs.removeAll(keepingCapacity: true)
      // Some readings confirm, most come too early.
      var reading = Sample.running
      if Bool.random(using: &random) { reading.scenario = model.requested }
      _ = model.update(.reading(reading))
      guard keys % 16 == 0 else { continue }
      var grid = CellGrid(size: Size(width: 120, height: 36))
      drawScreen(model, on: &grid)
    }
    #expect(requests > keys / 10)
  }

  /// A flood of changes that no reading confirms costs each the same.
  @Test func unconfirmedChangesAreCounted() {
    var model = Model(showing: Sample.running)
    for _ in 0..<50_001 { _ = model.update(.key(.toggle(.warp))) }
    #expect(model.unconfirmed.count == 50_001)
    #expect(model.switchState(of: .warp) == (isOn: false, isConfirmed: false))
    #expect(model.switchState(of: .zoom) == (isOn: true, isConfirmed: true))
    var reading = Sample.running
    reading.scenario = model.requested
    _ = model.update(.reading(reading))
    #expect(model.unconfirmed.isEmpty)
  }
}
