package import Augmentation
import Glibc
import Host

/// Keras 1.1.0's `save_to_dir`: every picture of a finished batch into a folder, as PNG.
///
/// Saving changes the batch itself, as in Keras: `array_to_img` stretches each picture over
/// 0...255 in place, in float64, so the batch that is handed out afterwards is the stretched one. Each
/// file's name ends in a number drawn from the batch's random stream, which moves the stream.
///
/// - Source: Keras 1.1.0, `NumpyArrayIterator.next` and `array_to_img`. Its default format is JPEG;
///   only PNG is written here.
package final class KerasSaver {
  /// Numbers in the names are below this.
  package static let numbers = 10_000

  private let path: String
  private let prefix: String
  private let shape: PictureShape
  private let ordering: DimOrdering
  private let file: PngFile
  private var pixels: [UInt8]
  private var values: [Double]

  /// Makes the folder if it isn't there. Files of the same name are overwritten, as by Keras.
  ///
  /// - Throws: `DatasetFault.unwritable` for a folder that can't be made, `pngChannels` for
  ///   pictures that PNG can't hold.
  package init(
    path: String, prefix: String, shape: PictureShape, ordering: DimOrdering
  ) throws(DatasetFault) {
    try PngFile.check(shape, path: path)
    if mkdir(path, 0o777) != 0 {
      guard errno == EEXIST else { throw .unwritable(.notWritable(path: path, .last)) }
      _ = try FolderListing(path: path)
    }
    self.path = path
    self.prefix = prefix
    self.shape = shape
    self.ordering = ordering
    file = PngFile(shape: shape)
    pixels = [UInt8](repeating: 0, count: shape.count)
    values = [Double](repeating: 0, count: shape.count)
  }

  /// Saves a batch, and stretches it in place.
  ///
  /// - Parameters:
  ///   - batch: The plan's pictures, in the ordering.
  ///   - flow: Where the numbers of the names come from.
  /// - Throws: `DatasetFault.unwritable` for a file that can't be written.
  package func save(
    _ batch: UnsafeMutablePointer<Float>, of plan: BatchPlan, flow: inout BatchFlow
  ) throws(DatasetFault) {
    for picture in 0..<plan.count {
      let slot = UnsafeMutableBufferPointer(
        start: batch + picture * shape.count, count: shape.count)
      stretch(slot)
      let number = flow.random.randint(Self.numbers)
      let name = "\(prefix)_\(plan.batch.start + picture)_\(number).png"
      try file.write(pixels, to: FolderListing.join(path, name), mayOverwrite: true)
    }
  }

  /// Leaves the stretched picture in its slot, and its bytes, channels last, in `pixels`.
  private func stretch(_ slot: UnsafeMutableBufferPointer<Float>) {
    for (place, value) in slot.enumerated() { values[place] = Double(value) }
    PictureBytes.stretch(&values)
    let plane = shape.height * shape.width
    for (place, value) in values.enumerated() {
      slot[place] = Float(value)
      let pixel =
        ordering == .tf ? place : place % plane * shape.channels + place / plane
      pixels[pixel] = PictureBytes.cut(value)
    }
  }
}
