import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import Tracing
import VirtualEngine

/// A session whose five stages are none of the generator's, on simulated time and recorded.
struct FiveStages {
  static let decode = StageID(0)
  static let jitter = StageID(2)

  static let list = StageList([
    SessionStage("decode", isSwitchable: false),
    SessionStage("crop", key: "4", sharesCostWith: StageSet(StageID(3))),
    SessionStage("jitter", key: "5"),
    // A name as no format likes it, and a key that the screen has for something else.
    SessionStage(
      "to-tensor <\"f32\";>", key: "q", isIdle: true, sharesCostWith: StageSet(StageID(1))),
    SessionStage("collate", isSwitchable: false),
  ])

  /// Microseconds a picture.
  static let costs: [String: Double] = [
    "decode": 40, "crop": 10, "jitter": 90, list[3].name: 5, "collate": 2,
  ]

  static let dataset = DatasetFacts(
    count: 6_400, shape: PictureShape(height: 32, width: 32, channels: 3))

  static var scenario: Scenario {
    var scenario = Scenario(name: "five")
    scenario.loader = .blocking
    scenario.stages = list.all
    scenario.consumer.compute = .constant(.milliseconds(1))
    scenario.costs = .profile(
      CostProfile(
        name: "five", stages: costs.mapValues { StageCost(fixed: .nanoseconds(Int($0 * 1000))) }))
    return scenario
  }

  static func stageCosts(_ scenario: Scenario) throws -> StageCosts {
    guard let costs = CostModel(shape: dataset.shape, stages: list).costs(of: scenario) else {
      throw NoCosts()
    }
    return costs
  }

  struct NoCosts: Error {}

  /// Writes to a file what the ledger learns.
  private struct Recorder: SimulationListener {
    static let listens = true
    var ledger: SessionLedger
    let file: SessionFile

    mutating func receive(_ event: Event) {
      ledger.record(event)
      file.append(event)
    }
  }

  /// Runs three seconds with every stage on and three without jitter; the readings at the end of both.
  static func record(to path: String) throws -> (before: Reading, report: Reading) {
    let scenario = scenario
    let header = SessionHeader(
      scenario: scenario, dataset: dataset, stages: list,
      attributes: ScenarioFile.attributes(scenario, stages: list).pairs.map {
        SessionHeader.Attribute("scenario.\($0.key)", $0.value)
      }, version: "test")
    let file = try SessionFile(creating: path, header: header)
    var ledger = SessionLedger(scenario: scenario, dataset: dataset, stages: list, cores: 2)
    _ = ledger.reading(at: .zero)
    var simulation = Simulation(
      scenario, dataset: dataset, costs: try stageCosts(scenario), machineCores: 2,
      listener: Recorder(ledger: ledger, file: file))
    func run(until end: Nanoseconds) -> Reading {
      var reading: Reading?
      for frame in 1...30 {
        let now = end - .milliseconds(Int64(30 - frame) * 100)
        simulation.run(until: now)
        reading = simulation.listener.ledger.reading(at: now)
        if let reading { file.append(counters: reading) }
      }
      return reading ?? ledger.reading(at: end)
    }
    let before = run(until: .seconds(3))
    let change = ScenarioChange.stage(jitter, on: false)
    let changed = scenario.applying(change)
    let note = Note.asked(change, generation: 1, scenario: changed)
    let asked = Nanoseconds.seconds(3) + .microseconds(1)
    simulation.listener.ledger.note(note, at: asked)
    file.append(note, at: asked)
    simulation.adopt(changed, costs: try stageCosts(changed), generation: 1)
    _ = run(until: .seconds(6))
    simulation.listener.ledger.finish()
    let report = simulation.listener.ledger.summary(at: .seconds(6) + .microseconds(1))
    file.append(end: report)
    try file.close()
    return (before, report)
  }
}
