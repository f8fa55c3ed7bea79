package import Augmentation
import Glibc
import Host

/// Writes pictures into a folder of PNG files as they come, as Keras's `save_to_dir` does.
///
/// Keras calls them `{prefix}_{index}_{hash}.png`, with a random number as hash that keeps epochs
/// from overwriting each other. Here the epoch stands in its place, from 1 on, so that the names are
/// the same every time; the index is the picture's place in the epoch's order, from 0 on, padded with
/// zeros so that the names sort.
///
/// Every picture's file is written and put in its place by itself: a fault, or an interruption, leaves
/// the pictures made until then, and each of them is whole.
package final class PngFolderWriter: PictureWriter {
  /// The conversion of a value to a byte.
  package enum Values: Sendable {
    /// Limited to 0...255, then cut to a whole number.
    case cut
    /// Spread so that the picture's largest value becomes 255, negative ones lifted first: Keras's
    /// `array_to_img(scale=True)`.
    case scaled
  }

  /// The folder.
  package let path: String
  /// The shape of every picture.
  package let shape: PictureShape
  package private(set) var count = 0
  /// Values that were NaN and became 0.
  package private(set) var notNumbers = 0

  private let prefix: String
  private let picturesPerEpoch: Int
  private let values: Values
  private let mayOverwrite: Bool
  /// The class folders by number; nil where pictures lie in the folder itself.
  private let classes: [String]?
  private let isNew: Bool
  private let digits: Int
  private var pixels: [UInt8]
  private let file: PngFile

  /// Makes the folder if it isn't there; the one it lies in must be.
  ///
  /// - Parameters:
  ///   - classes: Names of folders within it, by the numbers of the classes, that the pictures go to; all
  ///     are made, so that they keep their numbers. Nil puts the pictures into the folder itself.
  ///   - mayOverwrite: Otherwise the folder must be empty.
  /// - Throws: `DatasetFault.unwritable` for a folder that can't be made, `folderInUse` for one
  ///   that isn't empty, `pngChannels` for pictures that PNG can't hold.
  package init(
    path: String, shape: PictureShape, prefix: String, picturesPerEpoch: Int,
    values: Values = .cut, classes: [String]? = nil, mayOverwrite: Bool = false
  ) throws(DatasetFault) {
    precondition(picturesPerEpoch > 0, "an epoch has at least one picture")
    try PngFile.check(shape, path: path)
    isNew = mkdir(path, 0o777) == 0
    if !isNew {
      guard errno == EEXIST else { throw .unwritable(.notWritable(path: path, .last)) }
      let found = try FolderListing(path: path)
      guard mayOverwrite || found.isEmpty else { throw .folderInUse(path: path) }
    }
    self.path = path
    self.classes = classes
    self.shape = shape
    self.prefix = prefix
    self.picturesPerEpoch = picturesPerEpoch
    self.values = values
    self.mayOverwrite = mayOverwrite
    digits = String(picturesPerEpoch - 1).count
    pixels = [UInt8](repeating: 0, count: shape.count)
    file = PngFile(shape: shape)
    for name in classes ?? [] {
      guard mkdir(FolderListing.join(path, name), 0o777) != 0, errno != EEXIST else { continue }
      throw .unwritable(.notWritable(path: FolderListing.join(path, name), .last))
    }
  }

  package func append(
    _ pictures: UnsafePointer<Float>, count added: Int
  ) throws(DatasetFault) {
    precondition(classes == nil, "a picture without a class has no class folder")
    try append(pictures, count: added, labels: [])
  }

  /// - Parameter labels: For the class folders; may be empty where there are none.
  /// - Throws: `DatasetFault.unwritable` where a file can't be written.
  package func append(
    _ pictures: UnsafePointer<Float>, count added: Int, labels: [Int32]
  ) throws(DatasetFault) {
    for index in 0..<added {
      let start = pictures + index * shape.count
      let folder = classes.map { FolderListing.join(path, $0[Int(labels[index])]) } ?? path
      try write(UnsafeBufferPointer(start: start, count: shape.count), to: folder)
      count += 1
    }
  }

  package func finish() {}

  /// Each picture is whole as soon as it is written. An empty folder that the writer made is removed.
  package func finishEarly() -> String? {
    guard count == 0 else { return path }
    for name in classes ?? [] where isNew { rmdir(FolderListing.join(path, name)) }
    if isNew { rmdir(path) }
    return nil
  }

  /// The file of a picture, counted over all epochs.
  package func name(of picture: Int) -> String {
    let (epoch, index) = picture.quotientAndRemainder(dividingBy: picturesPerEpoch)
    let number = String(index)
    let zeros = String(repeating: "0", count: digits - number.count)
    return "\(prefix)_\(zeros)\(number)_\(epoch + 1).png"
  }

  private func write(
    _ picture: UnsafeBufferPointer<Float>, to folder: String
  ) throws(DatasetFault) {
    switch values {
    case .scaled:
      pixels.replaceSubrange(pixels.indices, with: PictureBytes.stretched(picture))
    case .cut:
      // NaN becomes 0: the comparison of min would let it through.
      for (index, value) in picture.enumerated() {
        pixels[index] = value >= 0 ? UInt8(min(value, 255)) : 0
        if value.isNaN { notNumbers += 1 }
      }
    }
    try file.write(
      pixels, to: FolderListing.join(folder, name(of: count)), mayOverwrite: mayOverwrite)
  }
}
