import Augmentation
import Datasets

/// Makes batches and writes them, as float32 or as bytes all the way.
final class AugmentPass {
  private enum Kind {
    case floats(BatchPass, any PictureWriter, KerasSaver?, labels: (any DatasetSource)?)
    case bytes(BytePass, NpyWriter)
  }

  /// Pictures in a batch.
  let batchSize: Int
  private let kind: Kind
  private let room: UnsafeMutableRawBufferPointer

  /// A pass over float32 batches.
  ///
  /// - Parameters:
  ///   - saver: Saves each picture as Keras's `save_to_dir` does; nil saves none.
  ///   - labels: The pictures' classes, for a writer that takes them; nil where none are needed.
  init(
    floats pass: BatchPass, writer: any PictureWriter, saver: KerasSaver?,
    labels: (any DatasetSource)?
  ) {
    kind = .floats(pass, writer, saver, labels: labels)
    batchSize = pass.batchSize
    room = Self.room(pass.batchSize * pass.shape.count * MemoryLayout<Float>.stride)
  }

  /// A pass over 8-bit batches.
  init(bytes pass: BytePass, writer: NpyWriter) {
    kind = .bytes(pass, writer)
    batchSize = pass.batchSize
    room = Self.room(pass.batchSize * pass.shape.count)
  }

  deinit { room.deallocate() }

  /// Carries out a plan.
  ///
  /// - Parameter flow: Whose stream the names of saved pictures come from.
  /// - Throws: The source's or the writer's `DatasetFault`, a `StatisticsFault`, or a
  ///   `CommandFault` where the user interrupts.
  func write(
    _ plan: BatchPlan, stages: StageSet, settings: AugmentationSettings, flow: inout BatchFlow
  ) throws {
    guard let start = room.baseAddress else { return }
    switch kind {
    case .floats(let pass, let writer, let saver, let labels):
      let slots = start.assumingMemoryBound(to: Float.self)
      try pass.makeBatch(plan, stages: stages, settings: settings, output: slots)
      try saver?.save(slots, of: plan, flow: &flow)
      guard let labels else { return try writer.append(slots, count: plan.count) }
      // After the reading: another picture may stand in for a bad one.
      let classes = plan.batch.indices.map { labels.label(Int($0)) ?? 0 }
      try writer.append(slots, count: plan.count, labels: classes)
    case .bytes(let pass, let writer):
      let slots = start.assumingMemoryBound(to: UInt8.self)
      try pass.makeBatch(plan, stages: stages, settings: settings, output: slots)
      try writer.append(bytes: slots, count: plan.count)
    }
  }

  private static func room(_ size: Int) -> UnsafeMutableRawBufferPointer {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: size + 64, alignment: 64)
    room.initializeMemory(as: UInt8.self, repeating: 0)
    return room
  }
}
