import Pipeline
import TestSupport
import Testing

@Suite struct ArrivalQueueTests {
  /// Against an array from which the due batch is removed.
  @Test(arguments: [Delivery.firstIn, .byNumber])
  func itHandsOutWhatAnArrayWould(delivery: Delivery) {
    var random = SeededNumbers(seed: 3)
    var queue = ArrivalQueue()
    var model: [Int] = []
    var toCome = Array(0..<1_000)
    var due = 0
    while !toCome.isEmpty || !model.isEmpty {
      if !toCome.isEmpty, Bool.random(using: &random) {
        // Workers finish a few batches out of order.
        let number = toCome.remove(at: Int.random(in: 0..<min(5, toCome.count), using: &random))
        queue.put(number)
        model.append(number)
      }
      let place = delivery == .firstIn ? (model.isEmpty ? nil : 0) : model.firstIndex(of: due)
      #expect(queue.isNextHere(delivery) == (place != nil))
      // Long stretches without a take let the queue grow past what it frees at once.
      if let place, toCome.isEmpty || due % 200 > 0 || model.count > 150 {
        #expect(queue.takeNext(delivery) == model.remove(at: place))
        due += 1
      }
      #expect(queue.depth == model.count)
    }
    #expect(queue.frontier.next == 1_000)
  }
}
