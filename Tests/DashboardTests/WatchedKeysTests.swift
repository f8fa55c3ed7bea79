import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

/// Keys over somebody's own job, and the words that its screen uses.
@Suite struct WatchedKeysTests {
  @Test func whatIsTheJobsOwnIsRefused() {
    for action in [
      Action.moreWorkers, .fewerWorkers, .longerQueue, .slowerGPU, .fasterGPU, .nextLoader,
      .nextCosts,
      .interpreterLock, .governor, .nextRow, .pause, .restartEpoch, .toggleSelected, .toggleAll,
      .trial,
    ] {
      var model = Model(showing: Sample.job(hasKeys: false))
      #expect(model.keyMode == .watched)
      #expect(model.update(.key(action)) == [], "\(action)")
      #expect(model.notice?.isWarning == true, "\(action)")
      #expect(model.requested == Sample.job(hasKeys: false).scenario)
    }
  }

  @Test func transformsWithKeysAreSwitched() {
    let reading = Sample.job(hasKeys: true)
    var model = Model(showing: reading)
    let crop = reading.stageList[2]
    #expect(KeyMap.action(for: .character("2"), in: .watched, model.stages) == .toggle(crop.id))
    #expect(
      model.update(.key(.toggle(crop.id))) == [.ask(.change(.stage(crop.id, on: false)))])
    #expect(model.update(.key(.moreWorkers)) == [])
  }

  /// The footer and the help offer what works.
  @Test func onlyKeysThatWorkAreOffered() {
    for hasKeys in [false, true] {
      let model = Model(showing: Sample.job(hasKeys: hasKeys))
      for binding in KeyMap.bindings(in: .watched, model.stages) {
        for action in binding.actions {
          var tried = model
          _ = tried.update(.key(action))
          // What isn't there to export is another matter.
          #expect(tried.notice?.text.contains("job") != true, "\(binding.label)")
        }
      }
    }
  }

  /// The job's last line stands above the footer, where the screen is high enough.
  @Test func theJobsOutputHasARow() {
    var model = Model(showing: Sample.job(hasKeys: false))
    _ = model.update(.output("epoch 3 loss 0.12"))
    for (rows, isShown) in [(36, true), (24, true), (16, false)] {
      var grid = CellGrid(size: Size(width: 80, height: rows))
      drawScreen(model, on: &grid)
      #expect(grid.text[rows - 2].hasPrefix(" job epoch 3 loss 0.12") == isShown)
    }
  }
}
