import Augmentation
import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

/// Frozen is frozen: nothing moves, and a key whose effect couldn't be seen says so.
@Suite struct FrozenTests {
  private func texts(_ model: Model) -> [String] {
    [(60, 16), (80, 24), (120, 36), (200, 60)].map { width, height in
      var grid = CellGrid(size: Size(width: width, height: height))
      drawScreen(model, on: &grid)
      return grid.text.joined(separator: "\n")
    }
  }

  private func predictions(_ reading: Reading) -> Predictions {
    Predictions(
      scenario: reading.scenario, now: 6.3,
      epochs: [.workers(2): EpochEstimate(seconds: 5, low: 4.9, high: 5.1)])
  }

  @Test func nothingMoves() {
    var model = Model(showing: Sample.running, hasPicture: true)
    _ = model.update(.output("epoch 1"))
    model = model.after(.freeze)
    let before = texts(model)
    var reading = Sample.warpOff
    reading.at += .seconds(9)
    reading.own.droppedEvents = 12
    reading.recording = .on(path: "a.pftrace", bytes: 12_000_000)
    reading.badPictures.add(BadPicture(path: "a.jpg", reason: "cut off"), count: 3)
    reading.epoch.number = 9
    reading.markers = 4
    for _ in 0..<30 {
      reading.at += .milliseconds(100)
      model = model.taking(reading)
      _ = model.update(.predictions(predictions(reading)))
      _ = model.update(.output("epoch 9"))
      _ = model.update(.slowed(.milliseconds(400)))
      _ = model.update(.noPicture("gone"))
    }
    #expect(texts(model) == before)
    // And all of it is there when the view goes on.
    model = model.after(.freeze)
    #expect(texts(model).last?.contains("dropped 12") == true)
  }

  /// Each key changes what is seen, or says why not.
  @Test func noKeyActsUnseen() {
    let model = Model(showing: Sample.running, hasPicture: true).after(.freeze)
    let still = texts(model)
    for binding in KeyMap.bindings(in: .live, model.stages) {
      for action in binding.actions {
        var tried = model
        let effects = tried.update(.key(action))
        let asks = effects.contains { if case .ask(.change) = $0 { true } else { false } }
        #expect(!asks, "\(binding.label)")
        let isSeen = texts(tried) != still || !effects.isEmpty
        // The selection may be at its end, the focus where it was.
        let isMove =
          [.stages, .view].contains(binding.group) && tried.notice == nil && effects.isEmpty
        #expect(isSeen || isMove, "\(binding.label)")
      }
    }
    for action in [Action.trial, .restartEpoch, .nextPicture, .holdPicture, .values, .baseline] {
      var tried = model
      #expect(tried.update(.key(action)) == [])
      #expect(tried.notice?.text.contains("frozen") == true, "\(action)")
    }
  }
}
