import Dashboard
import Quantities
import Testing

@Suite struct FramePaceTests {
  private let start = ContinuousClock.now

  /// The pace after frames of one cost each.
  private func show(_ frames: Int, _ cost: Nanoseconds, in pace: inout FramePace) {
    for _ in 0..<frames { pace.show(at: start, cost: cost) }
  }

  @Test func framesComeLessOftenWhereTheyCostTooMuch() {
    var pace = FramePace()
    show(60, .microseconds(600), in: &pace)
    #expect(pace.interval == .milliseconds(100) && !pace.isSlowed)
    show(60, .milliseconds(2), in: &pace)
    #expect(pace.interval == .milliseconds(200))
    show(200, .milliseconds(9), in: &pace)
    #expect(pace.interval == .milliseconds(400))
    show(200, .microseconds(500), in: &pace)
    #expect(pace.interval == .milliseconds(100))
  }

  /// Frames half as often take more than half as long each, for more panels are due in each: the higher rate is
  /// tried where it may do.
  @Test func aHigherRateIsTriedWhereItMayDo() {
    var pace = FramePace()
    show(40, .milliseconds(3), in: &pace)
    #expect(pace.isSlowed)
    show(40, .microseconds(1_250), in: &pace)
    #expect(!pace.isSlowed)
    show(300, .microseconds(900), in: &pace)
    #expect(!pace.isSlowed)
  }

  @Test func aTrialThatFailsIsRepeatedLaterAndLater() {
    var pace = FramePace()
    var raised: [Int] = []
    for frame in 0..<2_000 {
      let wasSlowed = pace.isSlowed
      pace.show(at: start, cost: .microseconds(1_300))
      if wasSlowed, !pace.isSlowed { raised.append(frame) }
    }
    let apart = zip(raised, raised.dropFirst()).map { $1 - $0 }
    #expect(raised.count < 9 && apart.count > 3 && apart == apart.sorted())
  }

  /// Holding a key doesn't slow down the frames after it.
  @Test func whatTheUserAsksForDoesNotCount() {
    var pace = FramePace()
    for _ in 0..<100 {
      pace.ask()
      show(1, .milliseconds(4), in: &pace)
      show(1, .microseconds(600), in: &pace)
    }
    #expect(!pace.isSlowed)
  }

  @Test func newsWaitsForItsFrame() {
    var pace = FramePace()
    #expect(pace.isDue(at: start, apart: .zero))
    pace.show(at: start, cost: .zero)
    #expect(!pace.isDue(at: start + .milliseconds(60), apart: .zero))
    #expect(pace.isDue(at: start + .milliseconds(75), apart: .zero))
    #expect(!pace.isDue(at: start + .milliseconds(75), apart: .seconds(1)))
  }

  /// A key that comes while the terminal hasn't taken the last frame is seen as soon as it has.
  @Test func whatWasAskedForStaysDueUntilItIsShown() {
    var pace = FramePace()
    pace.show(at: start, cost: .zero)
    pace.ask()
    // The terminal takes nothing: nothing is shown, and no further key comes.
    #expect(pace.isDue(at: start + .milliseconds(1), apart: .seconds(1)) && pace.isAsked)
    #expect(pace.isDue(at: start + .milliseconds(2), apart: .seconds(1)) && pace.isAsked)
    pace.show(at: start + .milliseconds(2), cost: .zero)
    #expect(!pace.isDue(at: start + .milliseconds(3), apart: .seconds(1)) && !pace.isAsked)
  }
}
