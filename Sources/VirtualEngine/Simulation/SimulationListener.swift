package import Pipeline

/// Receives a simulation's events in the order of their times.
package protocol SimulationListener {
  /// Whether events are made at all; a constant, so that a simulation without a listener costs nothing.
  static var listens: Bool { get }

  /// Takes in one event.
  mutating func receive(_ event: Event)
}

/// Ignores events: the simulation keeps its counters only.
package struct NoListener: SimulationListener, Sendable {
  package static let listens = false

  /// A listener without state.
  package init() {}

  package mutating func receive(_ event: Event) {}
}

/// A ledger takes events for reports and screens.
extension SessionLedger: SimulationListener {
  package static let listens = true

  package mutating func receive(_ event: Event) { record(event) }
}
