import Augmentation
import Dashboard
import Pipeline
import Screen
import TestSupport
import Testing

/// Random bytes from the terminal to the model and onto the screen.
///
/// `AUGTOP_FUZZ_ROUNDS` times as long as usually; a million messages with 100.
@Suite struct KeyFuzzTests {
  /// Reports that a terminal sends for clicks and the wheel, all over the screen and beyond it.
  private func mouse(_ random: inout SeededNumbers) -> [UInt8] {
    let code = [0, 1, 2, 3, 32, 64, 65, 66, 68].randomElement(using: &random) ?? 0
    let column = Int.random(in: 0...130, using: &random)
    let row = Int.random(in: 0...40, using: &random)
    return Array("\u{1B}[<\(code);\(column);\(row)\(Bool.random(using: &random) ? "M" : "m")".utf8)
  }

  @Test func randomBytes() {
    var random = SeededNumbers(seed: 7)
    var model = Model(showing: Sample.running, hasPicture: true, presets: [Sample.scenario])
    var parser = InputParser()
    var inputs: [TerminalInput] = []
    var grid = CellGrid(size: Size(width: 120, height: 36))
    var messages = 0
    var requests = 0
    func send(_ key: Key) {
      messages += 1
      requests += model.update(model.message(for: key)).count
    }
    while messages < 10_000 * Int(Fuzzing.rounds) {
      let bytes = (0..<64).map { _ in
        Bool.random(using: &random)
          ? UInt8.random(in: 0x20...0x7E, using: &random)
          : UInt8.random(in: 0...255, using: &random)
      }
      parser.take(bytes + mouse(&random), into: &inputs)
      parser.expire(into: &inputs)
      parser.expire(into: &inputs)
      for input in inputs {
        switch input {
        case .key(let key): send(key)
        case .mouse(let report):
          messages += 1
          if let message = model.sliderMessage(for: report, on: grid) {
            requests += model.update(message).count
            continue
          }
          for key in KeyMap.keys(for: report, on: grid, focus: model.focus) { send(key) }
        default: break
        }
      }
      inputs.removeAll(keepingCapacity: true)
      // Some readings confirm, most come too early.
      var reading = Sample.running
      if Bool.random(using: &random) { reading.scenario = model.requested }
      _ = model.update(.reading(reading))
      // A menu that nobody closes would take all keys.
      if Int.random(in: 0..<8, using: &random) == 0 { send(.escape) }
      guard Int.random(in: 0..<16, using: &random) == 0 else { continue }
      let sizes = [(120, 36), (60, 16), (80, 24), (200, 60), (3, 2)]
      let (width, height) = sizes.randomElement(using: &random) ?? (120, 36)
      _ = model.update(.size(Size(width: width, height: height)))
      grid = CellGrid(size: Size(width: width, height: height))
      drawScreen(model, on: &grid)
    }
    #expect(requests > messages / 200)
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
