import Augmentation
import Datasets

/// The values of a few pictures, evenly spread over a dataset.
struct PictureSample {
  /// The largest finite value.
  private(set) var largest: Float = 0
  /// Whether a value isn't a whole number.
  private(set) var hasFractions = false
  /// How many different values there are, if they are as few as in masks; nil for more.
  private(set) var values: Int?

  private static let pictures = 6
  /// Larger pictures aren't looked at.
  private static let mostValues = 1 << 24
  /// More different values than these aren't a mask's.
  private static let mostClasses = 12

  /// Nil where the pictures are too large or can't be read.
  init?(_ dataset: any DatasetSource) {
    let size = dataset.shape.count
    guard size <= Self.mostValues else { return nil }
    var picture = [Float](repeating: 0, count: size)
    var found: Set<Float> = []
    var count = 0
    for place in 0..<min(Self.pictures, dataset.count) {
      let index = place * dataset.count / min(Self.pictures, dataset.count)
      guard (try? dataset.read(index, into: &picture)) != nil else { continue }
      count += 1
      for value in picture where value.isFinite {
        if value > largest { largest = value }
        if !hasFractions, value != value.rounded() { hasFractions = true }
        if found.count <= Self.mostClasses { found.insert(value) }
      }
    }
    guard count > 0 else { return nil }
    values = found.count <= Self.mostClasses && !hasFractions ? found.count : nil
  }
}
