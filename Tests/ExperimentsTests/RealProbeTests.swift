import Experiments
import Pipeline
import Quantities
import TestSupport
import Testing

/// The scripts of `augtop verify --real` with the real packages, where they are installed. Nothing is asserted of
/// how long anything took.
@Suite(.serialized) struct RealProbeTests {
  private func run(
    _ loader: RealLoader, python: String?, workers: Int, processes: Bool = false,
    work: RealRow.Work = .burn
  ) throws {
    let probe = try RealProbe(
      loader, python: try #require(python), limit: .seconds(120), keepsGoing: { true })
    #expect(probe.versions.contains { $0.name == "python" } && probe.versions.count >= 2)
    var row = RealRow(
      make: .milliseconds(1), step: .milliseconds(1), workers: workers, ahead: 2)
    row.usesProcesses = processes
    row.work = work
    let block = try probe.run(row, for: .milliseconds(240))
    #expect(block.rates.count == 12 && block.rate > 0)
    // A set time is over no earlier than set; a loop takes some time of its own.
    #expect(try #require(block.alone) >= (work == .burn ? .milliseconds(1) : .zero))
    #expect(try #require(block.loop) > .zero)
  }

  @Test(
    .enabled(if: FrameworkPython.torch != nil, "PyTorch isn't installed"), arguments: [0, 1])
  func torchIsDriven(workers: Int) throws {
    try run(.torch, python: FrameworkPython.torch, workers: workers)
  }

  @Test(
    .enabled(if: FrameworkPython.keras != nil, "Keras 3 isn't installed"),
    arguments: [(1, false), (2, false), (1, true)])
  func keras3IsDriven(workers: Int, processes: Bool) throws {
    try run(
      .keras3, python: FrameworkPython.keras, workers: workers, processes: processes,
      work: processes ? .pictures : .burn)
  }

  @Test(.enabled(if: FrameworkPython.tensorflow != nil, "TensorFlow isn't installed"))
  func tfDataIsDriven() throws {
    try run(.tfData, python: FrameworkPython.tensorflow, workers: 2)
  }
}
