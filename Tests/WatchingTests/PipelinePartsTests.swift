import Quantities
import TestSupport
import Testing

@testable import Watching

/// The parts of a tf.data pipeline.
@Suite struct PipelinePartsTests {
  private func node(
    _ number: Int, epoch: Int, elements: Int, microseconds: Int64
  ) -> RingRecord.PipelineNode {
    RingRecord.PipelineNode(
      loader: 1, number: number, epoch: epoch, elements: elements,
      time: .microseconds(microseconds), buffered: number, parallelism: 2, capacity: 4)
  }

  /// Sums begin anew with each epoch; the lowest number gives the batches.
  @Test func partsAreOfABatchOverAllEpochs() {
    var pipeline = PipelineParts()
    #expect(pipeline.parts.isEmpty)
    pipeline.name(1, "Root")
    pipeline.name(3, "ParallelMapV2")
    pipeline.name(4096, "None")
    for epoch in 1...2 {
      for count in [5, 10] {
        pipeline.add(node(1, epoch: epoch, elements: count, microseconds: Int64(count) * 10))
        pipeline.add(node(3, epoch: epoch, elements: count * 8, microseconds: Int64(count) * 400))
      }
    }
    let parts = pipeline.parts
    #expect(parts.map(\.name) == ["ParallelMapV2", "Root"])
    #expect(parts.map(\.elementsPerBatch) == [8, 1])
    #expect(parts.map(\.time) == [.microseconds(400), .microseconds(10)])
    #expect(parts.map(\.parallelism) == [2, 2] && parts.map(\.capacity) == [4, 4])
    #expect(parts.map(\.buffered) == [3, 1])
  }

  @Test func numbersThatMakeNoSenseDontTrap() {
    var pipeline = PipelineParts()
    for epoch in 1...3 {
      pipeline.add(
        RingRecord.PipelineNode(
          loader: 1, number: 1, epoch: epoch, elements: .max / 2, time: Nanoseconds(.max / 2),
          buffered: 0, parallelism: 0, capacity: 0))
    }
    #expect(pipeline.parts.count <= 1)
  }
}

/// The probe in a job with the real TensorFlow, where that is installed.
@Suite(.enabled(if: FrameworkPython.tensorflow != nil, "TensorFlow isn't installed"))
struct TensorFlowProbeTests {
  /// A pipeline that is made anew in each epoch is one loader, validation another, which no gradients are taken for; the
  /// parts of both are told.
  @Test func epochsValidationAndPartsAreSeen() throws {
    let folder = try WatchFolder()
    defer { folder.remove() }
    let (status, _) = try FrameworkPython.start(
      FrameworkPython.tensorflow ?? "",
      ["\(FrameworkPython.package)/Tests/WatchingTests/Support/tf_data_job.py"],
      variables: JobProcess.variables(for: folder))
    #expect(status == 0)
    var events = JobEvents()
    for name in folder.rings {
      let reader = try #require(RingReader(path: folder.path + "/" + name))
      for line in reader.lines() { events.take(line, from: reader.process) }
      for record in reader.records() { events.take(record, from: reader.process) }
      #expect(reader.refused == 0)
    }
    #expect(events.shape == [8, 8, 3])
    let loaders = events.loaders.sorted { $0.key.number < $1.key.number }.map(\.value)
    #expect(loaders.map(\.taken) == [16, 4])
    #expect(loaders.map(\.epochs) == [2, 2])
    #expect(loaders.map(\.batchSize) == [8, 8])
    #expect(loaders.map(\.trains) == [true, false])
    let names = Set(loaders.first?.pipeline.parts.map(\.name) ?? [])
    #expect(names.contains("Root") && names.contains { $0.contains("Map") }, "\(names)")
  }
}
