import Augmentation
import Pipeline
import Quantities
import TestSupport
import Testing
import Tracing

/// Numbers in a file that no session can have written are dropped and counted.
@Suite struct AbsurdRecordsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func records(_ tell: (SessionFile) -> Void) throws -> Records {
    let path = folder.file("\(UInt64.random(in: 0...UInt64.max)).pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    tell(file)
    try file.close()
    return Records(try SessionFileReader(path: path))
  }

  @Test func timesOutOfBoundsDropTheirBatch() throws {
    let absurd = [Nanoseconds(-1), .never, Nanoseconds(.min)]
    for time in absurd {
      for field in [\BatchMade.lockWait, \.overrun, \.serialization] {
        var made = BatchMade(
          batch: 3, worker: 1, pictures: 8, generation: 2, start: Nanoseconds(100))
        made.finished = Nanoseconds(150)
        made.put = Nanoseconds(160)
        made[keyPath: field] = time
        let recorded = try records { $0.append(.made(made)) }
        #expect(recorded.events.isEmpty && recorded.trouble.lostMoments > 0, "\(time) \(field)")
      }
      for field in [\StepDone.lockWait, \.cpu, \.deserialization] {
        let at = Nanoseconds(100)
        var step = StepDone(
          batch: 3, pictures: 8, wanted: at, taken: at, hostEnd: at, transferEnd: at,
          end: Nanoseconds(200), lockWait: .zero, cpu: .zero)
        step[keyPath: field] = time
        let recorded = try records { $0.append(.stepped(step)) }
        #expect(recorded.events.isEmpty && recorded.trouble.lostMoments > 0, "\(time) \(field)")
      }
    }
  }

  @Test func countersOutOfBoundsAreDropped() throws {
    var reading = ScriptedSession.reading(at: .milliseconds(100), 1)
    reading.own.droppedEvents = .max
    reading.own.residentBytes = -1
    reading.consumer.imagesPerSecond = .infinity
    let recorded = try records { $0.append(counters: reading) }
    #expect(
      recorded.counters["dropped events"] == nil && recorded.counters["resident memory"] == nil)
    #expect(recorded.counters["images/s"] == nil && recorded.counters["gpu busy"]?.count == 1)
    #expect(recorded.trouble.lostMoments == 3)
  }

  @Test func costsAreHeldToTheLimitsOfProfiles() {
    let stretches = [LockStretch(held: 6.3, free: 0.12), LockStretch(held: 3, free: 14.5)]
    let warp = StageCost(fixed: .microseconds(90), lockFree: 0.5, releases: stretches)
    var good = CostProfile(name: "test", stages: ["warp": warp], scale: 2)
    (good.lockWake, good.lockCold) = (.microseconds(42), .microseconds(22))
    let attributes = CostProfileText.write(.profile(good))
    #expect(CostProfileText.read(attributes) == .profile(good))
    let bad = [
      ("costs.switch_interval_ns", "-1"), ("costs.switch_interval_ns", "99999999999999"),
      ("costs.serialization_ns_per_mb", "-1"), ("costs.serialization_ns_per_mb", "much"),
      ("costs.lock_cold_ns", "-1"), ("costs.lock_wake_ns", "soon"),
      ("costs.stage.warp", "fixed_ns=0 per_kpx_ns=0 lock_free=0 releases=1"),
      ("costs.stage.warp", "fixed_ns=0 per_kpx_ns=0 lock_free=0 releases=1/-2"),
      ("costs.stage.warp", "fixed_ns=0 per_kpx_ns=0 lock_free=0 releases=nan/2"),
      ("costs.scale", "nan"), ("costs.scale", "1e300"),
      ("costs.stage.warp", "fixed_ns=-5 per_kpx_ns=0 lock_free=0"),
      ("costs.stage.warp", "fixed_ns=--5 per_kpx_ns=0 lock_free=0"),
      ("costs.stage.warp", "fixed_ns=0 per_kpx_ns=9000000000000000000 lock_free=0"),
      ("costs.stage.warp", "fixed_ns=0 per_kpx_ns=0 lock_free=nan"),
      ("costs.stage.warp", "fixed_ns=0 per_kpx_ns=0 lock_free=0 identity_ns=-1"),
      ("costs.stage.warp", "fixed_ns=0 per_kpx_ns=0 lock_free=0 identity_ns=x"),
    ]
    for (key, value) in bad {
      var damaged = attributes.filter { $0.key != key }
      damaged.append(SessionHeader.Attribute(key, value))
      #expect(CostProfileText.read(damaged) == nil, "\(key) \(value)")
    }
  }

  @Test func nobodysSequenceHasNoTrack() {
    #expect(SequenceID(rawValue: 0).track == nil)
    #expect(SequenceID.session.track == .session && SequenceID.consumer.track == .consumer)
    #expect(SequenceID.worker(0).track == .worker(0) && SequenceID.worker(9).track == .worker(9))
    #expect(SequenceID(rawValue: .max).track != nil)
  }
}
