import Experiments
import Host
import Synchronization
import Testing

@Suite struct ParallelMapTests {
  @Test(arguments: [1, 2, 7]) func answersStandInTheItemsOrder(threads: Int) {
    let items = Array(0..<500)
    let answers = ParallelMap(threads: threads).map(items) { $0 * $0 }
    #expect(answers == items.map { $0 * $0 })
    #expect(ParallelMap(threads: threads).map([Int]()) { $0 }.isEmpty)
  }

  @Test func everyItemIsDoneOnce() {
    let done = Monitor<[Int]>([])
    _ = ParallelMap(threads: 4).map(Array(0..<1_000)) { item in done.withLock { $0.append(item) } }
    #expect(done.withLock { $0.sorted() } == Array(0..<1_000))
  }

  @Test func whatWasNotBegunHasNoAnswer() {
    let begun = Atomic<Int>(0)
    let pool = ParallelMap(threads: 1) { begun.load(ordering: .relaxed) == 3 }
    let answers = pool.map([5, 6, 7, 8]) { item in
      begun.wrappingAdd(1, ordering: .relaxed)
      return item
    }
    #expect(answers == [5, 6, 7, nil] && pool.isCancelled)
  }

  @Test func progressIsToldOnTheCallersThread() {
    var last = 0
    _ = ParallelMap(threads: 1).map([1, 2, 3], progress: { last = $0 }, { $0 })
    #expect(last == 3)
  }
}
