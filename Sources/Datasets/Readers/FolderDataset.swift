package import Augmentation
import CKernels
import Synchronization

/// The pictures of a folder, as Keras's `flow_from_directory` finds them: each subfolder is a class,
/// numbered in the order of their names, with or without pictures in it; a folder without subfolders
/// is one class. Deeper folders aren't searched.
///
/// Pictures are files that end in png, jpg, jpeg or bmp, in any case. They are numbered class by class
/// in the order of their names. Keras takes the order of `os.listdir`, which is the file system's and
/// may differ from machine to machine, so that a seed would not name the same pictures twice.
///
/// Each reading decodes the file, resizes as Pillow does by the nearest neighbour (`NearestResize`), and
/// gives 0...255 in float32. A camera's orientation mark is ignored, as in Keras.
///
/// With a crop, each reading takes a random part of the picture instead, brought to the size
/// bilinearly (`CroppedReading`); its values have fractions then.
///
/// A file with a picture's ending that can't be read is a fault with its name: for its header when the
/// folder is opened (Keras would stop within an epoch), for the rest when the picture is read. Other
/// entries are left out and counted in `skipped`: files with other endings, pictures outside the class
/// folders, folders within them, broken links, and names that aren't UTF-8.
///
/// A class because it owns the decoders' memory: one scratch for each thread that reads at the same
/// time.
package final class FolderDataset: ByteSource {
  /// Keras's `color_mode`.
  package enum ColorMode: String, CaseIterable, Sendable {
    case rgb
    case grayscale

    var channels: Int { self == .rgb ? 3 : 1 }
  }

  /// Keras's default `target_size`, for pictures of different sizes.
  package static let kerasSize = PictureSize(height: 256, width: 256)

  /// Pictures.
  package let count: Int
  /// The shape that every picture is brought to.
  package let shape: PictureShape
  /// The names of the classes, in the order of their labels. A folder without subfolders is one class
  /// of its own name.
  package let classes: [String]
  /// Entries left out.
  package let skipped: Int
  /// Pictures whose own size isn't the shape's.
  package let resized: Int

  private struct File {
    let path: String
    let label: Int32
    let size: PictureSize
  }

  /// The random crop of each reading; nil takes pictures whole.
  package let crop: CropRecipe?

  private let files: [File]
  private let largestFile: Int
  private let mostPixels: Int
  private let level = ck_best_level()
  private let scratches = Mutex<[DecoderScratch]>([])

  /// Finds the pictures and reads all headers.
  ///
  /// - Parameters:
  ///   - targetSize: nil means the size of the pictures if all have the same, else `kerasSize`.
  ///   - classes: The subfolders to read, in the order of their labels, as Keras's `classes`; nil
  ///     means all of them, by name. Others are left out and counted.
  ///   - crop: nil takes pictures whole.
  /// - Throws: `DatasetFault.noPictures` for a folder without any, `picture` or `empty` for a file whose
  ///   header can't be read, `unreadable` for the folder or a file.
  /// - Complexity: O(files): it touches the beginning of each.
  package init(
    path: String, targetSize: PictureSize? = nil, colorMode: ColorMode = .rgb,
    classes: [String]? = nil, crop: CropRecipe? = nil
  ) throws(DatasetFault) {
    self.crop = crop
    var search = Search()
    try search.search(in: path, for: classes)
    guard let first = search.files.first else {
      throw .noPictures(path: path, skipped: search.skipped)
    }
    let isOneSize = search.files.allSatisfy { $0.size == first.size }
    let target = targetSize ?? (isOneSize ? first.size : Self.kerasSize)
    files = search.files
    count = files.count
    self.classes = search.classes
    skipped = search.skipped
    largestFile = search.largestFile
    mostPixels = files.reduce(0) { max($0, $1.size.pixels) }
    resized = files.count { $0.size != target }
    shape = PictureShape(
      height: target.height, width: target.width, channels: colorMode.channels)
  }

  /// Nil: pictures are decoded when they are read.
  package func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }

  /// The index of the picture's class in `classes`.
  package func label(_ index: Int) -> Int32? { files[index].label }

  /// The file a picture comes from.
  package func path(_ index: Int) -> String { files[index].path }

  /// - Throws: `DatasetFault`, if the file is damaged or has changed.
  package func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws {
    // Without a count of readings, each reading takes the same part of the picture.
    try read(index, visit: index, into: picture)
  }

  /// Decodes the picture, crops it if there is a crop, and brings it to the shape.
  ///
  /// - Throws: `DatasetFault.picture` for a file that is damaged or has changed, `unreadable` for one
  ///   that can't be read.
  /// - Complexity: O(pixels of the file's picture).
  package func read(
    _ index: Int, visit: Int, into picture: UnsafeMutablePointer<Float>
  ) throws {
    let scratch = takeScratch()
    defer { scratches.withLock { $0.append(scratch) } }
    let file = files[index]
    guard let crop else {
      let pixels = try decode(file, with: scratch)
      ck_bytes_to_floats(level, pixels, picture, Int64(shape.count))
      return
    }
    let box = crop.box(in: file.size, channels: shape.channels, visit: visit)
    let bytes = try scratch.read(file.path)
    do {
      try scratch.cropped.read(bytes, size: file.size, box: box, target: shape, into: picture)
    } catch {
      throw DatasetFault.picture(path: file.path, error)
    }
  }

  /// False with a crop, whose values have fractions.
  package var hasBytes: Bool { crop == nil }

  /// Nil: pictures are decoded when they are read.
  package func borrowBytes(_ index: Int) -> UnsafePointer<UInt8>? { nil }

  /// Decodes the picture to bytes.
  ///
  /// - Throws: As `read`.
  package func readBytes(
    _ index: Int, visit: Int, into picture: UnsafeMutablePointer<UInt8>
  ) throws {
    let scratch = takeScratch()
    defer { scratches.withLock { $0.append(scratch) } }
    picture.update(from: try decode(files[index], with: scratch), count: shape.count)
  }

  /// The whole picture in the shape's size; valid until the scratch is used again.
  private func decode(_ file: File, with scratch: DecoderScratch) throws -> UnsafePointer<UInt8> {
    let bytes = try scratch.read(file.path)
    guard let pixels = scratch.pixels.baseAddress, let resized = scratch.resized.baseAddress else {
      preconditionFailure("no picture is empty")
    }
    do {
      try PictureCodec.decode(bytes, size: file.size, channels: shape.channels, into: pixels)
    } catch {
      throw DatasetFault.picture(path: file.path, error)
    }
    guard file.size.height != shape.height || file.size.width != shape.width else {
      return UnsafePointer(pixels)
    }
    NearestResize.fillPlaces(scratch.rows, from: file.size.height)
    NearestResize.fillPlaces(scratch.columns, from: file.size.width)
    NearestResize.resize(
      pixels, width: file.size.width, channels: shape.channels, rows: scratch.rows,
      columns: scratch.columns, into: resized)
    return UnsafePointer(resized)
  }

  private func takeScratch() -> DecoderScratch {
    scratches.withLock { $0.popLast() }
      ?? DecoderScratch(
        largestFile: largestFile, mostPixels: crop == nil ? mostPixels : 1,
        target: PictureSize(height: shape.height, width: shape.width), channels: shape.channels)
  }

  /// The search for pictures when the folder is opened.
  private struct Search {
    var files: [File] = []
    var classes: [String] = []
    var skipped = 0
    var largestFile = 0

    mutating func search(in path: String, for wanted: [String]?) throws(DatasetFault) {
      let top = try FolderListing(path: path)
      skipped = top.others
      guard wanted != nil || !top.folders.isEmpty else {
        classes = [path.split(separator: "/").last.map(String.init) ?? path]
        return try add(top, of: path, label: 0)
      }
      skipped += top.files.count
      classes = wanted ?? top.folders
      skipped += top.folders.count { !classes.contains($0) }
      for (label, name) in classes.enumerated() {
        let folder = FolderListing.join(path, name)
        let listing = try FolderListing(path: folder)
        skipped += listing.others + listing.folders.count
        try add(listing, of: folder, label: Int32(label))
      }
    }

    private mutating func add(
      _ listing: FolderListing, of folder: String, label: Int32
    ) throws(DatasetFault) {
      for name in listing.files {
        guard Self.isPicture(name) else {
          skipped += 1
          continue
        }
        let path = FolderListing.join(folder, name)
        let file = try MappedFile(path: path)
        guard file.size > 0 else { throw .empty(path: path) }
        do {
          let size = try PictureCodec.size(of: file.bytes)
          files.append(File(path: path, label: label, size: size))
        } catch {
          throw .picture(path: path, error)
        }
        largestFile = max(largestFile, file.size)
      }
    }

    private static func isPicture(_ name: String) -> Bool {
      let name = name.lowercased()
      return [".png", ".jpg", ".jpeg", ".bmp"].contains { name.hasSuffix($0) }
    }
  }
}
