import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

/// Frames that keep what isn't due.
@Suite struct FramePainterTests {
  private static let size = Size(width: 120, height: 36)
  private static let start = ContinuousClock.now

  private func frame(
    _ painter: inout FramePainter, _ model: Model, at time: Duration, isWhole: Bool = false,
    size: Size = FramePainterTests.size
  ) -> CellGrid {
    painter.frame(
      model, size: size, glyphs: .unicode, isWhole: isWhole, now: Self.start + time)
  }

  private func whole(_ model: Model, size: Size = FramePainterTests.size) -> CellGrid {
    var grid = CellGrid(size: size)
    drawScreen(model, on: &grid)
    return grid
  }

  /// The same with other figures, under the same scenario and limit.
  private func later(_ reading: Reading) -> Reading {
    var reading = reading
    reading.at += .milliseconds(100)
    reading.epoch.samplesSeen += 800
    reading.consumer.imagesPerSecond += 3
    reading.workers.make = .microseconds(3_910)
    reading.stages[2].wallPerImage = .microseconds(47)
    return reading
  }

  /// Progress moves at once, means within a second, and then nothing is left of before.
  @Test func figuresAreDrawnWhenTheyAreDue() {
    var painter = FramePainter()
    var model = Model(showing: Sample.running).taking(Sample.running)
    let first = frame(&painter, model, at: .zero, isWhole: true)
    #expect(first.text == whole(model).text && Set(first.targets) == Set(whole(model).targets))
    model = model.taking(later(Sample.running))
    let second = frame(&painter, model, at: .milliseconds(60))
    #expect(second.text != first.text && second.text != whole(model).text)
    #expect(second.text.joined().contains("31300 of 50000"))
    #expect(!second.text.joined().contains("a batch 3.91 ms"))
    #expect(Set(second.targets) == Set(whole(model).targets))
    var last = second
    for tenth in 2...11 { last = frame(&painter, model, at: .milliseconds(Int64(tenth) * 100)) }
    #expect(last.text == whole(model).text && Set(last.targets) == Set(whole(model).targets))
  }

  /// The time of a batch and the starved share stand in several panels, and are the same in all of them.
  @Test func meansAreThoseOfOneMoment() throws {
    let size = Size(width: 200, height: 60)
    var painter = FramePainter()
    var reading = Sample.running
    var model = Model(showing: reading).taking(reading)
    var seen: Set<Substring> = []
    for tenth in 0..<30 {
      reading.at += .milliseconds(100)
      reading.workers.make = .microseconds(Int64(3_900 + tenth * 20))
      reading.consumer.starved = 0.10 + 0.002 * Double(tenth)
      reading.consumer.busy = 0.851 - 0.002 * Double(tenth)
      model = model.taking(reading)
      let text = frame(&painter, model, at: .milliseconds(100 * tenth), size: size).text
        .joined(separator: "\n")
      let make = try #require(text.firstMatch(of: /make ([0-9.]+ ms)/)?.1)
      let starved = try #require(text.firstMatch(of: /step [0-9.]+ ms · starved +([0-9]+ %)/)?.1)
      seen.insert(make)
      #expect(text.contains("a batch \(make)"), "stages, frame \(tenth)")
      #expect(text.contains(try Regex("a batch takes +\(make)")), "machine, frame \(tenth)")
      #expect(text.contains(try Regex("busy +[0-9]+ % host +[0-9]+ % starved +\(starved)")))
    }
    // They do move.
    #expect(seen.count > 4)
  }

  /// What is more than figures is seen in the next frame: a key, a change, its effect, another size, a menu.
  @Test func changesAreDrawnAtOnce() {
    var painter = FramePainter()
    var model = Model(showing: Sample.running).taking(Sample.running)
    _ = frame(&painter, model, at: .zero)
    var time = Duration.zero
    func expectWhole(_ name: String, isWhole: Bool = false, size: Size = Self.size) {
      time += .milliseconds(10)
      _ = model.update(.size(size))
      let drawn = frame(&painter, model, at: time, isWhole: isWhole, size: size)
      #expect(drawn.text == whole(model, size: size).text, "\(name)")
      #expect(Set(drawn.targets) == Set(whole(model, size: size).targets), "\(name)")
    }
    model = model.taking(Sample.warpOff)
    expectWhole("a change and its effect")
    model = model.taking(later(Sample.warpOff)).after(.help)
    expectWhole("a key", isWhole: true)
    model = model.after(.help)
    expectWhole("a menu that closes", isWhole: true)
    expectWhole("another size", size: Size(width: 80, height: 24))
    expectWhole("too small", size: Size(width: 20, height: 5))
    expectWhole("large again")
    var failed = Sample.warpOff
    failed.state = .failed("no more")
    model = model.taking(failed)
    expectWhole("a failure")
  }
}
