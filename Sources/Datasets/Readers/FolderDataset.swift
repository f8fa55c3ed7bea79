package import Augmentation
import CKernels
import Synchronization

/// The pictures of a folder, as Keras's `flow_from_directory` finds them: each subfolder is a class,
/// numbered in the order of their names, with or without pictures in it; a folder without subfolders
/// is one class. Nothing is looked for deeper down.
///
/// Pictures are files that end in png, jpg, jpeg or bmp, in any case. They are numbered class by class
/// in the order of their names; Keras takes the order of `os.listdir`, which is the file system's and
/// may be another on each machine: a seed would not name the same pictures twice.
///
/// Each is decoded anew whenever it is read, resized as Pillow does it by the nearest neighbour
/// (`NearestResize`), and is 0...255 in float32. A camera's orientation mark isn't followed, as in
/// Keras.
///
/// With a crop, each reading takes a random part of the picture instead, brought to the size
/// bilinearly (`CroppedReading`); its values have fractions then.
///
/// A file with a picture's ending that can't be read is a fault, with its name: a header when the
/// folder is opened (Keras would stop amidst an epoch), the rest when the picture is read. Everything
/// else that lies about is left out and counted in `skipped`: files with other endings, pictures
/// beside the class folders, folders within them, broken links, and names that aren't UTF-8.
///
/// A class because it owns the memory that decoding takes: as much as the threads that read at one
/// time need, once.
package final class FolderDataset: ByteSource {
  /// Keras's `color_mode`.
  package enum ColorMode: String, CaseIterable, Sendable {
    case rgb
    case grayscale

    var channels: Int { self == .rgb ? 3 : 1 }
  }

  /// Keras's `target_size`, where the pictures don't agree on one.
  package static let kerasSize = PictureSize(height: 256, width: 256)

  package let count: Int
  package let shape: PictureShape
  /// The names of the classes; the place is the label. A folder without subfolders gives its own.
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

  /// nil takes pictures whole.
  package let crop: CropRecipe?

  private let files: [File]
  private let largestFile: Int
  private let mostPixels: Int
  private let level = ck_best_level()
  private let desks = Mutex<[DecoderScratch]>([])

  /// Finds the pictures and reads all headers.
  ///
  /// - Parameters:
  ///   - targetSize: nil means the size of the pictures if all have the same, else `kerasSize`.
  ///   - classes: The subfolders to read, in the order of their labels, as Keras's `classes`; nil
  ///     means all of them, by name. Others are left out and counted.
  ///   - crop: nil takes pictures whole.
  /// - Complexity: O(files): it touches the beginning of each.
  package init(
    path: String, targetSize: PictureSize? = nil, colorMode: ColorMode = .rgb,
    classes: [String]? = nil, crop: CropRecipe? = nil
  ) throws(DatasetFault) {
    self.crop = crop
    var search = Search()
    try search.look(in: path, for: classes)
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

  package func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }

  package func label(_ index: Int) -> Int32? { files[index].label }

  /// The file a picture comes from.
  package func path(_ index: Int) -> String { files[index].path }

  /// - Throws: `DatasetFault`, if the file is damaged or has changed.
  package func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws {
    // Whoever doesn't count readings gets the same part of a picture each time.
    try read(index, visit: index, into: picture)
  }

  package func read(
    _ index: Int, visit: Int, into picture: UnsafeMutablePointer<Float>
  ) throws {
    let desk = takeDesk()
    defer { desks.withLock { $0.append(desk) } }
    let file = files[index]
    guard let crop else {
      let pixels = try decode(file, on: desk)
      ck_bytes_to_floats(level, pixels, picture, Int64(shape.count))
      return
    }
    let box = crop.box(in: file.size, channels: shape.channels, visit: visit)
    let bytes = try desk.read(file.path)
    do {
      try desk.cropped.read(bytes, size: file.size, box: box, target: shape, into: picture)
    } catch {
      throw DatasetFault.picture(path: file.path, error)
    }
  }

  package var hasBytes: Bool { crop == nil }

  package func borrowBytes(_ index: Int) -> UnsafePointer<UInt8>? { nil }

  package func readBytes(
    _ index: Int, visit: Int, into picture: UnsafeMutablePointer<UInt8>
  ) throws {
    let desk = takeDesk()
    defer { desks.withLock { $0.append(desk) } }
    picture.update(from: try decode(files[index], on: desk), count: shape.count)
  }

  /// The whole picture in the shape's size; valid until the desk's next.
  private func decode(_ file: File, on desk: DecoderScratch) throws -> UnsafePointer<UInt8> {
    let bytes = try desk.read(file.path)
    guard let pixels = desk.pixels.baseAddress, let resized = desk.resized.baseAddress else {
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
    NearestResize.fillPlaces(desk.rows, from: file.size.height)
    NearestResize.fillPlaces(desk.columns, from: file.size.width)
    NearestResize.resize(
      pixels, width: file.size.width, channels: shape.channels, rows: desk.rows,
      columns: desk.columns, into: resized)
    return UnsafePointer(resized)
  }

  private func takeDesk() -> DecoderScratch {
    desks.withLock { $0.popLast() }
      ?? DecoderScratch(
        largestFile: largestFile, mostPixels: crop == nil ? mostPixels : 1,
        target: PictureSize(height: shape.height, width: shape.width), channels: shape.channels)
  }

  /// What opening finds.
  private struct Search {
    var files: [File] = []
    var classes: [String] = []
    var skipped = 0
    var largestFile = 0

    mutating func look(in path: String, for wanted: [String]?) throws(DatasetFault) {
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
