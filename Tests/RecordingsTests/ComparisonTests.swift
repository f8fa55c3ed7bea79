import Augmentation
import Pipeline
import Quantities
import Recordings
import TestSupport
import Testing
import Tracing

/// Sessions whose true differences are known.
@Suite struct ComparisonTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func row(
    _ quantity: ComparedQuantity, _ comparison: Comparison
  ) throws -> Comparison.Row {
    try #require(comparison.rows.first { $0.quantity == quantity }, "\(quantity)")
  }

  @Test func whatDiffersIsFoundWithItsSign() throws {
    let slow = SteadySession(step: .microseconds(3_900), seed: 2)
    let comparison = Comparison(
      try SteadySession(seed: 1).measured(in: folder), try slow.measured(in: folder))
    // 1 000 pictures are 32 batches; a batch and its step come one after the other.
    for (quantity, truth) in [
      (ComparedQuantity.epoch, 32 * 0.3e-3), (.measured(.step), 0.3e-3),
    ] {
      let row = try row(quantity, comparison)
      let difference = try #require(row.difference)
      let half = try #require(difference.half)
      #expect(row.isDistinguishable == true)
      // Three times the interval's half: no luck is needed.
      #expect(abs(difference.value - truth) < 3 * half, "\(quantity): \(difference) ± \(half)")
    }
    #expect(try row(.measured(.busy), comparison).isDistinguishable == true)
    #expect(try row(.measured(.imagesPerSecond), comparison).difference?.value ?? 0 < 0)
    #expect(comparison.scenario.isEmpty && comparison.surroundings.isEmpty)
  }

  @Test func oneSessionIsLikeItself() throws {
    let session = try SteadySession(seed: 5).measured(in: folder)
    let comparison = Comparison(session, session)
    #expect(comparison.rows.count >= 10)
    for row in comparison.rows {
      #expect(row.difference?.value == 0 && row.isDistinguishable == false, "\(row)")
      #expect(row.incomparability == nil)
    }
    #expect(comparison.scenario.isEmpty && comparison.surroundings.isEmpty)
  }

  @Test func swappingNegates() throws {
    let one = try SteadySession(seed: 6).measured(in: folder)
    let other = try SteadySession(make: .microseconds(1_100), seed: 7).measured(in: folder)
    let (there, back) = (Comparison(one, other), Comparison(other, one))
    #expect(there.rows.map(\.quantity) == back.rows.map(\.quantity))
    for (row, swapped) in zip(there.rows, back.rows) {
      #expect(row.baseline == swapped.other && row.other == swapped.baseline)
      #expect(row.difference?.value == swapped.difference.map { -$0.value })
      #expect(row.difference?.half == swapped.difference?.half)
      #expect(row.isDistinguishable == swapped.isDistinguishable)
    }
  }

  /// Of sessions that differ by chance alone, one in ten may look different, not one in three.
  @Test func theIntervalsAreHonest() throws {
    var found: [ComparedQuantity: Int] = [:]
    let pairs = 36
    let quantities: [ComparedQuantity] = [
      .epoch, .measured(.make), .stageCPU("warp"), .measured(.starved),
    ]
    for pair in 0..<pairs {
      let seed = UInt64(1_000 + 2 * pair)
      let comparison = Comparison(
        try SteadySession(seed: seed).measured(in: folder),
        try SteadySession(seed: seed + 1).measured(in: folder))
      for quantity in quantities where try row(quantity, comparison).isDistinguishable == true {
        found[quantity, default: 0] += 1
      }
    }
    for quantity in quantities {
      #expect((0...10).contains(found[quantity] ?? 0), "\(quantity): \(found[quantity] ?? 0)")
    }
    // Intervals that hold everything would be no intervals.
    #expect(found.values.reduce(0, +) >= 4, "\(found)")
  }

  @Test func theNumbersAreTheReports() throws {
    let steady = SteadySession(seed: 8)
    let measured = try steady.measured(in: folder)
    var session = try RecordedSession(path: steady.write(in: folder))
    var feed = LedgerFeed(session)
    while let record = session.records.next() { feed.take(record) }
    let reading = feed.report()
    let epoch = try #require(measured.estimate(.epoch))
    let settled = try #require(reading.epoch.settled)
    #expect(abs(epoch.value - settled.seconds) < 1e-12)
    #expect(abs(try #require(epoch.low) - settled.low) < 1e-12)
    func value(_ measure: WindowMeasure) -> Double? { measured.estimate(.measured(measure))?.value }
    for (measure, reported) in [
      (WindowMeasure.imagesPerSecond, reading.consumer.imagesPerSecond),
      (.busy, reading.consumer.busy), (.starved, reading.consumer.starved),
    ] {
      #expect(abs(try #require(value(measure)) - reported) < 1e-9 * reported, "\(measure)")
    }
    // The report's are whole nanoseconds.
    let warp = try #require(reading.stage(.warp))
    for (measure, reported) in [
      (WindowMeasure.make, reading.workers.make), (.step, reading.consumer.step),
      (.stageCPU(.warp), warp.cpuPerImage), (.stageWall(.warp), warp.wallPerImage),
    ] {
      #expect(abs(try #require(value(measure)) - (reported?.seconds ?? 0)) <= 1e-9, "\(measure)")
    }
    #expect(abs(try #require(value(.depth)) - reading.queue.meanDepth) < 0.01)
    #expect(measured.verdict.kind == Verdict(reading).kind)
  }
}

/// Which part of a session is compared, and what can't be.
@Suite struct MeasuredSessionTests {
  private let folder: TemporaryFolder
  private let warpOff = ScenarioChange.stage(.warp, on: false)

  init() throws { folder = try TemporaryFolder() }

  @Test func theLastSettledStretchCounts() throws {
    var steady = SteadySession(length: .seconds(7), seed: 9)
    steady.changes = [(.seconds(3), warpOff)]
    let after = try steady.measured(in: folder)
    #expect(after.blocks.start > .seconds(4) && after.blocks.end >= .seconds(7))
    #expect(!after.scenario.stages.contains(.warp))
    #expect(after.estimate(.stageCPU("warp")) == nil)
    let before = try steady.measured(in: folder, to: .seconds(3))
    #expect(before.blocks.start >= .seconds(1) && before.blocks.end <= .seconds(3))
    #expect(before.scenario.stages.contains(.warp))
    let comparison = Comparison(before, after)
    let differs = comparison.scenario
    #expect(differs.map(\.key) == ["stages.off"])
    #expect(differs.map(\.baseline) == ["–"] && differs.map(\.other) == ["warp"])
    let make = try #require(comparison.rows.first { $0.quantity == .measured(.make) })
    #expect(make.isDistinguishable == true && make.difference?.value ?? 0 < -0.5e-3)
    let warp = try #require(comparison.rows.first { $0.quantity == .stageCPU("warp") })
    #expect(warp.incomparability == .missing && warp.difference == nil && warp.baseline != nil)
    #expect(comparison.obstacles.isEmpty)
  }

  @Test func aSwitchShortBeforeTheEndIsNotWaitedFor() throws {
    var steady = SteadySession(length: .seconds(4), seed: 10)
    steady.changes = [(.milliseconds(3_500), warpOff)]
    let measured = try steady.measured(in: folder)
    #expect(measured.scenario.stages.contains(.warp))
    #expect(measured.blocks.end <= .milliseconds(3_510))
  }

  @Test func aCutBeginsWhereItIsAskedTo() throws {
    let steady = SteadySession(length: .seconds(6), seed: 11)
    let measured = try steady.measured(in: folder, from: .seconds(3), to: .seconds(5))
    #expect(measured.blocks.start >= .seconds(3) && measured.blocks.start < .milliseconds(3_010))
    #expect(measured.blocks.end <= .seconds(5))
  }

  @Test func tooLittleIsSaid() throws {
    let short = try RecordedSession(
      path: SteadySession(length: .milliseconds(1_600), seed: 12).write(in: folder))
    do throws(MeasureFault) {
      _ = try MeasuredSession(short)
      Issue.record("half a second has no intervals")
    } catch {
      #expect(error.steps > 50 && error.settled > .milliseconds(400))
    }
    let unsettled = try RecordedSession(
      path: SteadySession(length: .milliseconds(700), seed: 13).write(in: folder))
    do throws(MeasureFault) {
      _ = try MeasuredSession(unsettled)
      Issue.record("nothing has settled")
    } catch {
      #expect(error.steps == 0 && error.settled == .zero)
    }
  }

  @Test func onlyNonsenseIsNotCompared() throws {
    let base = try SteadySession(seed: 14).measured(in: folder)
    var larger = SteadySession(seed: 15)
    larger.scenario.batchSize = 64
    larger.scenario.workers = 2
    let batches = Comparison(base, try larger.measured(in: folder))
    #expect(batches.obstacles == [.batchSize(32, 64)])
    #expect(batches.scenario.map(\.key) == ["batch-size", "workers"])
    #expect(difference(.measured(.make), batches) == nil)
    #expect(difference(.epoch, batches) != nil)
    var shaped = SteadySession(seed: 16)
    shaped.dataset.shape = PictureShape(height: 64, width: 64, channels: 3)
    let shapes = Comparison(base, try shaped.measured(in: folder))
    #expect(shapes.obstacles == [.shape(base.dataset.shape, shaped.dataset.shape)])
    #expect(shapes.surroundings.map(\.key) == ["pictures"])
    #expect(difference(.stageWall("warp"), shapes) == nil)
    #expect(difference(.measured(.starved), shapes) != nil)
    var counted = SteadySession(seed: 17)
    counted.scenario.samplesPerEpoch = 500
    let epochs = Comparison(base, try counted.measured(in: folder))
    #expect(epochs.obstacles == [.samplesPerEpoch(1_000, 500)])
    #expect(difference(.epoch, epochs) == nil)
    #expect(difference(.measured(.make), epochs) != nil)
  }

  private func difference(_ quantity: ComparedQuantity, _ comparison: Comparison) -> Estimate? {
    comparison.rows.first { $0.quantity == quantity }?.difference
  }

  @Test func tornRecordingsGiveWhatTheyHold() throws {
    let path = try SteadySession(length: .seconds(5), seed: 18).write(in: folder)
    let bytes = folder.bytes("steady-18.pftrace")
    // No packet is a single byte, so that of two neighbouring cuts one lies within a packet.
    let cuts = [bytes.count * 3 / 4, bytes.count * 3 / 4 + 1]
    let parts = try cuts.map {
      try MeasuredSession(RecordedSession(bytes: Array(bytes[..<$0]), path: path))
    }
    let measured = try #require(parts.first { $0.trouble.tornBytes > 0 })
    #expect(measured.blocks.end > .seconds(3) && measured.blocks.end < .milliseconds(4_200))
  }

  @Test func mutatedRecordingsNeverTrap() throws {
    _ = try SteadySession(seed: 19).write(in: folder)
    let bytes = folder.bytes("steady-19.pftrace")
    var random = SeededNumbers(seed: 19)
    var measured = 0
    for _ in 0..<60 {
      let mutated = Mutation.of(bytes, with: &random)
      guard let recorded = try? RecordedSession(bytes: mutated, path: "mutated"),
        let session = try? MeasuredSession(recorded)
      else { continue }
      measured += 1
      let comparison = Comparison(session, session)
      #expect(comparison.rows.allSatisfy { $0.difference?.value ?? 0 == 0 }, "seed 19")
    }
    #expect(measured > 20)
  }
}

@Suite struct BoundTests {
  @Test func aBoundWithinTheIntervalIsTooClose() {
    func judge(_ side: Threshold.Side, _ limit: Double, _ value: Double, _ error: Double)
      -> Threshold.Outcome
    {
      // With 60 degrees of freedom the interval's half is 1.67 errors.
      Threshold("x", side, limit, typed: "")
        .judge(Estimate(value, Estimate.Spread(error: error, freedom: 60)))
    }
    #expect(judge(.atMost, 23, 22, 0.1) == .holds)
    #expect(judge(.atMost, 23, 23.1, 0.1) == .tooClose)
    #expect(judge(.atMost, 23, 22.9, 0.1) == .tooClose)
    #expect(judge(.atMost, 23, 24, 0.1) == .fails)
    #expect(judge(.atLeast, 5_000, 5_500, 100) == .holds)
    #expect(judge(.atLeast, 5_000, 4_900, 100) == .tooClose)
    #expect(judge(.atLeast, 5_000, 4_500, 100) == .fails)
    #expect(judge(.atMost, 0, 0, 0) == .holds)
    let bound = Threshold("x", .atMost, 1, typed: "1")
    #expect(bound.judge(nil) == .notMeasured && bound.judge(Estimate(0.5)) == .notMeasured)
  }
}
