import Quantities
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.0, 1, "0.0"), (-0.04, 1, "0.0"), (-0.06, 1, "−0.1"), (2.345, 2, "2.35"), (2.5, 0, "3"),
    (1e9, 0, "1000000000"), (.nan, 1, "–"), (.infinity, 0, "–"), (-1e16, 3, "–"), (0.05, 2, "0.05"),
    (9.999, 2, "10.00"),
  ])
  func fixed(value: Double, decimals: Int, expected: String) {
    #expect(NumberText.fixed(value, decimals) == expected)
  }

  @Test(arguments: [
    (0.042, "0.042"), (2.351, "2.35"), (94.94, "94.9"), (121.4, "121"), (0, "0.000"),
    (9.996, "10.0"), (99.96, "100"), (0.0996, "0.10"), (-3.456, "−3.46"),
  ])
  func short(value: Double, expected: String) { #expect(NumberText.short(value) == expected) }

  @Test(arguments: [
    (0.994, "0.99 s"), (0.996, "1.0 s"), (6.3, "6.3 s"), (99.94, "99.9 s"), (99.96, "1.7 min"),
    (3600, "1.0 h"), (-2.3, "−2.3 s"), (-0.005, "−0.01 s"), (.nan, "–"),
  ])
  func epoch(seconds: Double, expected: String) {
    #expect(NumberText.epoch(seconds).hasPrefix(expected))
  }

  @Test func signs() {
    #expect(NumberText.signedEpoch(2.3) == "+2.3 s")
    #expect(NumberText.signedEpoch(-2.3) == "−2.3 s")
    #expect(NumberText.signedEpoch(0) == "0.00 s")
    // What is printed as nothing has no sign, and an interval isn't printed as nothing.
    #expect(NumberText.signedEpoch(0.004) == "0.00 s" && NumberText.signedEpoch(0.006) == "+0.01 s")
    #expect(NumberText.signedEpoch(-0.004) == "0.00 s")
    #expect(NumberText.halfWithUnit(0.002, of: 6) == "0.01 s")
    #expect(NumberText.halfWithUnit(0.002, of: 156) == "0.01 s")
    #expect(NumberText.half(0.002, of: 6) == "0.01" && NumberText.half(0.06, of: 6) == "0.06")
  }

  @Test(arguments: [
    (0, "0.000 µs"), (42, "0.042 µs"), (94_900, "94.9 µs"), (999_400, "999 µs"),
    (999_600, "1.00 ms"), (1_250_000, "1.25 ms"),
  ])
  func perImage(nanoseconds: Int64, expected: String) {
    #expect(NumberText.perImage(Nanoseconds(nanoseconds)) == expected)
  }

  @Test(arguments: [
    (916_000, "916 µs"), (999_600, "1.00 ms"), (3_900_000, "3.90 ms"), (128_400_000, "128 ms"),
    (99_996_000, "100 ms"), (999_600_000, "1.00 s"), (1_500_000_000, "1.50 s"),
  ])
  func span(nanoseconds: Int64, expected: String) {
    #expect(NumberText.span(Nanoseconds(nanoseconds)) == expected)
  }

  @Test(arguments: [
    (940.4, "940"), (8217, "8217"), (9_999.6, "10.0k"), (31_230, "31.2k"), (999_960, "1.00M"),
    (1_250_000, "1.25M"),
  ])
  func rate(value: Double, expected: String) { #expect(NumberText.rate(value) == expected) }

  @Test(arguments: [
    (12_340, "12 kB"), (999_400, "999 kB"), (999_600, "1.0 MB"), (44_900_000, "45 MB"),
    (999_960_000, "1.00 GB"), (2_500_000_000, "2.50 GB"),
  ])
  func bytes(count: Int, expected: String) { #expect(NumberText.bytes(count) == expected) }

  /// One of the shares is rounded as it stands elsewhere alone, and they add up all the same.
  @Test func sharesAddUpWithOneKept() {
    #expect(
      NumberText.percents([0.944, 0.05, 0.006], keeping: 2) == ["94 %", "5 %", "1 %"])
    for thousandths in 0...1000 {
      for host in stride(from: 0, through: 1000 - thousandths, by: 7) {
        let starved = Double(thousandths) / 1000
        let shares = [1 - starved - Double(host) / 1000, Double(host) / 1000, starved]
        let printed = NumberText.percents(shares.map { max(0, $0) }, keeping: 2)
        #expect(printed[2] == NumberText.percent(starved))
        #expect(printed.reduce(0) { $0 + (Int($1.dropLast(2)) ?? 0) } == 100, "\(shares)")
      }
    }
  }

  @Test func sharesAndClocks() {
    #expect(NumberText.percent(0.845) == "85 %")
    #expect(NumberText.percent(.nan) == "– %")
    #expect(NumberText.smallPercent(0.004) == "0.4 %")
    #expect(NumberText.smallPercent(0.12) == "12 %")
    #expect(NumberText.shareOfCore(0.012) == "1.2 %")
    #expect(NumberText.shareOfCore(0.0004) == "< 0.1 %")
    #expect(NumberText.shareOfCore(0) == "0.0 %")
    #expect(NumberText.clock(.seconds(41)) == "00:41")
    #expect(NumberText.clock(.seconds(3599)) == "59:59")
    #expect(NumberText.clock(.seconds(3_661)) == "1:01:01")
  }
}
