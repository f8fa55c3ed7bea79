import Pipeline
import Quantities
import TestSupport
import Testing

@testable import Watching

/// A job's records as a session's events.
@Suite struct JobEventsTests {
  private func events(of rings: [(RingBytes, Int32)]) throws -> JobEvents {
    let folder = try TemporaryFolder()
    var events = JobEvents()
    let readers = try rings.map { ring, process in
      try #require(RingReader(path: try folder.write(ring.bytes, to: "\(process).1.ring")))
    }
    for reader in readers {
      for line in reader.lines() { events.take(line, from: reader.process) }
    }
    for reader in readers {
      for record in reader.records() { events.take(record, from: reader.process) }
    }
    return events
  }

  @Test func aJobsStepsAndBatchesAreEvents() throws {
    let (main, worker) = RingBytes.job(steps: 5)
    var events = try events(of: [(main, 10), (worker, 20)])
    let hasChosen = events.choose(at: .seconds(2), timeout: .seconds(5))
    #expect(hasChosen)
    #expect(events.program == "train.py" && events.shape == [3, 32, 48])
    let all = events.takeEvents(until: .never)
    let made = all.compactMap { if case .made(let made) = $0 { made } else { nil } }
    let stepped = all.compactMap { if case .stepped(let step) = $0 { step } else { nil } }
    #expect(made.map(\.batch) == [0, 1, 2, 3, 4])
    #expect(stepped.map(\.batch) == [0, 1, 2, 3, 4])
    #expect(stepped.allSatisfy { $0.pictures == 8 })
    for batch in made {
      // The rest of the work, the transform, collating.
      #expect((0..<3).map { batch.wall($0).count } == [5_000_000, 4_000_000, 1_000_000])
      #expect(batch.put == batch.finished && batch.depth == 1)
    }
    // Each step lasts from its batch to the next request.
    #expect(stepped.allSatisfy { ($0.end - $0.taken).count == 6_000_000 })
    #expect(stepped.dropFirst().allSatisfy { ($0.taken - $0.wanted).count == 4_000_000 })
  }

  /// Workers that don't stay cost their end, their start, and the first wait; those that stay, nothing that is seen.
  @Test func theStartOfWorkersIsMeasured() throws {
    var (main, worker) = RingBytes.job(steps: 4)
    main.put(9, loader: 1, 1, 0, 1_000_000, 20)
    let key = JobLoader.Key(process: 10, number: 1)
    let once = try #require(try events(of: [(main, 10), (worker, 20)]).loaders[key])
    #expect(
      once.restart
        == WorkerRestart(between: .milliseconds(2), firstWait: .milliseconds(4), epochs: 1))
    #expect(once.rateOfEpochs == nil)
    // Two epochs more, of two batches each, a second apart.
    for epoch in 2...4 as ClosedRange<Int64> {
      let start = epoch * 1_000_000_000
      for batch in 0..<2 as Range<Int64> {
        let wanted = start + batch * 100_000_000
        main.put(2, loader: 1, batch, epoch, wanted, wanted + 8_000_000, 1, 0, 0, 0, 0)
      }
      main.put(4, loader: 1, epoch, 2, start + 200_000_000, start + 206_000_000)
    }
    let loader = try #require(try events(of: [(main, 10), (worker, 20)]).loaders[key])
    #expect(loader.rateOfEpochs == 2)
    #expect(loader.restart?.epochs == 4 && loader.restart?.firstWait == .milliseconds(7))
    main.tell(
      #"{"e":"loader","id":1,"kind":"torch","workers":1,"persistent":true,"batch":8,"dataset":"D"}"#
    )
    #expect(try events(of: [(main, 10), (worker, 20)]).loaders[key]?.restart == nil)
  }

  /// What a worker neither burns nor waits for a core it waits for something else. A stage's CPU time is its own.
  @Test func aWorkerThatWaitsIsIdle() throws {
    func made(_ delay: Double?, kind: String) throws -> [BatchMade] {
      var (main, worker) = RingBytes.job(steps: 3)
      if kind != "torch" {
        main.tell(
          #"{"e":"loader","id":1,"kind":"\#(kind)","batches":3,"batch":8,"workers":1,"dataset":"D"}"#
        )
      }
      let folder = try TemporaryFolder()
      var events = JobEvents()
      events.runDelays[20] = delay
      for (ring, process) in [(main, Int32(10)), (worker, 20)] {
        let path = try folder.write(ring.bytes, to: "\(process).1.ring")
        let reader = try #require(RingReader(path: path))
        for line in reader.lines() { events.take(line, from: process) }
        for record in reader.records() { events.take(record, from: process) }
      }
      _ = events.choose(at: .seconds(2), timeout: .seconds(5))
      return events.takeEvents(until: .never).compactMap {
        if case .made(let made) = $0 { made } else { nil }
      }
    }
    // 10 ms less 7 of work, and less a tenth of them without a core.
    #expect(try made(0, kind: "torch").map(\.idle.count) == [3_000_000, 3_000_000, 3_000_000])
    #expect(try made(0.1, kind: "torch").map(\.idle.count) == [2_300_000, 2_300_000, 2_300_000])
    #expect(try made(1, kind: "torch").map(\.idle.count) == [0, 0, 0])
    // Unknown, or with another thread's lock to wait for.
    #expect(try made(nil, kind: "torch").map(\.idle.count) == [0, 0, 0])
    #expect(try made(0, kind: "keras").map(\.idle.count) == [0, 0, 0])
    for batch in try made(0, kind: "torch") {
      #expect(batch.hasStageCPU && batch.cpu == .milliseconds(7))
      #expect(batch.stages.map(\.cpu.count) == [3_000_000, 3_000_000, 1_000_000])
      #expect(batch.stages.map(\.idle.count) == [2_000_000, 1_000_000, 0])
    }
  }

  @Test func aWorkerWhoseLoaderIsToldLateIsWaitedFor() throws {
    let (main, worker) = RingBytes.job(steps: 3)
    var events = try events(of: [(worker, 20)])
    let folder = try TemporaryFolder()
    let reader = try #require(RingReader(path: try folder.write(main.bytes, to: "10.1.ring")))
    for line in reader.lines() { events.take(line, from: 10) }
    for record in reader.records() { events.take(record, from: 10) }
    let hasChosen = events.choose(at: .seconds(2), timeout: .seconds(5))
    #expect(hasChosen)
    let made = events.takeEvents(until: .never).filter {
      if case .made(let made) = $0 { made.stages.count == 3 } else { false }
    }
    #expect(made.count == 3)
  }

  /// A PyDataset has no batch size; its session has that of the first batch.
  @Test func aLoaderWithoutABatchSizeHasItsBatches() throws {
    let ms: Int64 = 1_000_000
    var main = RingBytes()
    main.tell(
      #"{"e":"loader","id":1001,"kind":"keras3","epoch":1,"batches":20,"samples":-1,"batch":0,"workers":2}"#
    )
    for step in 0..<Int64(3) {
      let at = (100 + step * 10) * ms
      main.put(1, loader: 1001, step, 1, 0, 4, at, at, at, at + 3 * ms, at + 3 * ms, ms, 0, 0)
      main.put(2, loader: 1001, step, 1, at, at + 4 * ms, 1, 0, 0, 0, 0)
    }
    let job = try events(of: [(main, 10)])
    #expect(job.loaders.values.map(\.batchSize) == [4])
  }

  /// Each framework's loader has its own rules; a loop without workers makes its batches itself.
  @Test(arguments: [
    (#""kind":"torch","workers":0"#, Loader.torch, 0), (#""kind":"torch","workers":3"#, .torch, 3),
    (#""kind":"keras3","workers":1"#, .keras3, 1),
    (#""kind":"keras3","workers":1,"processes":true"#, .keras3Processes, 1),
    (#""kind":"keras","workers":1"#, .kerasThreads, 1),
  ])
  func aJobsLoaderHasItsRules(words: String, loader: Loader, workers: Int) throws {
    let ms: Int64 = 1_000_000
    var main = RingBytes()
    main.tell(#"{"e":"loader","id":1,"epoch":1,"batch":4,"dataset":"D",\#(words)}"#)
    for step in 0..<Int64(4) {
      let at = (100 + step * 10) * ms
      main.put(1, loader: 1, step, 1, -1, 4, at, at, at, at + 3 * ms, at + 4 * ms, ms, 0, 0)
      main.put(2, loader: 1, step, 1, at, at + 4 * ms, 1, step, 0, 0, 1)
    }
    var events = try events(of: [(main, 10)])
    _ = events.choose(at: .seconds(100), timeout: .seconds(5))
    let scenario = try #require(events.start(canSwitch: false)).scenario
    #expect(scenario.loader == loader && scenario.workers == workers)
    #expect(scenario.makesInLoop == (workers == 0 || (loader == .keras3 && workers == 1)))
  }

  /// Validation's batches end the step before them and belong to no session.
  @Test func anotherLoadersBatchesAreAPhase() throws {
    let ms: Int64 = 1_000_000
    var main = RingBytes()
    for id in 1...2 {
      main.tell(
        #"{"e":"loader","id":\#(id),"kind":"torch","epoch":1,"batch":4,"workers":0,"dataset":"D"}"#)
    }
    for step in 0..<Int64(6) {
      let at = (100 + step * 10) * ms
      main.put(1, loader: 1, step, 1, -1, 4, at, at, at, at + 3 * ms, at + 4 * ms, ms, 0, 0)
      main.put(2, loader: 1, step, 1, at, at + 4 * ms, 1, step, 0, 0, 1)
    }
    let validation = 160 * ms
    main.put(4, loader: 1, 1, 6, validation, validation)
    for step in 0..<Int64(3) {
      let at = validation + step * 20 * ms
      main.put(2, loader: 2, step, 1, at, at + 15 * ms, 0, 6, 0, 0, 1)
    }
    main.put(4, loader: 2, 1, 3, validation + 60 * ms, validation + 60 * ms)
    var events = try events(of: [(main, 10)])
    let hasChosen = events.choose(at: .seconds(1), timeout: .seconds(5))
    #expect(hasChosen)
    #expect(events.chosen?.number == 1)
    // The first records came before the choice; a job goes on after it.
    var more = RingBytes()
    let again = 300 * ms
    for step in 0..<Int64(4) {
      let at = again + step * 10 * ms
      more.put(1, loader: 1, step, 2, -1, 4, at, at, at, at + 3 * ms, at + 4 * ms, ms, 0, 0)
      more.put(2, loader: 1, step, 2, at, at + 4 * ms, 1, 6 + step, 0, 0, 1)
    }
    let second = again + 40 * ms
    more.put(2, loader: 2, 0, 2, second, second + 15 * ms, 0, 10, 0, 0, 1)
    more.put(4, loader: 2, 2, 1, second + 20 * ms, second + 20 * ms)
    let folder = try TemporaryFolder()
    let reader = try #require(RingReader(path: try folder.write(more.bytes, to: "10.2.ring")))
    for record in reader.records() { events.take(record, from: 10) }
    let all = events.takeEvents(until: .never)
    let stepped = all.compactMap { if case .stepped(let step) = $0 { step } else { nil } }
    let phases = all.compactMap { if case .phase(let phase) = $0 { phase } else { nil } }
    #expect(phases.map(\.kind) == [.validation])
    #expect(phases.map(\.start.count) == [second] && phases[0].length.count == 20_000_000)
    #expect(stepped.count == 4)
    #expect(stepped.allSatisfy { ($0.end - $0.taken).count == 6_000_000 })
    #expect(events.tally.otherTime.count == 20_000_000)
  }

  /// Of two loaders that a loop takes batches of in turn, the session is that whose workers take longer for one, whatever
  /// their numbers; not before both have given some.
  @Test func theSlowerOfTwoLoadersIsTheSession() throws {
    let ms: Int64 = 1_000_000
    for slow in 1...2 as ClosedRange<Int64> {
      var main = RingBytes()
      for id in 1...2 {
        main.tell(
          #"{"e":"loader","id":\#(id),"kind":"torch","epoch":1,"batch":4,"workers":0,"dataset":"D"}"#
        )
      }
      var events = JobEvents()
      for step in 0..<Int64(4) {
        for id in 1...2 as ClosedRange<Int64> {
          let at = (100 + step * 20 + id * 8) * ms
          let end = at + (id == slow ? 5 : 2) * ms
          main.put(1, loader: id, step, 1, -1, 4, at, at, at, end, end, ms, 0, 0)
          main.put(2, loader: id, step, 1, at, end, 1, step, 0, 0, 1)
          events = try self.events(of: [(main, 10)])
          let hasChosen = events.choose(at: .milliseconds(200), timeout: .seconds(5))
          #expect(hasChosen == (step == 3))
        }
      }
      #expect(events.chosen?.number == Int(slow))
    }
  }

  /// An error of a loader's loop is told once.
  @Test func aFailureIsToldOnce() throws {
    var main = RingBytes()
    for _ in 0..<3 {
      main.tell(#"{"e":"failed","why":"RuntimeError: DataLoader worker (pid 7) is killed"}"#)
    }
    let events = try events(of: [(main, 10)])
    #expect(events.tally.failures == ["RuntimeError: DataLoader worker (pid 7) is killed"])
  }

  /// A step may take a batch of each of two loaders: neither is validation, and the step lasts to the next.
  @Test func twoLoadersMayShareAStep() throws {
    let ms: Int64 = 1_000_000
    var main = RingBytes()
    for id in 1...2 {
      main.tell(
        #"{"e":"loader","id":\#(id),"kind":"torch","epoch":1,"batch":4,"workers":0,"dataset":"D"}"#)
    }
    for step in 0..<Int64(20) {
      let at = (100 + step * 20) * ms
      main.put(2, loader: 1, step, 1, at, at + ms, 1, step, 0, 0, 1)
      main.put(2, loader: 2, step, 1, at + ms, at + 3 * ms, 1, step, 0, 0, 1)
    }
    let folder = try TemporaryFolder()
    let reader = try #require(RingReader(path: try folder.write(main.bytes, to: "10.1.ring")))
    var events = JobEvents()
    for line in reader.lines() { events.take(line, from: 10) }
    for record in reader.records() {
      events.take(record, from: 10)
      if events.loaders.values.allSatisfy({ $0.taken > 2 }) {
        _ = events.choose(at: .seconds(1), timeout: .seconds(5))
      }
    }
    let all = events.takeEvents(until: .never)
    let stepped = all.compactMap { if case .stepped(let step) = $0 { step } else { nil } }
    #expect(stepped.count > 10)
    #expect(stepped.allSatisfy { ($0.end - $0.taken).count >= 17_000_000 })
    #expect(!all.contains { if case .phase = $0 { true } else { false } })
  }
}
