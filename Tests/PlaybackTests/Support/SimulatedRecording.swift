import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import Tracing
import VirtualEngine

/// A recording made in virtual time: the same for the same script, and long in no time.
struct SimulatedRecording {
  /// Keeps every event.
  private struct Listener: SimulationListener {
    static let listens = true
    var events: [Event] = []
    mutating func receive(_ event: Event) { events.append(event) }
  }

  /// An action at the end of a frame.
  enum Cue {
    case change(ScenarioChange)
    case marker(String)
    case badPicture(String)
    case pause(frames: Int)
  }

  static let frame = Nanoseconds.milliseconds(100)

  var scenario: Scenario
  var costs: StageCosts
  /// By the number of the frame.
  var cues: [Int: Cue] = [:]

  /// The default preset.
  init() throws {
    scenario = try PresetCatalog.scenario(named: "fast-gpu")
    guard case .profile(let profile) = scenario.costs else { throw NoProfile() }
    costs = StageCosts(scenario, profile: profile, shape: .cifar)
  }

  struct NoProfile: Error {}

  /// Writes it; the answer is the report that a live session would have given.
  func write(to path: String, frames: Int) throws -> Reading {
    let dataset = DatasetFacts(count: 50_000, shape: .cifar)
    let header = SessionHeader(
      scenario: scenario, dataset: dataset,
      attributes: ScenarioFile.attributes(scenario).pairs.map {
        SessionHeader.Attribute("scenario.\($0.key)", $0.value)
      }, version: "test")
    let file = try SessionFile(creating: path, header: header, replacing: true)
    var ledger = SessionLedger(scenario: scenario, dataset: dataset, cores: header.machine.cores)
    _ = ledger.reading(at: .zero)
    var simulation = Simulation(
      scenario, dataset: dataset, costs: costs.limited(to: scenario.stages), machineCores: 2,
      listener: Listener())
    var generation = 0
    var now = Nanoseconds.zero
    // Simulated time, which stands still in pauses.
    var simulated = Nanoseconds.zero
    var shift: Nanoseconds { now - simulated }
    func tell(_ note: Note) {
      ledger.note(note, at: now)
      file.append(note, at: now)
    }
    func read() {
      file.append(counters: ledger.reading(at: now))
    }
    for number in 0..<frames {
      simulation.run(until: simulated + Self.frame)
      for event in simulation.listener.events {
        let moved = event.later(by: shift)
        ledger.record(moved)
        file.append(moved)
      }
      simulation.listener.events.removeAll()
      simulated += Self.frame
      now += Self.frame
      read()
      switch cues[number] {
      case .change(let change):
        generation += 1
        let next = ledger.requested.applying(change)
        now += .microseconds(1)
        tell(.asked(change, generation: generation, scenario: next))
        simulation.adopt(next, costs: costs(of: next), generation: generation)
      case .marker(let text):
        now += .microseconds(1)
        tell(.marker(text))
      case .badPicture(let path):
        now += .microseconds(1)
        tell(.badPicture(BadPicture(path: path, reason: "cut off"), count: 2))
      case .pause(let frames):
        now += .microseconds(1)
        tell(.paused)
        for _ in 0..<frames {
          now += Self.frame
          read()
        }
        now += .microseconds(1)
        tell(.resumed)
      case nil: break
      }
    }
    now += .microseconds(1)
    ledger.finish()
    let report = ledger.summary(at: now)
    file.append(end: report)
    try file.close()
    return report
  }

  private func costs(of scenario: Scenario) -> StageCosts {
    guard case .profile(let profile) = scenario.costs else {
      return costs.limited(to: scenario.stages)
    }
    return StageCosts(scenario, profile: profile, shape: .cifar)
  }
}

extension Event {
  fileprivate func later(by shift: Nanoseconds) -> Event {
    guard shift != .zero else { return self }
    switch self {
    case .made(var made):
      made.start += shift
      for index in made.stages.indices { made.stages[index].end += shift }
      made.finished += shift
      made.put += shift
      return .made(made)
    case .taken(var taken):
      taken.wanted += shift
      taken.at += shift
      return .taken(taken)
    case .stepped(var step):
      step.wanted += shift
      step.taken += shift
      step.hostEnd += shift
      step.transferEnd += shift
      step.end += shift
      return .stepped(step)
    case .waited(var wait):
      wait.start += shift
      wait.end += shift
      return .waited(wait)
    case .applied(var applied):
      applied.at += shift
      return .applied(applied)
    case .phase(var phase):
      phase.start += shift
      phase.end += shift
      return .phase(phase)
    }
  }
}
