import Augmentation
import Experiments
import Pipeline
import Quantities
import Testing

@Suite struct CalibrationTests {
  /// Lines as the script prints them, for stages of a known fixed cost and slope.
  static func lines(
    warpShare: Double = 0.99, without left: String? = nil
  ) -> [String] {
    var lines = ["ready python=3.12.1 numpy=2.0.0 scipy=1.14.0 lock=1 switch_us=5000"]
    for stage in [
      "rotation", "height-shift", "width-shift", "shear", "zoom", "compose", "horizontal-flip",
      "vertical-flip",
    ] {
      for time in [2.0, 3.0, 9.0] { lines.append("time \(stage) full 3072 \(time)") }
      if !stage.hasSuffix("flip") { lines += rounds("time \(stage) zero 3072 1.25") }
    }
    for (stage, slope) in [
      ("load", 0.5), ("warp", 40.0), ("channel-shift", 2.0), ("standardize", 30.0),
      ("collate", 3.0),
    ] {
      lines += rounds("time \(stage) full 3072 \(10 + slope)")
      lines += rounds("time \(stage) full 192 \(10 + slope / 16)")
      lines.append("share \(stage) \(stage == "warp" ? warpShare : 0.5)")
    }
    lines += ["progress 0.5"] + rounds("time warp zero 3072 45") + rounds("whole 81.5")
    lines += ["pipe send 400", "pipe receive 600", "progress 1.000", "done"]
    return lines.filter { line in left.map { !line.hasPrefix($0) } ?? true }
  }

  /// The same in each of three rounds.
  private static func rounds(_ line: String) -> [String] { Array(repeating: line, count: 3) }

  private func calibration(_ lines: [String]) throws -> Calibration {
    var readings = CalibrationReadings()
    for line in lines {
      let parsed = try #require(CalibrationLine(line), "\(line)")
      let isTaken = readings.take(parsed)
      #expect(isTaken, "\(line)")
    }
    #expect(readings.isDone)
    return try Calibration(readings, shape: .cifar)
  }

  @Test func mediansAndALineThroughTwoSizes() throws {
    let calibration = try calibration(Self.lines())
    let stages = calibration.profile.stages
    #expect(stages["rotation"]?.fixed == .microseconds(3))
    #expect(stages["rotation"]?.identity == .nanoseconds(1_250))
    #expect(stages["horizontal-flip"] == StageCost(fixed: .microseconds(3)))
    #expect(
      stages["warp"]
        == StageCost(
          fixed: .microseconds(10), perPicture32: .microseconds(40), lockFree: 1,
          releases: KerasReleases.stretches(of: .warp)))
    #expect(stages["warp"]?.releases.count == 9 && stages["compose"]?.releases.count == 5)
    #expect(calibration.profile.lockWake > .zero && calibration.profile.lockCold > .zero)
    #expect(stages["lens"] == nil)
    #expect(calibration.profile.switchInterval == .milliseconds(5))
    #expect(calibration.profile.serializationPerMegabyte == .microseconds(500))
    #expect(calibration.whole == .nanoseconds(81_500))
    #expect(calibration.idleWarp == .microseconds(45))
    #expect(calibration.python.scipy == "1.14.0")
    #expect(calibration.python.hasLock)
    #expect(calibration.rounds == 3)
  }

  /// The machine gets half as slow again in the middle of the third round of five: of the cells that are
  /// read before, most readings are fast, of those after it most are slow.
  @Test func stagesAreComparedWithinRounds() throws {
    let steady = Self.lines().filter { $0.hasPrefix("time") || $0.hasPrefix("whole") }
    // One reading a cell, at the fast speed.
    let cells = steady.map { $0.split(separator: " ").map(String.init) }
      .reduce(into: [String: Double]()) {
        $0[$1.dropLast().joined(separator: " ")] = Double($1.last ?? "")
      }
      .sorted { $0.key < $1.key }
    let paces = [1, 1, 1, 1.5, 1.5]
    var lines = [Self.lines()[0]]
    for (round, pace) in paces.enumerated() {
      for (index, (name, time)) in cells.enumerated() {
        let isSlow = pace > 1 || (round == 2 && index >= cells.count / 2)
        lines.append("\(name) \(time * (isSlow ? 1.5 : 1))")
      }
    }
    lines += Self.lines().filter { $0.hasPrefix("share") || $0.hasPrefix("pipe") } + ["done"]
    let calibration = try calibration(lines)
    let speed = calibration.whole.seconds * 1e6 / 81.5
    #expect(speed >= 1 && speed <= 1.5)
    for (stage, time) in [("load", 10.5), ("standardize", 40), ("warp", 50)] {
      let cost = try #require(calibration.profile.stages[stage])
      let measured = (cost.fixed + cost.perPicture32).seconds * 1e6
      #expect(abs(measured / time / speed - 1) < 1e-3, "\(stage)")
    }
    // Within a round the cells agree, so what is left is the speed.
    #expect(calibration.spreads.values.allSatisfy { $0 < 1e-9 })
    #expect(calibration.speedSpread > 0.1)
  }

  /// The less two threads make besides one, the longer a change of the lock's holder is felt.
  @Test func twoThreadsShowWhatAChangeOfHolderCosts() throws {
    func cold(_ gain: Double) throws -> Duration {
      var lines = Self.lines().filter { $0 != "done" }
      for speed in [1.0, 0.6, 0.8] {
        lines += ["threads 1 \(8_000 * speed)", "threads 2 \(8_000 * speed * gain)"]
      }
      return try calibration(lines + ["done"]).profile.lockCold
    }
    let (much, little) = (try cold(0.8), try cold(1.3))
    #expect(much > little + .microseconds(5) && much < .microseconds(80), "\(much), \(little)")
    #expect(try cold(3) == .zero)
    // One core has no second thread: keras-1.1's.
    #expect(try calibration(Self.lines()).profile.lockCold == .microseconds(22))
  }

  /// Brief parts without the lock count: a thread that happens to wake up within one has the lock.
  @Test func sharesWithoutTheLockAreRounded() throws {
    let stages = try calibration(Self.lines(warpShare: 0.03)).profile.stages
    #expect(stages["standardize"]?.lockFree == 0.5)
    #expect(stages["warp"]?.lockFree == 0)
    #expect(try calibration(Self.lines(warpShare: 1.2)).profile.stages["warp"]?.lockFree == 1)
    #expect(try calibration(Self.lines(warpShare: 0.873)).profile.stages["warp"]?.lockFree == 0.87)
  }

  /// A stage that got quicker with size has no cost below zero.
  @Test func noisyTimesMakeNoNegativeCosts() throws {
    let lines = Self.lines(without: "time load") + []
    let quick = lines.dropLast() + ["time load full 3072 1", "time load full 192 2", "done"]
    let load = try calibration(Array(quick)).profile.stages["load"]
    #expect(load?.fixed == .microseconds(1) && load?.perPicture32 == .zero)
  }

  @Test(arguments: [
    ("time compose full", "what compose costs"), ("time warp zero", "the identity"),
    ("time collate full 192", "collate costs for a small picture"), ("whole", "whole picture"),
    ("pipe", "pipe"), ("share standardize", "the share of standardize"),
  ])
  func whatIsMissingIsNamed(left: String, name: String) {
    let fault = #expect(throws: PythonFault.self) { try calibration(Self.lines(without: left)) }
    guard case .incomplete(let what)? = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
    #expect(what.contains(name))
  }

  @Test(arguments: [
    "", "hello", "time", "time warp full 3072", "time warp full 3072 x", "time warp half 3072 1",
    "time wrap full 3072 1", "time warp full 0 1", "time warp full 3072 -1",
    "time warp full 3072 nan", "time warp full 3072 inf", "time warp full 3072 1 2", "whole",
    "whole nan", "pipe both 3", "share warp", "share wrap 1", "progress 2", "progress -0.1",
    "done done", "ready", "ready python=3", "missing numpy", "missing numpy ",
    "ready python=3 numpy=2 scipy=1 lock=2 switch_us=5000",
    "threads 3 100", "threads 1 0", "threads 1",
    "ready python=3 numpy=2 scipy=1 lock=1 switch_us=-1",
    "ready python= numpy=2 scipy=1 lock=1 switch_us=5000",
  ])
  func rubbish(line: String) { #expect(CalibrationLine(line) == nil) }

  @Test func linesComeInTheirOrder() throws {
    let ready = try #require(CalibrationLine(Self.lines()[0]))
    func taken(_ lines: CalibrationLine...) -> [Bool] {
      var readings = CalibrationReadings()
      return lines.map { readings.take($0) }
    }
    #expect(taken(.done, .whole(microseconds: 3)) == [false, false])
    #expect(taken(.missing(package: "scipy"), ready) == [true, false])
    #expect(taken(ready, ready, .missing(package: "scipy"), .done) == [true, false, false, true])
  }
}
