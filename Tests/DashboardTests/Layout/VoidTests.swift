import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

/// No panel has a void larger than a third of it, at sizes from 60×16 to 400×60, in every layout and zoomed.
///
/// A void is a blank rectangle: anywhere in a table, a graph or among bars. In a panel of text it is a block of
/// rows in which nothing stands: lines end where their sentences do, and the blank behind a short one isn't room
/// that something else could have, as lines are read from the left.
@Suite struct VoidTests {
  /// A session that has run for a minute, with changes, predictions and a picture, so that graphs and lists
  /// have something to show.
  private static func filled(hasPicture: Bool) -> Model {
    var model = Model(showing: Sample.warpOff, hasPicture: hasPicture)
    var reading = Sample.warpOff
    for tenth in 1...600 where tenth % 10 == 0 {
      reading.at = .milliseconds(Int64(tenth) * 100)
      reading.frames = (1...tenth).suffix(160).map { number in
        var frame = Sample.warpOff.frames[number % 160]
        frame.number = number
        frame.end = .milliseconds(Int64(number) * 100)
        return frame
      }
      model = model.taking(reading)
    }
    let changes = reading.scenario.singleChanges(reading.stageList)
    let epochs = changes.enumerated().map { index, change in
      let seconds = 6 + Double(index) * 0.17
      return (change, EpochEstimate(seconds: seconds, low: seconds - 0.05, high: seconds + 0.05))
    }
    _ = model.update(
      .predictions(
        Predictions(
          scenario: reading.scenario, now: 8.6, epochs: Dictionary(uniqueKeysWithValues: epochs))))
    return model
  }

  private static let pictured = filled(hasPicture: true)
  private static let plain = filled(hasPicture: false)

  @Test(arguments: Arrangement.allCases) func noPanelIsMostlyVoid(arrangement: Arrangement) {
    // Every other size with a picture, and the largest both ways.
    let sizes = [
      (60, 16), (80, 24), (96, 60), (110, 30), (120, 36), (140, 45), (160, 45), (180, 24),
      (200, 60),
      (200, 36), (240, 50), (300, 30), (240, 24), (400, 60), (400, 60),
    ]
    for (number, (width, height)) in sizes.enumerated() {
      var model = number % 2 == 0 ? Self.pictured : Self.plain
      while model.arrangement != arrangement { model = model.after(.nextArrangement) }
      expectFull(model, Size(width: width, height: height))
    }
  }

  @Test(arguments: Panel.allCases) func noZoomedPanelIsMostlyVoid(panel: Panel) {
    let model = Self.pictured.after(.focus(panel), .zoom)
    for (width, height) in [(60, 16), (80, 24), (120, 36), (200, 60)] {
      expectFull(model, Size(width: width, height: height))
    }
  }

  private func expectFull(_ model: Model, _ size: Size) {
    var model = model
    _ = model.update(.size(size))
    var grid = CellGrid(size: size)
    drawScreen(model, on: &grid)
    for place in model.layout(in: size).places where place.panel != .picture {
      let inside = place.area.inset(
        horizontally: 1, vertically: place.frame == .box ? 1 : 0)
      let void =
        place.panel.isText ? largestEmptyRows(grid, inside) : largestVoid(grid, inside)
      let all = inside.width * inside.height
      if Double(void) > Double(all) / 3 {
        Issue.record("\(place.panel) at \(size.width)×\(size.height): \(void * 100 / all) %")
      }
    }
  }

  /// Cells of the largest block of rows in which nothing is drawn.
  private func largestEmptyRows(_ grid: CellGrid, _ area: Rect) -> Int {
    var (rows, most) = (0, 0)
    for y in area.y..<area.maxY {
      let isEmpty = (area.x..<area.maxX).allSatisfy { x in
        let cell = grid.cell(x, y)
        return cell?.text == " " && cell?.style.ground == nil
      }
      rows = isEmpty ? rows + 1 : 0
      most = max(most, rows)
    }
    return most * area.width
  }

  /// Cells of the largest rectangle in which nothing is drawn.
  ///
  /// - Complexity: O(cells): each row's heights of blank columns, and the largest rectangle below them.
  private func largestVoid(_ grid: CellGrid, _ area: Rect) -> Int {
    var heights = [Int](repeating: 0, count: area.width + 1)
    var largest = 0
    for y in area.y..<area.maxY {
      for x in 0..<area.width {
        let cell = grid.cell(area.x + x, y)
        let isBlank = cell?.text == " " && cell?.style.ground == nil
        heights[x] = isBlank ? heights[x] + 1 : 0
      }
      // Columns whose rectangles are still open, each higher than the one before.
      var open: [Int] = []
      for x in heights.indices {
        while let last = open.last, heights[last] >= heights[x] {
          open.removeLast()
          let start = open.last.map { $0 + 1 } ?? 0
          largest = max(largest, heights[last] * (x - start))
        }
        open.append(x)
      }
    }
    return largest
  }
}

extension Panel {
  /// Whether it has lines of text, ragged at their ends.
  fileprivate var isText: Bool {
    switch self {
    case .why, .epoch, .keys: true
    case .stages, .whatIf, .machine, .picture, .history, .timeline, .times: false
    }
  }
}
