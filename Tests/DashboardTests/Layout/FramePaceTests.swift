import Dashboard
import Quantities
import Testing

@Suite struct FramePaceTests {
  private let start = ContinuousClock.now

  @Test func framesComeLessOftenWhereTheyCostTooMuch() {
    var pace = FramePace()
    for _ in 0..<60 { pace.take(.microseconds(600)) }
    #expect(pace.interval == .milliseconds(100) && !pace.isSlowed)
    for _ in 0..<60 { pace.take(.milliseconds(2)) }
    #expect(pace.interval == .milliseconds(200))
    for _ in 0..<200 { pace.take(.milliseconds(9)) }
    #expect(pace.interval == .milliseconds(400))
    for _ in 0..<200 { pace.take(.microseconds(500)) }
    #expect(pace.interval == .milliseconds(100))
  }

  @Test func newsWaitsForItsFrame() {
    var pace = FramePace()
    #expect(pace.isDue(at: start, apart: .zero))
    pace.show(at: start)
    #expect(!pace.isDue(at: start + .milliseconds(60), apart: .zero))
    #expect(pace.isDue(at: start + .milliseconds(75), apart: .zero))
    #expect(!pace.isDue(at: start + .milliseconds(75), apart: .seconds(1)))
  }

  /// A key that comes while the terminal hasn't taken the last frame is seen as soon as it has.
  @Test func whatWasAskedForStaysDueUntilItIsShown() {
    var pace = FramePace()
    pace.show(at: start)
    pace.ask()
    // The terminal takes nothing: nothing is shown, and no further key comes.
    #expect(pace.isDue(at: start + .milliseconds(1), apart: .seconds(1)) && pace.isAsked)
    #expect(pace.isDue(at: start + .milliseconds(2), apart: .seconds(1)) && pace.isAsked)
    pace.show(at: start + .milliseconds(2))
    #expect(!pace.isDue(at: start + .milliseconds(3), apart: .seconds(1)) && !pace.isAsked)
  }
}
