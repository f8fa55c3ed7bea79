import Quantities
import TestSupport
import Testing

/// Numbers from files and measurements: whatever they are, nothing here traps.
@Suite struct AbsurdNumbersTests {
  private static let special: [Double] = [
    .nan, .signalingNaN, .infinity, -.infinity, 0, -0.0, .greatestFiniteMagnitude,
    -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0x1p63, -0x1p63, 0x1p63.nextDown, 9.3e18,
    9e15, 1e15, 999_999_999_999_999.9, 1e300, -1e300,
  ]

  private static func numbers(seed: UInt64) -> [Double] {
    var random = SeededNumbers(seed: seed)
    return special + (0..<2_000).map { _ in Double(bitPattern: random.next()) }
      + (0..<2_000).map { _ in Double.random(in: -1e5...1e5, using: &random) }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func everyNumberHasAText(seed: UInt64) {
    for number in Self.numbers(seed: seed) {
      let texts =
        [
          NumberText.short(number), NumberText.percent(number), NumberText.percent(number, 1),
          NumberText.smallPercent(number), NumberText.epoch(number), NumberText.seconds(number),
          NumberText.epoch(number, like: 1), NumberText.half(number, of: 1),
          NumberText.half(1, of: number), NumberText.signedEpoch(number), NumberText.rate(number),
          NumberText.brief(number, 1),
        ] + (0...9).map { NumberText.fixed(number, $0) }
      for text in texts {
        #expect(!text.isEmpty && text.count < 32, "seed \(seed), \(number): \(text)")
        #expect(!text.contains("nan") && !text.contains("inf"), "seed \(seed), \(number): \(text)")
      }
    }
  }

  /// The text is exact where it can be: parsed, it gives the rounded number.
  @Test(arguments: [4, 5] as [UInt64])
  func fixedIsTheRoundedNumber(seed: UInt64) throws {
    for number in Self.numbers(seed: seed) where abs(number) < 1e9 {
      let text = NumberText.fixed(number, 3).replacing("−", with: "-")
      let read = try #require(Double(text), "seed \(seed), \(number): \(text)")
      #expect(abs(read - number) <= 0.000_500_2, "seed \(seed), \(number): \(text)")
    }
  }

  @Test(arguments: [6, 7] as [UInt64])
  func everyTimeHasAText(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    let counts: [Int64] =
      [.min, .max, 0, -1] + (0..<2_000).map { _ in Int64.random(in: .min ... .max, using: &random) }
    for count in counts {
      let time = Nanoseconds(count)
      for text in [
        NumberText.digits(time), NumberText.span(time), NumberText.window(time),
        NumberText.clock(time), NumberText.perImage(time), DurationText.write(time.duration),
      ] { #expect(!text.isEmpty, "seed \(seed), \(count)") }
      for decimals in 0...9 {
        let digits = NumberText.decimal(count, decimals).filter { $0 != "." }
        #expect(Int64(digits) == count, "seed \(seed), \(count), \(decimals)")
      }
      guard count > .min else { continue }
      #expect(ExactTime.read(ExactTime.write(time.duration)) == time.duration, "\(count)")
    }
  }

  @Test(arguments: [8, 9] as [UInt64])
  func everyNumberIsATime(seed: UInt64) {
    for number in Self.numbers(seed: seed) {
      let time = Nanoseconds(seconds: number)
      #expect(abs(time.count) <= Nanoseconds.longest.count, "seed \(seed), \(number)")
      #expect(Duration.seconds(rounding: number) == time.duration)
      if abs(number) < 1e6 { #expect(abs(time.seconds - number) < 1e-9 + abs(number) * 1e-15) }
      let scaled = Nanoseconds.seconds(3) * number
      #expect(abs(scaled.count) <= Nanoseconds.longest.count, "seed \(seed), \(number)")
      if number.isNaN { #expect(time == .zero && scaled == .zero) }
      #expect(Int(nearest: number) == Int(Int64(nearest: number)))
    }
    #expect(Int64(nearest: .infinity) == .max && Int64(nearest: -.infinity) == .min)
    #expect(Int64(nearest: .nan) == 0 && Int64(nearest: -2.5) == -3 && Int64(nearest: 2.4) == 2)
    #expect(Nanoseconds.never * 2 == .longest && Nanoseconds.never * -2 < .zero)
    #expect(Nanoseconds(.min) * -1 == .longest)
  }

  @Test func exactTimesAreReadAsTheyAreWritten() {
    #expect(ExactTime.write(.nanoseconds(3_400_000)) == "3400000")
    #expect(ExactTime.write(Duration(attoseconds: -1_500_000_000)) == "-1.5")
    #expect(ExactTime.read("-1.5") == Duration(attoseconds: -1_500_000_000))
    for text in [
      "", "-", "--5", "+5", "5.", ".5", "5.0000000001", "5.+1", "1e3", "99999999999999999999",
    ] {
      #expect(ExactTime.read(text) == nil, "\(text)")
    }
    let long = ExactTime.write(.seconds(Int64.max))
    #expect(long == "\(Int64.max)" && ExactTime.read(long) != nil)
  }

  @Test func theMedianIsTheMiddle() {
    #expect(median([]) == nil)
    #expect(median([3]) == 3)
    #expect(median([5, 1, 2]) == 2)
    #expect(median([4, 1, 2, 9]) == 3)
  }
}
