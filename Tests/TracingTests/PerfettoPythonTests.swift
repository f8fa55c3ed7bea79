import Pipeline
import Quantities
import TestSupport
import Testing
import Tracing

/// Perfetto's own published classes read what we write, and add up to the same.
///
/// Skipped where no Python has them, unless `AUGTOP_PYTHON` names one.
@Suite(.enabled(if: PerfettoPython.asked != nil || PerfettoPython.path != nil))
struct PerfettoPythonTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [(1, 300), (4, 80)])
  func addsUpToTheSame(workers: Int, batches: Int) throws {
    let session = ScriptedSession(workers: workers, batches: batches, seed: 77)
    let path = folder.file("session.pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    for event in session.events { file.append(event) }
    file.append(counters: ScriptedSession.reading(at: .seconds(1), 1))
    file.append(counters: ScriptedSession.reading(at: .seconds(2), 2))
    file.append(OwnWork(.drawing, from: .seconds(2), to: .seconds(2) + .microseconds(3)))
    file.append(
      prediction: EpochEstimate(seconds: 5, low: 4, high: 6), of: .workers(2), at: .seconds(2))
    var sums = UnrecordedTotals()
    for event in session.events.prefix(20) { sums.add(event) }
    file.append(sums)
    try file.close()
    let recorded = try PerfettoPython.recorded(of: path)
    let reader = try SessionFileReader(path: path)
    var packets = 0
    while reader.next() != nil { packets += 1 }
    #expect(recorded.packets == packets)
    var expected = session.sums
    expected["screen (augtop itself)"] = ["draw a frame": 3_000]
    #expect(recorded.sums.filter { !$0.value.isEmpty } == expected)
    for (name, sum) in session.numbers { #expect(recorded.numbers[name] == sum, "\(name)") }
    #expect(recorded.counters["queue depth"] == session.depths.map(Double.init))
    #expect(recorded.counters["images trained"] == [32, 64])
    #expect(recorded.counters["gpu busy"] == [84, 42])
    #expect(recorded.counts["worker 1"]?["batch"] == batches)
    #expect(recorded.counts["gpu (simulated)"]?["step"] == workers * batches)
  }

  @Test func namesTracksAndTellsOfSwitches() throws {
    let path = folder.file("session.pftrace")
    let header = ScriptedSession.header()
    let file = try SessionFile(creating: path, header: header)
    let change = ScenarioChange.workers(3)
    file.append(
      .asked(change, generation: 1, scenario: header.scenario.applying(change)),
      at: .milliseconds(10))
    file.append(
      .waited(WorkerWait(worker: 2, reason: .nap, start: .milliseconds(11), end: .milliseconds(61)))
    )
    file.append(.applied(ChangeApplied(generation: 1, batch: 7, at: .milliseconds(9))))
    try file.close()
    let recorded = try PerfettoPython.recorded(of: path)
    #expect(
      recorded.instants.map(\.name) == ["augtop session", "applied: workers 3", "asked: workers 3"])
    #expect(recorded.instants.map(\.at) == [0, 9_000_000, 10_000_000])
    #expect(recorded.instants[2].arguments["workers"] == .text("3"))
    #expect(recorded.instants[1].arguments["batch"] == .number(7))
    for pair in header.allAttributes {
      #expect(recorded.instants[0].arguments[pair.key] == .text(pair.value))
    }
    #expect(recorded.tracks.contains("augtop \(header.scenario.name)"))
    #expect(recorded.tracks.contains("worker 3"))
    #expect(recorded.tracks.contains("queue depth"))
    #expect(recorded.sums["worker 3"] == ["nap: queue full": 50_000_000])
  }
}
