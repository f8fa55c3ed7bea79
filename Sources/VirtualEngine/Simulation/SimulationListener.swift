package import Pipeline

/// Who is told what happens in a simulation, in the order of its times.
package protocol SimulationListener {
  /// Whether events are worth making; a constant, so that silence costs nothing.
  static var listens: Bool { get }

  mutating func hear(_ event: Event)
}

/// Nobody: only the counters are kept.
package struct NoListener: SimulationListener, Sendable {
  package static let listens = false

  package init() {}

  package mutating func hear(_ event: Event) {}
}

/// A ledger, for reports and screens.
extension SessionLedger: SimulationListener {
  package static let listens = true

  package mutating func hear(_ event: Event) { record(event) }
}
