import Glibc
import Quantities
import Testing
import Watching

/// What a job's processes take of the machine.
@Suite struct MachineTests {
  @Test func memoryThatGrowsIsCreeping() {
    var creeping = MemoryUse()
    var steady = MemoryUse()
    var filling = MemoryUse()
    for second in 0..<90 {
      let at = Nanoseconds.seconds(Int64(second))
      creeping.take(1_000_000_000 + second * 1_000_000, at: at)
      steady.take(1_000_000_000 + second % 7 * 100_000, at: at)
      filling.take(1_000_000_000 + min(second, 15) * 40_000_000, at: at)
    }
    #expect(abs((creeping.creep ?? 0) / 60_000_000 - 1) < 0.01)
    #expect(steady.creep == nil && filling.creep == nil)
    #expect(creeping.bytes == 1_089_000_000)
  }

  @Test func aProcessHasMemoryAndOneThatIsGoneHasNone() {
    var own = MemoryUse()
    own.look(at: getpid())
    #expect((own.bytes ?? 0) > 1_000_000)
    var gone = MemoryUse()
    gone.look(at: Int32.max)
    #expect(gone.bytes == nil && gone.creep == nil)
  }

  /// A thread that burns has CPU time, so the first look tells its delay; one that is gone has none. Between two looks
  /// lies a second.
  @Test func aMainThreadsDelaysAreRelativeToItsWork() {
    var delays = RunDelays()
    let own = getpid()
    delays.look(at: [own, Int32.max], training: own, now: .seconds(10))
    #expect((delays.delay(of: own) ?? -1) >= 0)
    #expect(delays.delay(of: Int32.max) == nil && delays.threads == 1)
    delays.look(at: [Int32.max], training: nil, now: .milliseconds(10_500))
    #expect(delays.delay(of: own) != nil)
    delays.look(at: [Int32.max], training: nil, now: .seconds(12))
    #expect(delays.delay(of: own) == nil)
  }

  /// A first look is no rate; one process's use is counted once.
  @Test func oneLookIsNoShare() {
    var use = ProcessorUse()
    #expect(use.cores == nil)
    use.look(at: [getpid(), getpid()])
    #expect(use.cores == nil)
  }

  /// Two workers of a core each begin anew every three seconds; the loop takes half a core all the while. One that has
  /// ended is looked at a last time before its end, its parent has its time later.
  @Test func workersThatHaveEndedGoOnCounting() throws {
    var use = ProcessorUse()
    var reaped = 0.0
    var shown: [Double] = []
    for second in 0..<40 {
      let (epoch, within) = (Int32(second / 3), second % 3)
      // The last ones' parent was told of their end.
      if within == 1, epoch > 0 { reaped += 6 }
      var job = [Int32(1): ProcessorUse.Times(own: Double(second) / 2, reaped: reaped)]
      for worker in 0..<2 as Range<Int32> {
        job[10 + epoch * 2 + worker] = ProcessorUse.Times(own: Double(within), reaped: 0)
      }
      use.take(job, all: Double(second) * 3, own: 0, at: .seconds(Int64(second)))
      guard second > 3 else { continue }
      let cores = try #require(use.cores)
      #expect((1.9...3).contains(cores.job), "second \(second)")
      #expect(abs(cores.job + cores.others - 3) < 1e-9)
      shown.append(cores.job)
    }
    #expect(abs(shown.reduce(0, +) / Double(shown.count) - 2.5) < 0.1)
  }

  /// What a child took before it was ever seen isn't taken in the second in which it ends.
  @Test func aLongLifeThatEndsIsNoBurst() throws {
    var use = ProcessorUse()
    use.take([1: ProcessorUse.Times(own: 0, reaped: 0)], all: 1000, own: 0, at: .seconds(1))
    use.take([1: ProcessorUse.Times(own: 1, reaped: 900)], all: 1001.5, own: 0, at: .seconds(2))
    #expect(try #require(use.cores) == (1.5, 0))
  }
}
