import Augmentation
import CLinux
import Experiments
import Glibc
import Host
import LiveEngine
import Pipeline
import Quantities
import VirtualEngine

/// The session takes a second and 20 steps to begin its window, and blocks to fill.
private let longestWait = Duration.seconds(30)

/// A live session's reading once enough has been measured.
///
/// - Parameter time: The least time to measure.
/// - Throws: A `CommandFault` where the session fails, the user interrupts, or too little has been
///   measured half a minute later.
func measuredReading(of session: LiveSession, for time: Duration) throws -> Reading {
  while true {
    let reading = session.reading
    if case .failed(let reason) = reading.state { throw CommandFault.failed(reason) }
    if Interruption.isAsked { throw CommandFault.interrupted }
    let passed = session.clock.now.duration
    if passed >= time + .seconds(1), reading.epoch.settled != nil { return reading }
    guard passed < time + longestWait else {
      throw CommandFault.failed(
        "too little was measured to predict from: \(reading.batchesTrained) steps in"
          + " \(passed.components.seconds) s; shorten --gpu, or lengthen --measure")
    }
    usleep(50_000)
  }
}

/// A reading of the same session on simulated time, with the costs that were measured for it.
///
/// - Throws: A `CommandFault` where the costs aren't known, where no step would ever end, and where the
///   user interrupts.
func simulatedReading(
  of scenario: Scenario, _ facts: DatasetFacts, _ costs: CostModel
) throws -> Reading {
  guard
    let session = VirtualSession(
      scenario: scenario, dataset: facts, costs: costs, machineCores: Int(cl_usable_processors()))
  else { throw CommandFault.failed("the scenario's costs aren't known") }
  let slice = Nanoseconds(
    seconds: max(1, scenario.consumer.meanStep.seconds * Double(SessionLedger.settlingSteps)))
  for _ in 0..<1_000 {
    session.advance(by: slice)
    if Interruption.isAsked { throw CommandFault.interrupted }
    if session.reading.epoch.settled != nil { return session.reading }
    if session.isStuck { break }
  }
  throw CommandFault.failed("no step ever ends: every thread waits for another one")
}
