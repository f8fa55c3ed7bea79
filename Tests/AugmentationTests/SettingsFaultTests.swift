import Augmentation
import Testing

@Suite struct SettingsFaultTests {
  private typealias Path = WritableKeyPath<AugmentationSettings, Double>

  private static var numbers: [(SettingName, Path)] {
    [
      (.rotationRange, \.rotationRange), (.widthShiftRange, \.widthShiftRange),
      (.heightShiftRange, \.heightShiftRange), (.shearRange, \.shearRange),
      (.zoomRange, \.zoomRange.low), (.zoomRange, \.zoomRange.high),
      (.channelShiftRange, \.channelShiftRange), (.cval, \.cval), (.rescale, \.rescale),
    ]
  }

  private func fault(_ path: Path, _ value: Double) -> SettingsFault? {
    var settings = AugmentationSettings()
    settings[keyPath: path] = value
    do {
      try settings.check()
      return nil
    } catch {
      return error
    }
  }

  @Test func numbersThatAreNoneAreRefused() {
    for (name, path) in Self.numbers {
      for value in [Double.nan, .infinity, -.infinity] {
        #expect(fault(path, value) == .notFinite(name))
      }
    }
  }

  @Test func negativeRangesAreRefused() {
    for (name, path) in Self.numbers where name != .cval && name != .rescale {
      #expect(fault(path, -0.25) == .negative(name, value: -0.25))
    }
    #expect(fault(\.cval, -0.25) == nil)
    #expect(fault(\.rescale, -0.25) == nil)
  }

  @Test func absurdNumbersAreRefused() {
    #expect(fault(\.rotationRange, 361) == .beyond(.rotationRange, value: 361, limit: 360))
    #expect(fault(\.widthShiftRange, 32) == .beyond(.widthShiftRange, value: 32, limit: 10))
    #expect(fault(\.heightShiftRange, 32) == .beyond(.heightShiftRange, value: 32, limit: 10))
    #expect(fault(\.shearRange, 15) == .beyond(.shearRange, value: 15, limit: .pi))
    #expect(fault(\.zoomRange.high, 101) == .beyond(.zoomRange, value: 101, limit: 100))
    #expect(
      fault(\.channelShiftRange, 2e6) == .beyond(.channelShiftRange, value: 2e6, limit: 1e6))
    #expect(fault(\.cval, -2e6) == .beyond(.cval, value: -2e6, limit: 1e6))
    #expect(fault(\.rescale, 2e6) == .beyond(.rescale, value: 2e6, limit: 1e6))
  }

  @Test func zoomRangesGoUp() {
    #expect(fault(\.zoomRange.low, 1.5) == .zoomReversed(low: 1.5, high: 1))
  }

  @Test func whatKerasTakesIsTaken() throws {
    try AugmentationSettings().check()
    var settings = AugmentationSettings()
    settings.rotationRange = 360
    settings.widthShiftRange = 1
    settings.shearRange = .pi
    settings.zoomRange = ZoomRange(around: 1)
    settings.channelShiftRange = 255
    settings.rescale = 1 / 255
    try settings.check()
  }
}
