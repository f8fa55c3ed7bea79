import Augmentation
import CKernels

/// The C kernels on arrays that are exactly as long as they need be and fenced on both sides, so that
/// a write outside shows (and a read, under the address sanitizer).
enum Kernels {
  private static let fence: Float = -12_345
  private static let margin = 16

  static func warp(
    _ picture: [Float], shape: PictureShape, map: AffineMap,
    interpolation: Interpolation = .nearest, fill: FillMode, cval: Float, level: ck_level
  ) -> [Float] {
    var kernelMap = Self.map(map)
    let mode = Self.fill(fill)
    let warp = interpolation == .nearest ? ck_warp_nearest : ck_warp_bilinear
    // The picture itself stands in for the next one.
    return fenced(picture) {
      warp(
        level, $0, $1, kernel(shape), &kernelMap, mode, cval, $0, 0, nil)
    }
  }

  /// The warp, mirrored, and its lowest and highest value.
  static func mirroredWarp(
    _ picture: [Float], shape: PictureShape, map: AffineMap, interpolation: Interpolation,
    fill: FillMode, cval: Float, level: ck_level
  ) -> (picture: [Float], range: [Float]) {
    var kernelMap = Self.map(map)
    let mode = Self.fill(fill)
    var range: [Float] = [0, 0]
    let warp = interpolation == .nearest ? ck_warp_nearest : ck_warp_bilinear
    let mirrored = fenced(picture) {
      warp(
        level, $0, $1, kernel(shape), &kernelMap, mode, cval, nil, 1, &range)
    }
    return (mirrored, range)
  }

  static func flip(
    _ picture: [Float], shape: PictureShape, horizontally: Bool, inPlace: Bool = false,
    level: ck_level
  ) -> [Float] {
    let flip = horizontally ? ck_flip_horizontal : ck_flip_vertical
    return fenced(picture, inPlace: inPlace) { flip(level, $0, $1, kernel(shape)) }
  }

  static func shift(
    _ picture: [Float], channels: Int, by shifts: [Float], inPlace: Bool, level: ck_level
  ) -> [Float] {
    fenced(picture, inPlace: inPlace) {
      var low: Float = 0
      var high: Float = 0
      ck_range(level, $0, Int64(picture.count), &low, &high)
      ck_shift_and_clip(
        level, $0, $1, Int64(picture.count / channels), Int32(channels), shifts, low, high)
    }
  }

  static func scale(
    _ picture: [Float], by factor: Float, inPlace: Bool, level: ck_level
  ) -> [Float] {
    fenced(picture, inPlace: inPlace) { ck_scale(level, $0, $1, Int64(picture.count), factor) }
  }

  /// All of `standardize` but ZCA, in place.
  static func standardize(
    _ picture: [Float], shape: PictureShape, settings: AugmentationSettings,
    statistics: Statistics, level: ck_level
  ) -> [Float] {
    fenced(picture) { from, to in
      let count = Int64(shape.count)
      let pixels = Int64(shape.height * shape.width)
      let channels = Int32(shape.channels)
      // The first step goes from place to place, the others stay.
      ck_samplewise(
        level, from, to, pixels, channels, 0, 0)
      if settings.rescale != 0 { ck_scale(level, to, to, count, Float(settings.rescale)) }
      ck_samplewise(
        level, to, to, pixels, channels, settings.samplewiseCenter ? 1 : 0,
        settings.samplewiseStdNormalization ? 1 : 0)
      switch statistics.mean {
      case .single(let by) where settings.featurewiseCenter: ck_subtract(level, to, to, count, by)
      case .double(let by) where settings.featurewiseCenter:
        ck_subtract_wide(level, to, to, count, by)
      default: break
      }
      switch statistics.std {
      case .single(let by) where settings.featurewiseStdNormalization:
        ck_divide(level, to, to, count, by.map { $0 + 1e-7 })
      case .double(let by) where settings.featurewiseStdNormalization:
        ck_divide_wide(level, to, to, count, by.map { $0 + 1e-7 })
      default: break
      }
      if let normalization = settings.normalization {
        ck_normalize(
          level, to, to, pixels, channels, normalization.mean.map { Float($0) },
          normalization.std.map { Float($0) })
      }
    }
  }

  static func copy(_ picture: [Float], level: ck_level) -> [Float] {
    fenced(picture) { ck_copy(level, $0, $1, Int64(picture.count)) }
  }

  static func resize(
    _ picture: [Float], shape: PictureShape, box: CropBox, output: PictureShape, level: ck_level
  ) -> [Float] {
    let part = ck_box(
      top: Int32(box.top), left: Int32(box.left), height: Int32(box.height),
      width: Int32(box.width))
    return fenced(picture, resultCount: output.count) {
      ck_resize(level, $0, kernel(shape), part, $1, Int32(output.height), Int32(output.width))
    }
  }

  static func parted(_ picture: [Float], channels: Int, level: ck_level) -> [Float] {
    fenced(picture) {
      ck_floats_to_planes(level, $0, $1, Int64(picture.count / channels), Int32(channels))
    }
  }

  static func floats(_ bytes: [UInt8], level: ck_level) -> [Float] {
    fenced([Float](repeating: 0, count: bytes.count)) {
      ck_bytes_to_floats(level, bytes, $1, Int64(bytes.count))
    }
  }

  static func interleaved(_ planes: [UInt8], channels: Int, level: ck_level) -> [Float] {
    fenced([Float](repeating: 0, count: planes.count)) {
      ck_planes_to_floats(level, planes, $1, Int64(planes.count / channels), Int32(channels))
    }
  }

  static func map(_ map: AffineMap) -> ck_map {
    ck_map(
      row_row: map.rowRow, row_column: map.rowColumn, row_offset: map.rowOffset,
      column_row: map.columnRow, column_column: map.columnColumn,
      column_offset: map.columnOffset)
  }

  static func fill(_ fill: FillMode) -> ck_fill {
    switch fill {
    case .nearest: CK_NEAREST
    case .constant: CK_CONSTANT
    case .reflect: CK_REFLECT
    case .wrap: CK_WRAP
    case .reflect2016: CK_REFLECT_2016
    }
  }

  static func kernel(_ shape: PictureShape) -> ck_shape {
    ck_shape(
      height: Int32(shape.height), width: Int32(shape.width), channels: Int32(shape.channels))
  }

  static func fenced(
    _ picture: [Float], inPlace: Bool = false, resultCount: Int? = nil,
    _ kernel: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> [Float] {
    let input = UnsafeMutablePointer<Float>.allocate(capacity: picture.count)
    input.initialize(from: picture, count: picture.count)
    defer { input.deallocate() }
    let end = margin + (resultCount ?? picture.count)
    var output = [Float](repeating: fence, count: end + margin)
    if inPlace { output.replaceSubrange(margin..<end, with: picture) }
    output.withUnsafeMutableBufferPointer { output in
      let place = output.baseAddress! + margin
      kernel(inPlace ? UnsafePointer(place) : UnsafePointer(input), place)
    }
    let isWhole =
      output[..<margin].allSatisfy { $0 == fence } && output[end...].allSatisfy { $0 == fence }
    precondition(isWhole, "a kernel wrote outside its picture")
    return Array(output[margin..<end])
  }
}
