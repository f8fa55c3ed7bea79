import Augmentation
import Glibc
import Host
import Pipeline
import Quantities
import Synchronization
import TestSupport
import Testing

@testable import LiveEngine

extension RealThreads {
  /// Batches of a live session against those that the generator makes alone: a check in the consumer
  /// makes each again and compares checksums.
  @Suite struct BatchCheckTests {
    /// 37 pictures in batches of 4: the last batch of an epoch is short.
    static let pictures = 37

    static func augmenting(_ loader: Loader) -> Scenario {
      .small(loader) { scenario in
        scenario.workers = 3
        scenario.seed = 5
        scenario.settings.rotationRange = 20
        scenario.settings.widthShiftRange = 0.1
        scenario.settings.channelShiftRange = 3
        scenario.consumer.compute = .constant(.microseconds(1))
      }
    }

    @Test(arguments: Loader.allCases, [true, false])
    func batchesAreTheGenerators(loader: Loader, lendsFloats: Bool) {
      let dataset: any DatasetSource =
        lendsFloats ? FloatPictures(Self.pictures) : BytePictures(Self.pictures)
      let session = TriedSession(Self.augmenting(loader), dataset: dataset, checksBatches: true)
      // Ten batches an epoch.
      session.wait("four epochs") { [live = session.live] in
        live.batchesCompared >= 40 || $0.state != .running
      }
      #expect(session.stop().state == .finished)
    }

    @Test(arguments: [true, false]) func theFormOfThePicturesMakesNoDifference(th: Bool) {
      var scenario = Self.augmenting(.torch)
      scenario.settings.dimOrdering = th ? .th : .tf
      let session = TriedSession(
        scenario, dataset: BytePictures(Self.pictures), checksBatches: true)
      session.wait("two epochs") { [live = session.live] in
        live.batchesCompared >= 20 || $0.state != .running
      }
      #expect(session.stop().state == .finished)
    }

    /// A picture that another thread reads as another one is found.
    @Test func aWrongBatchEndsTheSession() {
      let session = TriedSession(
        Self.augmenting(.blocking), dataset: FickleBytes(), checksBatches: true)
      let end = session.wait("the failure") { $0.state != .running }
      guard case .failed(let reason) = end.state else {
        Issue.record("\(end.state)")
        return
      }
      #expect(reason.hasSuffix("isn't the one that the generator makes"))
    }

    /// Stages, loader and costs are switched as fast as they can be, while workers draw and make: a
    /// batch that is drawn under one generation and made under another differs from the generator's.
    @Test(arguments: [Loader.blocking, .torch])
    func noBatchIsOfTwoGenerations(loader: Loader) {
      let session = TriedSession(
        Self.augmenting(loader), dataset: BytePictures(Self.pictures), checksBatches: true)
      let live = session.live
      var generation = 0
      while live.batchesCompared < 300, live.reading.state == .running {
        generation += 1
        session.apply(.stage(.rotation, on: generation % 2 == 0))
        session.apply(.stage(.channelShift, on: generation % 3 == 0))
        session.apply(.loader(generation % 2 == 0 ? loader : .blocking))
        guard generation % 4 == 0 else { continue }
        // Batches under this generation too, so that the next change finds workers anywhere.
        let before = live.batchesCompared
        while live.batchesCompared == before, live.reading.state == .running { usleep(50) }
      }
      #expect(session.stop().state == .finished)
      #expect(generation > 10)
    }

    /// The queue admits a batch by the rules of the generation that it returns: each generation has a
    /// limit, an interval and a number of workers of its own.
    @Test func theQueueDecidesByOneGeneration() throws {
      func settings(_ generation: Int) -> RunSettings {
        var scenario = Scenario.small()
        scenario.queueLimit = generation % 2 == 0 ? 2 : 9
        scenario.workers = scenario.queueLimit
        return RunSettings(
          generation: generation, scenario: scenario, shape: .cifar, machineCores: 2)
      }
      let published = PublishedSettings(settings(0))
      let queue = BatchQueue(settings: published, clock: SessionClock())
      let wrong = Atomic<Int>(0)
      let puts = Atomic<Int>(0)
      let isOver = Atomic<Bool>(false)
      let makers = try (0..<2).map { maker in
        try JoinableThread(name: "maker") {
          var last = 0
          // Of two makers, each counts in steps of two: no number is twice in the queue.
          for number in stride(from: maker, to: .max, by: 2) {
            let newest = published.current.generation
            let batch = FinishedBatch(
              number: number, pictures: 4, settings: published.current,
              buffer: BatchBuffer(count: 1))
            guard case .done(let put) = queue.put(batch) else { return }
            // By one generation's limit, and by none before what this thread has seen.
            let rules = put.settings
            let isRight =
              put.depth <= rules.scenario.queueLimit && rules.queue.limit == rules.scenario.workers
              && rules.generation >= max(newest, last)
            if !isRight { wrong.add(1, ordering: .relaxed) }
            last = rules.generation
            puts.add(1, ordering: .relaxed)
          }
        }
      }
      let taker = try JoinableThread(name: "taker") {
        while !isOver.load(ordering: .relaxed) {
          if case .stopped = queue.take().taking { return }
        }
      }
      var generation = 0
      while puts.load(ordering: .relaxed) < 20_000 {
        generation += 1
        published.publish(settings(generation))
        queue.settingsWerePublished()
      }
      isOver.store(true, ordering: .relaxed)
      queue.stop()
      for thread in makers + [taker] { thread.join() }
      #expect(wrong.load(ordering: .relaxed) == 0)
      #expect(generation > 1)
    }
  }
}

/// Pictures of 4×4×2 that lie in memory as float32, with values from a seed.
private final class FloatPictures: DatasetSource {
  let count: Int
  let shape = PictureShape(height: 4, width: 4, channels: 2)
  // Written in `init` alone.
  private nonisolated(unsafe) let values: UnsafeMutablePointer<Float>

  init(_ count: Int) {
    self.count = count
    values = .allocate(capacity: count * shape.count)
    var random = SplitMix(seed: 1)
    for index in 0..<(count * shape.count) { values[index] = Float(random.unit() * 255) }
  }

  deinit { values.deallocate() }

  func borrow(_ index: Int) -> UnsafePointer<Float>? { UnsafePointer(values + index * shape.count) }

  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
    picture.update(from: values + index * shape.count, count: shape.count)
  }

  func label(_ index: Int) -> Int32? { nil }
}

/// The same shape as uint8, which are read into a batch as whole numbers.
private struct BytePictures: DatasetSource {
  let count: Int
  let shape = PictureShape(height: 4, width: 4, channels: 2)
  private let bytes: [UInt8]

  init(_ count: Int) {
    self.count = count
    var random = SplitMix(seed: 2)
    bytes = (0..<(count * shape.count)).map { _ in UInt8(random.unit() * 255) }
  }

  func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }

  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
    for value in 0..<shape.count { picture[value] = Float(bytes[index * shape.count + value]) }
  }

  func label(_ index: Int) -> Int32? { nil }
}

/// Pictures that are other ones each time they are read.
private final class FickleBytes: DatasetSource {
  let count = 37
  let shape = PictureShape(height: 4, width: 4, channels: 2)
  private let reads = Atomic<Int>(0)

  func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }

  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
    let number = reads.add(1, ordering: .relaxed).newValue
    picture.update(repeating: Float(number % 251), count: shape.count)
  }

  func label(_ index: Int) -> Int32? { nil }
}
