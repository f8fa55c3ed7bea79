package import Augmentation
import Quantities

/// Random parts of pictures, each brought to one size: the crop and the seed of its numbers.
///
/// Each reading has a stream of its own, seeded with the seed and the reading's number, so that the
/// crops are the same whichever worker makes them, and Keras's own stream doesn't advance.
package struct CropRecipe: Hashable, Sendable {
  /// The ranges that size and place of the part are drawn from.
  package var crop: RandomResizedCrop
  /// The seed of all readings' streams.
  package var seed: UInt32

  /// A recipe; the defaults are torchvision's.
  package init(crop: RandomResizedCrop = RandomResizedCrop(), seed: UInt32 = 1) {
    self.crop = crop
    self.seed = seed
  }

  /// The part of a picture of that size that one reading takes.
  package func box(in size: PictureSize, channels: Int, visit: Int) -> CropBox {
    var random = LegacyRandom(seed: Self.mixed(seed, visit))
    return crop.draw(
      from: PictureShape(height: size.height, width: size.width, channels: channels),
      random: &random)
  }

  /// - Source: SplitMix64's finalizer, whose every bit depends on every other.
  private static func mixed(_ seed: UInt32, _ visit: Int) -> UInt32 {
    UInt32(
      truncatingIfNeeded: SplitMix.mixed(UInt64(seed) << 32 ^ UInt64(truncatingIfNeeded: visit)))
  }
}

/// Reads a part of an encoded picture, brought to a size, as float32 0...255.
///
/// A JPEG is decoded only as far as the part needs: nothing below it, entropy codes alone above it, no
/// blocks left or right of it. Where the part is at least twice the wanted size, it is decoded at a
/// half, a quarter or an eighth. Then `BilinearResize` brings it to size. Other formats are decoded
/// whole.
///
/// One thread at a time; the memory grows with the largest picture and is kept.
package final class CroppedReading {
  private var pixels = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 0)
  private var room = UnsafeMutableBufferPointer<Float>.allocate(capacity: 0)

  /// A reader without memory; it grows with the first picture.
  package init() {}

  deinit {
    pixels.deallocate()
    room.deallocate()
  }

  /// Reads the part of one picture.
  ///
  /// - Parameters:
  ///   - size: The size that `PictureCodec.size(of:)` returned.
  ///   - box: The part, within `size`.
  ///   - picture: Room for a picture of `target`'s shape, whose channels are 1 or 3.
  /// - Returns: The decoder's warnings.
  /// - Throws: The decoder's `PictureFault`.
  @discardableResult
  package func read(
    _ file: UnsafeRawBufferPointer, size: PictureSize, box: CropBox, target: PictureShape,
    into picture: UnsafeMutablePointer<Float>
  ) throws(PictureFault) -> Int {
    let header = PictureHeader(
      size: size, isGrey16: false, isJPEG: PictureCodec.isJPEG(file), turning: .none)
    let form = DecodedForm(channels: target.channels, orientation: .ignore, keepsGrey16: false)
    return try read(file, header: header, box: box, target: target, form: form, into: picture)
  }

  /// The same from a picture that is turned first, or whose 16-bit grey is kept: both are decoded whole.
  func read(
    _ file: UnsafeRawBufferPointer, header: PictureHeader, box: CropBox, target: PictureShape,
    form: DecodedForm, into picture: UnsafeMutablePointer<Float>
  ) throws(PictureFault) -> Int {
    let size = header.size
    let channels = target.channels
    let warnings: Int
    guard !form.keeps(header) else {
      return try readGrey16(file, header, box, target, form, into: picture)
    }
    var source = PictureSize(height: size.height, width: size.width)
    var part = box
    if header.isJPEG, header.turning == .none {
      let reduction = Self.reduction(of: box, to: target)
      let rows = Self.reduced(box.top, box.height, by: reduction, limit: size.height)
      let columns = Self.reduced(box.left, box.width, by: reduction, limit: size.width)
      part = CropBox(top: 0, left: 0, height: rows.count, width: columns.count)
      let widest = columns.count + PictureCodec.mostColumnsAround
      let place = makeRoom(rows.count * widest * channels)
      if channels == 3,
        let around = try PictureCodec.decodeJPEGAround(
          file, size: size, reduction: reduction, part: (rows, columns), into: pixels)
      {
        source = PictureSize(height: rows.count, width: around.width)
        part.left = around.left
        warnings = around.warnings
      } else {
        source = PictureSize(height: rows.count, width: columns.count)
        warnings = try PictureCodec.decodeJPEG(
          file, size: size, channels: channels, reduction: reduction, part: (rows, columns),
          into: place)
      }
    } else {
      warnings = try PictureCodec.decode(
        file, size: size, channels: channels, orientation: form.orientation,
        into: makeRoom(source.pixels * channels))
    }
    resize(source, part: part, target: target, into: picture)
    return warnings
  }

  private func readGrey16(
    _ file: UnsafeRawBufferPointer, _ header: PictureHeader, _ box: CropBox,
    _ target: PictureShape, _ form: DecodedForm, into picture: UnsafeMutablePointer<Float>
  ) throws(PictureFault) -> Int {
    let size = header.size
    var values = [UInt16](repeating: 0, count: size.pixels)
    let warnings = try PictureCodec.decodeGrey16(
      file, size: size, orientation: form.orientation, into: &values)
    BilinearResize.apply(
      from: values.map(Float.init),
      shape: PictureShape(height: size.height, width: size.width, channels: 1), box: box,
      to: picture, height: target.height, width: target.width)
    return warnings
  }

  private func resize(
    _ source: PictureSize, part: CropBox, target: PictureShape,
    into picture: UnsafeMutablePointer<Float>
  ) {
    let needed = BilinearResize.room(for: part, channels: target.channels, width: target.width)
    if room.count < needed {
      room.deallocate()
      room = .allocate(capacity: needed)
      room.initialize(repeating: 0)
    }
    let shape = PictureShape(
      height: source.height, width: source.width, channels: target.channels)
    guard let from = pixels.baseAddress, let room = room.baseAddress else { return }
    BilinearResize.apply(
      from: from, shape: shape, box: part, to: picture, height: target.height,
      width: target.width, room: room)
  }

  private func makeRoom(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    if pixels.count < count {
      pixels.deallocate()
      pixels = .allocate(capacity: count)
      pixels.initialize(repeating: 0)
    }
    return pixels.baseAddress!  // never empty
  }

  /// The strongest reduction that leaves at least the wanted pixels.
  private static func reduction(of box: CropBox, to target: PictureShape) -> Int {
    [8, 4, 2].first {
      box.height / $0 >= target.height && box.width / $0 >= target.width
    } ?? 1
  }

  /// The whole reduced pixels around a stretch.
  private static func reduced(
    _ start: Int, _ length: Int, by reduction: Int, limit: Int
  ) -> Range<Int> {
    let most = (limit + reduction - 1) / reduction
    let end = (start + length + reduction - 1) / reduction
    return (start / reduction)..<min(end, most)
  }
}
