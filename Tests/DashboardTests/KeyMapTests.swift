import Augmentation
import Dashboard
import Pipeline
import Screen
import Testing

@Suite struct KeyMapTests {
  private static let stages = StageList.generator(AugmentationSettings())
  private static let bindings = KeyMap.bindings(stages)

  private static func action(_ key: Key) -> Action? { KeyMap.action(for: key, in: .live, stages) }

  @Test func noKeyDoesTwoThings() {
    var seen: Set<Key> = []
    for key in Self.bindings.flatMap(\.keys) {
      #expect(seen.insert(key).inserted, "\(key) is bound twice")
      #expect(Self.action(key) != nil)
    }
    for binding in Self.bindings {
      #expect(binding.keys.count == binding.actions.count, "\(binding.label)")
    }
  }

  @Test func everySwitchHasAKeyThatTogglesIt() {
    for stage in Self.stages {
      guard stage.isSwitchable else {
        #expect(KeyMap.key(of: stage) == nil, "\(stage)")
        continue
      }
      let key = KeyMap.key(of: stage)
      #expect(key.flatMap { Self.action(.character($0)) } == .toggle(stage.id), "\(stage.name)")
    }
  }

  /// By hand, apart from the table: a wrong pairing of keys and actions would show here.
  @Test(arguments: [
    (Key.up, Action.selectUp), (.character("k"), .selectUp), (.down, .selectDown),
    (.character("j"), .selectDown), (.home, .selectFirst), (.end, .selectLast),
    (.tab, .focusNext), (.backtab, .focusPrevious), (.alt("5"), .focus(.history)),
    (.escape, .unzoom), (.character("v"), .nextArrangement),
    (.character(" "), .toggleSelected), (.enter, .zoom), (.character("a"), .toggleAll),
    (.character("n"), .nextRow), (.character("N"), .previousRow), (.character("l"), .nextLoader),
    (.character("w"), .moreWorkers), (.character("W"), .fewerWorkers),
    (.character("]"), .longerQueue), (.character("["), .shorterQueue),
    (.character("+"), .slowerGPU), (.character("="), .slowerGPU), (.character("-"), .fasterGPU),
    (.character("c"), .nextCosts), (.character("i"), .interpreterLock), (.character("P"), .pause),
    (.character("r"), .restartEpoch), (.character("m"), .marker), (.character("e"), .record),
    (.character("E"), .export),
    (.character("t"), .nextTheme), (.character("T"), .themes), (.character(":"), .values),
    (.character("O"), .presets), (.character("p"), .nextPicture), (.character("d"), .redrawPicture),
    (.character("h"), .holdPicture), (.character("o"), .stagePicture), (.character("z"), .freeze),
    (.character("?"), .help),
    (.function(1), .help), (.character("q"), .quit), (.control("c"), .quit),
    (.character("7"), .toggle(.warp)), (.character("0"), .toggle(.verticalFlip)),
  ])
  func keys(key: Key, action: Action) { #expect(Self.action(key) == action) }

  @Test func everyBindingIsInTheHelp() {
    for size in [
      Size(width: 60, height: 16), Size(width: 80, height: 24), Size(width: 120, height: 36),
    ] {
      var seen = ""
      var model = Scene.help.model
      for _ in 0..<70 {
        var grid = CellGrid(size: size)
        drawScreen(model, on: &grid)
        seen += grid.text.joined(separator: "\n")
        model = model.after(.selectDown)
        #expect(model.isHelpShown)
      }
      for binding in Self.bindings {
        let start = " \(binding.label)"
        #expect(seen.contains(start), "\(binding.label) at \(size)")
        // The summary may be cut at its end, not at its start.
        #expect(seen.contains(binding.summary.prefix(20)), "\(binding.summary) at \(size)")
      }
    }
  }

  /// A column of the help at 110 columns has 40 cells for them.
  @Test func summariesAreWholeInTheHelp() {
    for binding in Self.bindings + KeyMap.replayBindings {
      #expect(CellWidth.of(binding.summary) <= 40, "\(binding.summary)")
    }
  }

  @Test func footerHasWholeEntriesOrNone() {
    let entries = Self.bindings.compactMap { binding in
      binding.short.map { " \(binding.label) \($0) " }
    }
    for width in 60...230 {
      var grid = CellGrid(size: Size(width: width, height: 16))
      drawScreen(Scene.running.model, on: &grid)
      var rest = (grid.text.last ?? "")[...]
      var found = 0
      for entry in entries where (rest + " ").hasPrefix(entry) {
        rest = rest.dropFirst(entry.count)
        found += 1
      }
      // The digits of panels without room follow where no frame names them.
      let isStacked = width < 76
      #expect(rest.hasSuffix(" more") == isStacked, "\(width): \(rest)")
      let isRest = rest.isEmpty || isStacked && rest.drop { $0 == " " }.hasPrefix("Alt 3 5–8 0")
      #expect(isRest, "\(width): \(rest)")
      #expect(found >= 6 || width < 80 && found >= 3, "\(width)")
      if width >= 222 { #expect(found == entries.count, "\(width)") }
    }
  }
}
