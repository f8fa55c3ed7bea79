package import Pipeline

/// A mechanism that could make an epoch longer with less work: any of three effects, or none.
package struct LabMechanism: Hashable, Sendable {
  /// Keras 1.1.0's sleeps on both sides of the queue; without them a blocking one.
  package let polls: Bool
  /// CPython's interpreter lock.
  package let locks: Bool
  /// A clock shared by all cores that follows the busiest one's load.
  package let governs: Bool

  /// None, each alone, and combined.
  package static let all: [LabMechanism] = [
    LabMechanism(polls: false, locks: false, governs: false),
    LabMechanism(polls: true, locks: false, governs: false),
    LabMechanism(polls: false, locks: true, governs: false),
    LabMechanism(polls: false, locks: false, governs: true),
    LabMechanism(polls: true, locks: true, governs: false),
    LabMechanism(polls: true, locks: false, governs: true),
    LabMechanism(polls: false, locks: true, governs: true),
    keras,
  ]
  /// All three effects: Keras 1.1.0 on a machine that saves power.
  package static let keras = LabMechanism(polls: true, locks: true, governs: true)

  /// The effects, joined by plus signs.
  package var name: String {
    let names = [(polls, "polling"), (locks, "lock"), (governs, "governor")]
    let effects = names.filter(\.0).map(\.1)
    return effects.isEmpty ? "none" : effects.joined(separator: " + ")
  }

  /// The parameters that the mechanism depends on.
  package var parameters: [LabParameter] {
    governs ? LabParameter.allCases : [.compute, .host, .costScale]
  }

  /// The question's scenario under this mechanism.
  package func scenario(_ base: Scenario, at point: LabPoint) -> Scenario {
    var scenario = base
    scenario.loader = polls ? .kerasThreads : .blocking
    scenario.interpreterLock = locks
    scenario.consumer.compute = .constant(point.time(.compute))
    scenario.consumer.host = point.time(.host)
    if case .profile(let profile) = base.costs {
      scenario.costs = .profile(profile.scaled(to: point[.costScale]))
    }
    scenario.governor =
      governs
      ? Governor(
        floor: point[.floor], threshold: point[.threshold],
        window: point.time(.window), step: point[.step]) : nil
    return scenario
  }
}
