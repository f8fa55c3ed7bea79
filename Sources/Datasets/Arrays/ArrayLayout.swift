import Augmentation

/// Where the pictures' numbers lie in an array, in bytes.
struct ArrayLayout: Sendable {
  /// Pictures.
  let count: Int
  /// The shape of each, channels last whatever the array's order is.
  let shape: PictureShape
  /// From one picture to the next.
  let step: Int
  /// From one row, column and channel to the next.
  let strides: InlineArray<3, Int64>
  /// Whether a picture's numbers lie together.
  let isPacked: Bool
  /// Whether they also lie in the order of the pixels.
  let isInOrder: Bool
  /// Whether they lie channel by channel, each in the order of the pixels.
  let isInPlanes: Bool

  /// - Parameters:
  ///   - dimensions: The array's, 3 or 4.
  ///   - ordering: Where a 4-dimensional array has its channels.
  ///   - size: Bytes of a number.
  /// - Throws: `NpyFault.rank` for another number of dimensions.
  init(
    _ dimensions: [Int], isFortranOrder: Bool, _ ordering: DimOrdering, size: Int
  ) throws(NpyFault) {
    guard dimensions.count == 3 || dimensions.count == 4 else { throw .rank(dimensions) }
    // Of an array without channels, each picture has one.
    let sides = dimensions.count == 4 ? dimensions : dimensions + [1]
    let isPlanar = ordering == .th && dimensions.count == 4
    let axes = isPlanar ? (2, 3, 1) : (1, 2, 3)
    var steps = [Int](repeating: size, count: 4)
    if isFortranOrder {
      for axis in 1..<4 { steps[axis] = steps[axis - 1] * sides[axis - 1] }
    } else {
      for axis in (0..<3).reversed() { steps[axis] = steps[axis + 1] * sides[axis + 1] }
    }
    count = sides[0]
    shape = PictureShape(height: sides[axes.0], width: sides[axes.1], channels: sides[axes.2])
    step = steps[0]
    strides = [Int64(steps[axes.0]), Int64(steps[axes.1]), Int64(steps[axes.2])]
    isPacked = !isFortranOrder || count == 1
    isInOrder = !isFortranOrder && (!isPlanar || shape.channels == 1)
    isInPlanes = !isFortranOrder && isPlanar
  }
}
