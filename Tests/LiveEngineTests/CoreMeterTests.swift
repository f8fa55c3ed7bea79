import Quantities
import Testing

@testable import LiveEngine

@Suite struct CoreMeterTests {
  @Test func linesOfProcessorsAreRead() {
    let text = """
      cpu  300 0 100 1000 60 0 0 40 0 0
      cpu0 100 10 50 800 30 1 2 7 0 0
      cpu12 200 0 50 200 30 0 0 20 0 0
      intr 12345 0 0
      """
    #expect(
      CoreMeter.parse(Substring(text)) == [
        CoreMeter.Ticks(busy: 170, all: 1_000), CoreMeter.Ticks(busy: 270, all: 500),
      ])
    #expect(CoreMeter.parse("").isEmpty && CoreMeter.parse("cpu0 x y\n").isEmpty)
  }

  /// This machine has a load for each processor, once there are two samples.
  @Test func thisMachinesLoads() {
    var meter = CoreMeter()
    #expect(meter.loads(at: .zero).isEmpty)
    let loads = meter.loads(at: .seconds(2))
    #expect(!loads.isEmpty && loads.allSatisfy { (0...1).contains($0) })
  }
}
