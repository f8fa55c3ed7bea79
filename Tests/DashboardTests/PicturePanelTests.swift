import Augmentation
import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

/// The picture before and after its stages.
@Suite struct PicturePanelTests {
  /// Two by two pixels: red, green, blue, white; after it the same in grey.
  private static func picture(_ request: PictureRequest) -> PictureReading {
    PictureReading(
      request: request, seed: 1, index: 7, width: 2, height: 2,
      before: .init(
        pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255], isStretched: false),
      after: .init(pixels: Array(repeating: 128, count: 12), isStretched: false))
  }

  private func zoomed() -> Model {
    Model(showing: Sample.running, hasPicture: true).after(.focus(.picture), .zoom)
  }

  private func grid(_ model: Model, _ glyphs: Glyphs = .unicode) -> CellGrid {
    var grid = CellGrid(size: Size(width: 60, height: 20), glyphs: glyphs)
    drawScreen(model, on: &grid)
    return grid
  }

  @Test func twoPixelsShareACell() throws {
    var model = zoomed()
    let wanted = try #require(model.wantedPicture)
    _ = model.update(.picture(Self.picture(wanted)))
    let grid = grid(model)
    let cells = grid.cells.filter { $0.text == "▀" }
    #expect(!cells.isEmpty)
    let red = Ink.exact(Color(rgb: 0xFF0000))
    let blue = Ink.exact(Color(rgb: 0x0000FF))
    // As large as there is room for: whole rows of one colour, and one row where two meet.
    #expect(cells.contains { $0.style.ink == red && $0.style.ground == red })
    #expect(cells.contains { $0.style.ink == blue && $0.style.ground == blue })
    #expect(cells.contains { $0.style.ink == .exact(Color(rgb: 0x808080)) })
    #expect(grid.text.joined().contains("picture 1 of seed 1, no. 7 of the data"))
  }

  /// Without colours a picture is grey: the brighter, the fuller.
  @Test func glyphsStandInForColours() throws {
    var model = zoomed()
    let wanted = try #require(model.wantedPicture)
    _ = model.update(.picture(Self.picture(wanted)))
    let text = grid(model, .ascii).text.joined(separator: "\n")
    #expect(!text.contains("▀") && text.contains("##") && text.contains("++"))
  }

  @Test func keysStepHoldAndDrawAnew() throws {
    var model = zoomed()
    #expect(model.wantedPicture?.number == 0)
    model = model.after(.nextPicture, .nextPicture)
    #expect(model.wantedPicture?.number == 2 && model.wantedPicture?.redraws == 0)
    model = model.after(.redrawPicture)
    #expect(model.wantedPicture?.number == 2 && model.wantedPicture?.redraws == 1)
    // It stays until it is let go; then the next one comes by itself.
    var later = Sample.running
    later.at = Sample.running.at + .seconds(60)
    model = model.taking(later)
    #expect(model.wantedPicture?.number == 2)
    model = model.after(.holdPicture)
    later.at = Sample.running.at + .seconds(63)
    model = model.taking(later)
    #expect(model.wantedPicture?.number == 3 && model.wantedPicture?.redraws == 0)
    #expect(model.wantedPicture?.stage == nil)
    #expect(model.after(.stagePicture).wantedPicture?.stage == Stage.warp.id)
  }

  @Test func noneIsMadeThatNobodySees() {
    var model = Model(showing: Sample.running, hasPicture: true)
    _ = model.update(.size(Size(width: 80, height: 24)))
    #expect(model.wantedPicture == nil)
    _ = model.update(.size(Size(width: 200, height: 60)))
    #expect(model.wantedPicture != nil)
    #expect(model.after(.freeze).wantedPicture == nil)
    let without = Model(showing: Sample.running).after(.nextPicture)
    #expect(without.notice?.text == "this session has no pictures of its own")
  }
}
