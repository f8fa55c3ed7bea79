import Augmentation
import CKernels

/// The kernels on bytes, fenced as `Kernels` fences those on floats.
enum ByteKernels {
  private static let margin = 64

  static func warp(
    _ picture: [UInt8], shape: PictureShape, map: AffineMap, interpolation: Interpolation,
    fill: FillMode, cval: UInt8, level: ck_level
  ) -> [UInt8] {
    var map = Kernels.map(map)
    let mode = Kernels.fill(fill)
    // The picture itself stands in for the next one.
    return fenced(picture) {
      switch interpolation {
      case .nearest:
        ck_warp_bytes_nearest(level, $0, $1, Kernels.kernel(shape), &map, mode, cval, $0)
      case .bilinear:
        ck_warp_bytes_bilinear(
          level, $0, $1, Kernels.kernel(shape), &map, mode, cval, $0, 0, nil)
      }
    }
  }

  /// The bilinear warp, mirrored, and its lowest and highest value.
  static func mirroredWarp(
    _ picture: [UInt8], shape: PictureShape, map: AffineMap, fill: FillMode, cval: UInt8,
    level: ck_level
  ) -> (picture: [UInt8], range: [UInt8]) {
    var map = Kernels.map(map)
    let mode = Kernels.fill(fill)
    var range: [UInt8] = [0, 0]
    let mirrored = fenced(picture) {
      ck_warp_bytes_bilinear(
        level, $0, $1, Kernels.kernel(shape), &map, mode, cval, nil, 1, &range)
    }
    return (mirrored, range)
  }

  static func flip(
    _ picture: [UInt8], shape: PictureShape, horizontally: Bool, inPlace: Bool, level: ck_level
  ) -> [UInt8] {
    let flip = horizontally ? ck_flip_bytes_horizontal : ck_flip_bytes_vertical
    return fenced(picture, inPlace: inPlace) { flip(level, $0, $1, Kernels.kernel(shape)) }
  }

  static func shift(
    _ picture: [UInt8], channels: Int, by shifts: [Int32], inPlace: Bool, level: ck_level
  ) -> [UInt8] {
    fenced(picture, inPlace: inPlace) {
      var low: UInt8 = 0
      var high: UInt8 = 0
      ck_range_of_bytes(level, $0, Int64(picture.count), &low, &high)
      ck_shift_bytes_and_clip(
        level, $0, $1, Int64(picture.count / channels), Int32(channels), shifts, low, high)
    }
  }

  static func resize(
    _ picture: [UInt8], shape: PictureShape, box: CropBox, output: PictureShape, level: ck_level
  ) -> [Float] {
    let part = ck_box(
      top: Int32(box.top), left: Int32(box.left), height: Int32(box.height),
      width: Int32(box.width))
    var room = [Float](
      repeating: .nan, count: Int(ck_resize_room(part, Int32(shape.channels), Int32(output.width))))
    return Kernels.fenced([0], resultCount: output.count) { _, to in
      withFreshCopy(picture) { from in
        ck_resize_bytes(
          level, from, Kernels.kernel(shape), part, to, Int32(output.height),
          Int32(output.width), &room)
      }
    }
  }

  private static func withFreshCopy(_ picture: [UInt8], _ body: (UnsafePointer<UInt8>) -> Void) {
    let input = UnsafeMutablePointer<UInt8>.allocate(capacity: picture.count)
    input.initialize(from: picture, count: picture.count)
    defer { input.deallocate() }
    body(input)
  }

  private static func fenced(
    _ picture: [UInt8], inPlace: Bool = false,
    _ kernel: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
  ) -> [UInt8] {
    let end = margin + picture.count
    let fence = UInt8(0xa5)
    var output = [UInt8](repeating: fence, count: end + margin)
    if inPlace { output.replaceSubrange(margin..<end, with: picture) }
    output.withUnsafeMutableBufferPointer { output in
      let place = output.baseAddress! + margin
      if inPlace {
        kernel(UnsafePointer(place), place)
      } else {
        withFreshCopy(picture) { kernel($0, place) }
      }
    }
    let isWhole =
      output[..<margin].allSatisfy { $0 == fence } && output[end...].allSatisfy { $0 == fence }
    precondition(isWhole, "a kernel wrote outside its picture")
    return Array(output[margin..<end])
  }
}
