import Quantities
import Testing

@Suite struct NanosecondsTests {
  @Test func fromDurations() {
    #expect(Nanoseconds(Duration.milliseconds(50)) == .milliseconds(50))
    #expect(Nanoseconds(Duration.microseconds(-3)) == .microseconds(-3))
    #expect(Nanoseconds(Duration.seconds(3)) == .seconds(3))
    // Values out of range are clamped.
    #expect(Nanoseconds(Duration.seconds(Int64.max)).count == .max / 2)
    #expect(Nanoseconds(Duration.seconds(Int64.min)).count == -.max / 2)
    #expect(Nanoseconds(seconds: 0.0036) == .microseconds(3_600))
    #expect(Nanoseconds.microseconds(1_500).duration == .microseconds(1_500))
  }
}
