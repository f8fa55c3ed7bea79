import CKernels
import Glibc

/// A part of a picture, in whole pixels.
package struct CropBox: Hashable, Sendable {
  /// First row.
  package var top: Int
  /// First column.
  package var left: Int
  /// Rows.
  package var height: Int
  /// Columns.
  package var width: Int

  /// A box as it is; it must lie inside the picture it is used on.
  package init(top: Int, left: Int, height: Int, width: Int) {
    self.top = top
    self.left = left
    self.height = height
    self.width = width
  }
}

/// The random resized crop of ImageNet's training recipe.
///
/// - Source: torchvision, `RandomResizedCrop.get_params`. The numbers are drawn from NumPy's legacy
///   stream here, so the boxes are torchvision's in distribution and not one by one.
package struct RandomResizedCrop: Hashable, Sendable {
  /// Boxes that are tried before the fallback.
  private static let tries = 10

  /// Share of the picture's area.
  package var scale: ClosedRange<Double> = 0.08...1
  /// Width by height.
  package var ratio: ClosedRange<Double> = 3.0 / 4...4.0 / 3

  /// The recipe's own ranges: area 8 to 100 %, aspect ratio 3/4 to 4/3.
  package init() {}

  /// Draws area and shape until a box fits, ten times at most, then its place; if none does, the
  /// largest box in the middle whose shape is within `ratio`.
  ///
  /// Each try takes two numbers (four words), a fit two whole numbers more.
  package func draw(from shape: PictureShape, random: inout LegacyRandom) -> CropBox {
    let (height, width) = (Double(shape.height), Double(shape.width))
    for _ in 0..<Self.tries {
      let area = height * width * random.uniform(scale.lowerBound, scale.upperBound)
      let aspect = exp(random.uniform(log(ratio.lowerBound), log(ratio.upperBound)))
      // Python rounds halves to even.
      let w = (area * aspect).squareRoot().rounded(.toNearestOrEven)
      let h = (area / aspect).squareRoot().rounded(.toNearestOrEven)
      guard w > 0 && w <= width && h > 0 && h <= height else { continue }
      let top = random.randint(shape.height - Int(h) + 1)
      let left = random.randint(shape.width - Int(w) + 1)
      return CropBox(top: top, left: left, height: Int(h), width: Int(w))
    }
    return fallback(in: shape)
  }

  /// The largest box in the middle of the picture whose aspect ratio is within `ratio`.
  package func fallback(in shape: PictureShape) -> CropBox {
    var box = CropBox(top: 0, left: 0, height: shape.height, width: shape.width)
    let found = Double(shape.width) / Double(shape.height)
    if found < ratio.lowerBound {
      let height = (Double(shape.width) / ratio.lowerBound).rounded(.toNearestOrEven)
      box.height = min(max(Int(height), 1), shape.height)
    } else if found > ratio.upperBound {
      let width = (Double(shape.height) * ratio.upperBound).rounded(.toNearestOrEven)
      box.width = min(max(Int(width), 1), shape.width)
    }
    box.top = (shape.height - box.height) / 2
    box.left = (shape.width - box.width) / 2
    return box
  }
}

/// Brings a part of a picture to a size, bilinearly, without smoothing before it shrinks.
///
/// Pixel r of the result shows (r + 0.5) · part / result − 0.5 of the part, held inside it; weights
/// and sums are those of the bilinear warp, exactly. That is `torch`'s `interpolate` with
/// `align_corners=False, antialias=False`, and OpenCV's `INTER_LINEAR`, but for their rounding.
package enum BilinearResize {
  /// - Parameters:
  ///   - from: The whole picture, `shape.count` values.
  ///   - to: Room for `height` · `width` pixels; must not overlap.
  /// - Complexity: O(height × width × channels); allocates nothing.
  package static func apply(
    from: UnsafePointer<Float>, shape: PictureShape, box: CropBox,
    to: UnsafeMutablePointer<Float>, height: Int, width: Int
  ) {
    check(box, in: shape)
    precondition(
      height > 0 && width > 0 && height * width * shape.channels <= Int(Int32.max),
      "the kernels count a picture's values in 31 bits")
    ck_resize(
      ck_best_level(), from, ck_shape(shape), part(box), to, Int32(height), Int32(width))
  }

  /// The same from bytes, in float32: rows first, then columns. Its definition is `defined`.
  ///
  /// - Parameter room: Scratch memory of `room(for:channels:width:)` values.
  package static func apply(
    from: UnsafePointer<UInt8>, shape: PictureShape, box: CropBox,
    to: UnsafeMutablePointer<Float>, height: Int, width: Int, room: UnsafeMutablePointer<Float>
  ) {
    check(box, in: shape)
    precondition(
      height > 0 && width > 0 && height * width * shape.channels <= Int(Int32.max),
      "the kernels count a picture's values in 31 bits")
    ck_resize_bytes(
      ck_best_level(), from, ck_shape(shape), part(box), to, Int32(height), Int32(width), room)
  }

  /// Values of `room`.
  package static func room(for box: CropBox, channels: Int, width: Int) -> Int {
    Int(ck_resize_room(part(box), Int32(channels), Int32(width)))
  }

  /// The resize of bytes as its definition: slow and obvious.
  package static func defined(
    _ picture: [UInt8], shape: PictureShape, box: CropBox, output: PictureShape
  ) -> [Float] {
    func tap(_ index: Int, _ part: Int, _ result: Int) -> (first: Int, second: Int, weight: Float) {
      let place = place(index, start: 0, part: part, result: result)
      return (Int(place), min(Int(place) + 1, part - 1), Float(place - place.rounded(.down)))
    }
    var result: [Float] = []
    for row in 0..<output.height {
      let rows = tap(row, box.height, output.height)
      for column in 0..<output.width {
        let columns = tap(column, box.width, output.width)
        for channel in 0..<output.channels {
          func blended(_ column: Int) -> Float {
            func value(_ row: Int) -> Float {
              let pixel = (box.top + row) * shape.width + box.left + column
              return Float(picture[pixel * shape.channels + channel])
            }
            return value(rows.first) * (1 - rows.weight) + value(rows.second) * rows.weight
          }
          result.append(
            blended(columns.first) * (1 - columns.weight)
              + blended(columns.second) * columns.weight)
        }
      }
    }
    return result
  }

  private static func part(_ box: CropBox) -> ck_box {
    ck_box(
      top: Int32(box.top), left: Int32(box.left), height: Int32(box.height),
      width: Int32(box.width))
  }

  /// The place in the picture that one of the result's rows, or columns, shows.
  package static func place(_ index: Int, start: Int, part: Int, result: Int) -> Double {
    let place = (Double(index) + 0.5) * (Double(part) / Double(result)) - 0.5
    return Double(start) + min(max(place, 0), Double(part - 1))
  }

  private static func check(_ box: CropBox, in shape: PictureShape) {
    precondition(
      box.top >= 0 && box.left >= 0 && box.height > 0 && box.width > 0
        && box.top + box.height <= shape.height && box.left + box.width <= shape.width,
      "a crop lies inside its picture")
  }
}
