import Pipeline
import Quantities
import TestSupport
import Testing

@testable import Watching

/// Processes that train together, and those that work for them.
@Suite struct JobRanksTests {
  private let ms: Int64 = 1_000_000

  /// A rank of 14 steps of 50 ms, of which it waits so many for its batch; measured are all.
  private func rank(_ number: Int, wait: Int64) -> RingBytes {
    var ring = RingBytes()
    ring.tell(#"{"e":"hello","rank":"\#(number)","world":"2","program":"/home/me/train.py"}"#)
    ring.tell(
      #"{"e":"loader","id":1,"kind":"torch","batch":4,"workers":0,"batches":100,"dataset":"D"}"#)
    for step in 0..<Int64(14) {
      let wanted = (1_000 + step * 50) * ms
      let at = wanted + wait * ms
      ring.put(2, loader: 1, step, 1, wanted, at, 1, step, 0, 0, 1)
      let forward = at + 2 * ms
      let end = wanted + 50 * ms
      ring.put(
        8, loader: 1, step, 1, at, at + ms, forward, end - 2 * ms, end - ms, end, end, ms)
    }
    return ring
  }

  private func take(_ rings: [(RingBytes, Int32)], into events: inout JobEvents) throws {
    let folder = try TemporaryFolder()
    for (ring, process) in rings {
      let path = try folder.write(ring.bytes, to: "\(process).1.ring")
      let reader = try #require(RingReader(path: path))
      for line in reader.lines() { events.take(line, from: process) }
      for record in reader.records() { events.take(record, from: process) }
      #expect(reader.refused == 0)
    }
  }

  /// The session is the slowest rank's, whose limits are the job's.
  @Test func theSessionIsTheSlowestRanks() throws {
    for slow in 0...1 {
      var events = JobEvents()
      try take(
        [(rank(0, wait: slow == 0 ? 30 : 3), 10), (rank(1, wait: slow == 1 ? 30 : 3), 20)],
        into: &events)
      let hasChosen = events.choose(at: .seconds(2), timeout: .seconds(5))
      #expect(hasChosen && events.chosen?.process == (slow == 0 ? 10 : 20))
      let ranks = RankReading.ranks(of: events.loaders, events.tally.ranks, isRecent: false)
      #expect(ranks.map(\.number) == [0, 1])
      #expect(SlowestRank(of: ranks)?.number == slow)
      #expect(ranks[slow].wait == .milliseconds(30))
      #expect(ranks[slow].parts?.forward == .milliseconds(1))
      #expect(ranks[slow].parts?.backward == .milliseconds(50 - 32 - 2))
    }
  }

  /// A session begins when every rank has trained, or after a time.
  @Test func aRankThatIsLateIsWaitedFor() throws {
    var events = JobEvents()
    var late = RingBytes()
    late.tell(#"{"e":"hello","rank":"1"}"#)
    late.tell(#"{"e":"loader","id":1,"kind":"torch","batch":4,"workers":0,"dataset":"D"}"#)
    for step in 0..<Int64(3) {
      let at = (1_000 + step * 50) * ms
      late.put(2, loader: 1, step, 1, at, at + ms, 1, step, 0, 0, 1)
    }
    try take([(rank(0, wait: 3), 10), (late, 20)], into: &events)
    let isEarly = events.choose(at: .seconds(2), timeout: .seconds(5))
    #expect(!isEarly)
    let isLate = events.choose(at: .seconds(7), timeout: .seconds(5))
    #expect(isLate)
  }

  /// Which workers belong to which loader comes as records, however many epochs there are.
  @Test func workersHaveTheirHomeFromARecord() throws {
    var main = RingBytes()
    main.tell(#"{"e":"loader","id":1,"kind":"torch","batch":4,"workers":1,"dataset":"D"}"#)
    for epoch in Int64(1)...3 {
      main.put(9, loader: 1, epoch, epoch * 100 * ms, (epoch * 100 + 5) * ms, 19 + epoch)
      // More than ten workers take another record, and one who attaches late reads a line.
      main.put(9, loader: 1, epoch, 0, 0, 39 + epoch)
    }
    main.tell(#"{"e":"workers","loader":1,"epoch":3,"pids":[22,42],"from":1,"to":2}"#)
    var worker = RingBytes()
    worker.put(1, 0, 0, 0, 4, ms, ms, ms, 2 * ms, 3 * ms, 0, 0, 0)
    var events = JobEvents()
    try take([(worker, 21), (main, 10)], into: &events)
    let loader = try #require(events.loaders.values.first)
    #expect(loader.starts == 3 && loader.starting == .milliseconds(15))
    #expect(events.homes[21]?.epoch == 2)
    #expect(events.homeless.isEmpty)
  }

  /// Workers that start anew cost their start and a late first batch, in each epoch.
  @Test(arguments: [(false, 28), (true, nil)])
  func workersThatStartAnewCostTime(persistent: Bool, milliseconds: Int64?) throws {
    var main = RingBytes()
    main.tell(
      #"{"e":"loader","id":1,"kind":"torch","batch":4,"workers":1,"dataset":"D","persistent":\#(persistent)}"#
    )
    for epoch in Int64(1)...2 {
      let start = epoch * 1_000 * ms
      main.put(9, loader: 1, epoch, start - 8 * ms, start, 20 + epoch)
      for step in 0..<Int64(5) {
        let at = start + step * 50 * ms
        let wait = (step == 0 ? 21 : 1) * ms
        main.put(2, loader: 1, step, epoch, at, at + wait, 1, epoch * 5 + step, 0, 0, 0)
      }
      main.put(4, loader: 1, epoch, 5, start + 250 * ms, start + 250 * ms)
    }
    var events = JobEvents()
    try take([(main, 10)], into: &events)
    #expect(events.loaders.values.first?.restarting == milliseconds.map { .milliseconds($0) })
  }
}
