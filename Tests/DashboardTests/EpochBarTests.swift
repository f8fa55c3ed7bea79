import Augmentation
import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

/// The epoch's phases on the screen: the bar's pauses, the first epoch, the timeline.
@Suite struct EpochBarTests {
  /// A reading three quarters through the time of an epoch that ends with a validation.
  private var validated: Reading {
    var reading = Sample.running
    reading.scenario.phases.validation = EpochPhases.Validation(samples: 10_000)
    reading.epoch.thisEpoch = 8
    reading.epoch.remaining = 2
    reading.epoch.phasePlaces = [
      PhasePlace(kind: .checkpoint, start: 0.25, end: 0.3),
      PhasePlace(kind: .validation, start: 0.9, end: 1),
    ]
    return reading
  }

  private func screen(_ reading: Reading, _ size: Size, _ glyphs: Glyphs = .unicode) -> [String] {
    var grid = CellGrid(size: size, glyphs: glyphs)
    drawScreen(Model(showing: reading), on: &grid)
    return grid.text
  }

  private static let sizes = [
    Size(width: 80, height: 24), Size(width: 120, height: 36), Size(width: 200, height: 60),
  ]

  @Test(arguments: sizes) func theBarShowsPausesPastAndToCome(size: Size) throws {
    let line = try #require(
      screen(validated, size).first { $0.contains("epoch ") && $0.contains("≡") })
    let past = try #require(line.firstIndex(of: "≡"))
    let bar = line[past...].prefix { "≡█▏▎▍▌▋▊▉ ─".contains($0) }
    #expect(bar.contains("─"), "the validation is still to come: \(line)")
    #expect(bar.contains("█"), "\(line)")
    let none = screen(Sample.running, size)
    #expect(!none.contains { $0.contains("epoch ") && $0.contains("≡") })
  }

  @Test func thePresentPauseIsNamed() throws {
    var reading = validated
    reading.epoch.phase = .validation
    reading.epoch.samplesSeen = reading.epoch.samples
    for size in Self.sizes {
      let words = size.width < 100 ? "100 % validation 2.0 s" : "100 % validation, left 2.0 s"
      #expect(screen(reading, size).contains { $0.contains(words) }, "\(size)")
    }
  }

  @Test func theFirstEpochIsToldApart() {
    var reading = validated
    reading.epoch.firstExtra = 11
    reading.epoch.number = 1
    let size = Size(width: 120, height: 36)
    #expect(screen(reading, size).contains { $0.contains("this epoch 8.0 s first, +11.0 s") })
    reading.epoch.number = 2
    #expect(screen(reading, size).contains { $0.contains("last 6.3 s first, +11.0 s") })
    reading.epoch.number = 3
    #expect(!screen(reading, size).contains { $0.contains("first, ") })
  }

  @Test func aPublishedStepIsNamedAsOne() {
    var reading = validated
    reading.scenario.consumer.published = PublishedGPU(
      model: "resnet50", device: "a100", precision: "amp", batch: 256, side: 224,
      imagesPerSecond: 2_470, source: "a test")
    for (size, words) in [
      (Size(width: 120, height: 36), "ms published for resnet50@a100:amp, batches of 256"),
      (Size(width: 80, height: 24), "ms published"),
    ] {
      let lines = screen(reading, size)
      #expect(lines.contains { $0.contains(words) }, "\(lines.joined(separator: "\n"))")
    }
  }

  @Test(arguments: [Glyphs.unicode, .ascii]) func theTimelineHasPauses(glyphs: Glyphs) throws {
    var reading = validated
    let glyph: Character = glyphs.isASCII ? "%" : "≡"
    reading.timeline.gpu = reading.timeline.gpu.filter { $0.end <= .milliseconds(50) }
    reading.timeline.gpu.append(Segment(.pausing, .milliseconds(50), .milliseconds(80)))
    let lines = screen(reading, Size(width: 120, height: 36), glyphs)
    #expect(lines.contains { $0.contains("\(glyph) pause") }, "the legend")
    let lane = try #require(lines.last { $0.contains("GPU  ") })
    #expect(lane.count { $0 == glyph } > 20, "\(lane)")
  }
}
