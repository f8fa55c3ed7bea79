import Dashboard
import Screen
import Testing

/// The solver at every size from 60×16 to 400×120: panels tile the area, and what is hidden is named.
@Suite struct ScreenLayoutTests {
  private static let needs: [ScreenLayout.Needs] = [
    .init(stages: 14, lanes: 2, hasPicture: false), .init(stages: 14, lanes: 8, hasPicture: true),
    .init(stages: 3, lanes: 1, hasPicture: false, hasBaseline: true),
    .init(stages: 2, lanes: 4, hasPicture: true, alternatives: 8),
    .init(stages: 5, lanes: 4, hasPicture: true, alternatives: 8),
    .init(stages: 64, lanes: 65, hasPicture: true),
    .init(stages: 14, lanes: 2, hasPicture: true, alternatives: 27),
    .init(stages: 14, lanes: 9, hasPicture: false, alternatives: 27),
  ]

  @Test(arguments: Arrangement.allCases) func panelsTileEverySize(arrangement: Arrangement) {
    for needs in Self.needs {
      for width in 60...400 {
        for height in 14...118 where width % 7 == 4 || height % 11 == 3 || width < 82 {
          let area = Rect(x: 0, y: 1, width: width, height: height)
          expectTiles(ScreenLayout(area, arrangement, needs, zoomed: nil), area, needs)
        }
      }
    }
  }

  /// Areas that are inside, don't overlap, and together have as many cells as the whole, leave none out.
  private func expectTiles(_ layout: ScreenLayout, _ area: Rect, _ needs: ScreenLayout.Needs) {
    let places = layout.places.map(\.area)
    let size = "\(area.width)×\(area.height)"
    var cells = 0
    for (index, place) in places.enumerated() {
      cells += place.width * place.height
      guard place.intersection(area) == place,
        places[(index + 1)...].allSatisfy({ $0.intersection(place).isEmpty })
      else {
        Issue.record("\(layout.places[index].panel) overlaps or is outside at \(size)")
        return
      }
    }
    guard cells == area.width * area.height else {
      Issue.record("a void at \(size)")
      return
    }
    let shown = Set(layout.places.map(\.panel))
    let all = Set(Panel.allCases).subtracting(needs.hasPicture ? [] : [.picture])
    guard shown.isDisjoint(with: layout.hidden), shown.union(layout.hidden) == all,
      shown.count == places.count, shown.contains(.why)
    else {
      Issue.record("a panel is lost, or twice there, at \(size)")
      return
    }
    for place in layout.places where place.area.height < 3 && place.panel != .epoch {
      Issue.record("\(place.panel) has \(place.area.height) rows at \(size)")
    }
  }

  /// A job of few stages has a low table: epoch and alternatives, or a recording's changes, have their rows all
  /// the same.
  @Test(arguments: 1...6, [true, false]) func fewStagesLeaveRoomForTheEpoch(
    stages: Int, hasPredictions: Bool
  ) throws {
    let needs = ScreenLayout.Needs(
      stages: stages, lanes: 4, hasPicture: true, hasPredictions: hasPredictions, alternatives: 9)
    for width in stride(from: 76, through: 300, by: 16) {
      for height in Array(21...48) + [60, 90, 118] {
        let area = Rect(x: 0, y: 1, width: width, height: height)
        let layout = ScreenLayout(area, .overview, needs, zoomed: nil)
        for panel in [Panel.epoch, hasPredictions ? .whatIf : .keys] {
          let place = try #require(layout.place(of: panel))
          guard place.area.height - (place.frame == .box ? 2 : 1) < 3 else { continue }
          Issue.record("\(panel) has \(place.area.height) rows at \(width)×\(height)")
        }
      }
    }
  }

  /// From 80×24 on the overview has the reason, the stages, the alternatives and the timeline.
  @Test func theAnswerAndItsProofAreThere() {
    for needs in Self.needs {
      for width in 76...400 {
        for height in 22...118 {
          let area = Rect(x: 0, y: 1, width: width, height: height)
          let layout = ScreenLayout(area, .overview, needs, zoomed: nil)
          for panel in [Panel.why, .stages, .whatIf, .epoch, .timeline] {
            guard layout.place(of: panel) != nil else {
              Issue.record("no \(panel) at \(width)×\(height)")
              return
            }
          }
          #expect(layout.place(of: .why)?.area.width == width)
          #expect(layout.place(of: .timeline)?.area.width == width)
        }
      }
    }
  }

  @Test(arguments: Panel.allCases) func aZoomedPanelHasAllTheRoom(panel: Panel) {
    let area = Rect(x: 0, y: 1, width: 100, height: 28)
    let layout = ScreenLayout(area, .overview, Self.needs[1], zoomed: panel)
    #expect(layout.places.map(\.panel) == [panel])
    #expect(layout.places[0].area == area)
    #expect(layout.hidden.count == Panel.allCases.count - 1)
    #expect(Panel(digit: panel.digit) == panel)
  }
}
