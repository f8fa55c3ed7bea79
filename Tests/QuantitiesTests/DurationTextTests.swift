import Quantities
import TestSupport
import Testing

@Suite struct DurationTextTests {
  @Test(arguments: [
    ("3.4ms", Duration.microseconds(3_400)), ("200us", .microseconds(200)),
    ("200µs", .microseconds(200)), ("200μs", .microseconds(200)), ("7ns", .nanoseconds(7)),
    ("1.5s", .milliseconds(1_500)), ("2min", .seconds(120)), ("1h", .seconds(3_600)),
    ("14 ms", .milliseconds(14)), ("0", .zero), ("0.0", .zero), ("1e2ms", .milliseconds(100)),
    ("-3ms", .milliseconds(-3)),
  ])
  func read(text: String, duration: Duration) { #expect(DurationText.parse(text) == duration) }

  @Test(arguments: [
    "", "ms", "14", "14m", "ms14", "14 parsec", "nanms", "infs", "1..2ms", "367000h", "3,4ms",
    "1 4ms", "0x10ms",
  ])
  func refused(text: String) { #expect(DurationText.parse(text) == nil) }

  @Test(arguments: [
    (Duration.zero, "0ms"), (.microseconds(3_400), "3.4ms"), (.microseconds(200), "200us"),
    (.nanoseconds(7), "7ns"), (.milliseconds(1_500), "1.5s"), (.seconds(3_600), "3600s"),
    (.nanoseconds(1_234_567), "1234.567us"), (.milliseconds(-3), "-3ms"),
  ])
  func written(duration: Duration, text: String) { #expect(DurationText.write(duration) == text) }

  @Test func whatIsWrittenIsReadBack() {
    var random = SeededNumbers(seed: 3)
    for _ in 0..<2_000 {
      let digits = Int.random(in: 1...15, using: &random)
      let top = (0..<digits).reduce(Int64(1)) { value, _ in value * 10 }
      let duration = Duration.nanoseconds(Int64.random(in: -top...top, using: &random))
      #expect(DurationText.parse(DurationText.write(duration)) == duration, "\(duration)")
    }
  }
}
