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
}
