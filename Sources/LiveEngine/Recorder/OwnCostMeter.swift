import CLinux
import Host
import Pipeline
import Quantities
import Tracing

/// Separates augtop's own CPU time from the emulated work's, over the last five seconds: predictions
/// come in bursts, of which a shorter window would hold now one and now two.
///
/// Own is the process less the emulated threads, plus what writing their events costs them.
struct OwnCostMeter {
  private struct Sample {
    var at: Nanoseconds
    var process: Nanoseconds
    var emulated: Nanoseconds
    var predicting: Nanoseconds
    var events: Int
  }

  private static let window = Nanoseconds.seconds(5)

  /// Memory changes slowly, and asking for it opens a file.
  private static let memorySpan = Nanoseconds.seconds(1)

  private var samples: [Sample] = []
  private var memory: (at: Nanoseconds, bytes: Int)?
  /// Measured at the session's start, in an empty lane.
  let perEvent: Double

  init(clock: SessionClock) { perEvent = Self.measureEvent(clock) }

  /// - Parameters:
  ///   - process: CPU time of the whole process so far.
  ///   - emulated: What emulated threads have had of it.
  ///   - predicting: What predictions have had of it.
  ///   - events: Events recorded so far.
  mutating func measure(
    at now: Nanoseconds, process: Nanoseconds = Nanoseconds(cl_process_cpu_ns()),
    emulated: Nanoseconds, predicting: Nanoseconds, events: Int
  ) -> OwnCost {
    let newest = Sample(
      at: now, process: process, emulated: emulated, predicting: predicting, events: events)
    samples.append(newest)
    while samples.count > 2, now - samples[0].at > Self.window { samples.removeFirst() }
    var cost = OwnCost()
    cost.nanosecondsPerEvent = perEvent
    cost.residentBytes = residentBytes(at: now)
    let oldest = samples[0]
    let wall = (now - oldest.at).seconds
    guard wall > 0 else { return cost }
    let recording = Double(events - oldest.events) * perEvent * 1e-9
    let emulatedTime = (emulated - oldest.emulated).seconds - recording
    let process = (newest.process - oldest.process).seconds
    cost.emulatedCores = max(0, emulatedTime / wall)
    cost.cpuFraction = max(0, (process - emulatedTime) / wall)
    cost.predicting = max(0, (newest.predicting - oldest.predicting).seconds / wall)
    return cost
  }

  private mutating func residentBytes(at now: Nanoseconds) -> Int {
    if let memory, now - memory.at < Self.memorySpan { return memory.bytes }
    let bytes = Int(cl_resident_bytes())
    memory = (now, bytes)
    return bytes
  }

  /// The time of one offer, in nanoseconds; the best of some rounds, so that a preemption is none.
  private static func measureEvent(_ clock: SessionClock) -> Double {
    let lane = RecordingLane(stages: 0)
    let event = Event.made(
      BatchMade(batch: 0, worker: 0, pictures: 0, generation: 0, start: .zero))
    let offers = 256
    var best = Double.infinity
    for _ in 0..<8 {
      let start = clock.now
      for _ in 0..<offers { lane.offer(event) }
      best = min(best, Double((clock.now - start).count) / Double(offers))
      lane.drain { _ in }
    }
    return best
  }
}
