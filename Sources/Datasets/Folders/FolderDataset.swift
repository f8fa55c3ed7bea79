package import Augmentation
import CKernels
import Host

/// The pictures of a folder, as Keras's `flow_from_directory` finds them: each subfolder is a class,
/// numbered in the order of their names, with or without pictures in it; a folder without subfolders
/// is one class. Deeper folders are searched on request, as Keras does from 1.2.0 on.
///
/// Pictures are files whose names end as `EntryName.pictureEndings` has it, in any case. They are
/// numbered class by class in the order of their names. Keras 1.1.0 takes the order of `os.listdir`,
/// which is the file system's and may differ from machine to machine, so that a seed would not name the
/// same pictures twice.
///
/// Each reading decodes the file, resizes as Pillow does by the nearest neighbour (`NearestResize`), and
/// gives 0...255 in float32; as grey, 16-bit grey keeps its values of 0...65535. A camera's orientation
/// mark is ignored, as in Keras, or followed.
///
/// With a crop, each reading takes a random part of the picture instead, brought to the size
/// bilinearly (`CroppedReading`); its values have fractions then.
///
/// A file with a picture's ending that can't be read is a fault with its name, for its header when the
/// folder is opened (Keras would stop within an epoch), for the rest when the picture is read. With
/// `BadPictures.skip` one whose header is bad doesn't count among the pictures, and for one that turns
/// out to be bad when it is read, the next good one is read in its place, with that one's label: batches
/// and epochs keep their sizes, and the random numbers stay where they are. Both are in `badPictures`.
///
/// Other entries are left out and counted: in `hidden` what systems leave behind (`EntryName`), in
/// `skipped` files with other endings, pictures outside the class folders, folders within them, pipes,
/// devices and broken links. Hidden folders keep their numbers as classes, as in Keras 1.1.0, which
/// has no hidden ones; their pictures are left out.
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
  /// The names of the classes, in the order of their labels; bytes that aren't UTF-8 are written as
  /// `\xNN`. A folder without subfolders is one class of its own name.
  package let classes: [String]
  /// The numbers of the classes without a picture.
  package let emptyClasses: [Int]
  /// Entries left out that are no pictures, or not in their place.
  package let skipped: Int
  /// Files and folders left out that systems leave behind.
  package let hidden: Int
  /// Pictures whose own size isn't the shape's.
  package let resized: Int

  /// Pictures of more than `PictureCodec.manyPixels`, at which Pillow warns.
  package let large: Int
  /// Pictures of 16-bit grey: kept as grey, limited to 0...255 as red, green, blue.
  package let grey16: Int

  /// The random crop of each reading; nil takes pictures whole.
  package let crop: CropRecipe?

  private let path: String
  private let files: [FolderSearch.File]
  private let largestFile: Int
  private let mostPixels: Int
  private let level = ck_best_level()
  private let scratches = Monitor<[DecoderScratch]>([])
  private let policy: BadPictures
  private let bad: Monitor<BadPictureList>
  private let form: DecodedForm
  /// Pictures whose decoder overcame a fault.
  private let mended = Monitor<Set<Int>>([])
  /// Pictures whose files have changed since the folder was opened.
  private let changed = Monitor<Set<Int>>([])
  private let folders: [FolderState]

  /// Finds the pictures and reads all headers.
  ///
  /// - Parameters:
  ///   - targetSize: nil means the size of the pictures if all have the same, else `kerasSize`.
  ///   - classes: The subfolders to read, in the order of their labels, as Keras's `classes`; nil
  ///     means all of them, by name. Others are left out and counted.
  ///   - crop: nil takes pictures whole.
  ///   - badPictures: Whether a picture that can't be read is a fault, or left out.
  ///   - isRecursive: Whether folders within the class folders are searched, too; links to folders
  ///     aren't followed. Their pictures come folder by folder in the order of the paths.
  ///   - orientation: Whether pictures are turned as their EXIF orientation says.
  ///   - readsAll: With `skip`, decodes each picture once, so that bad ones don't count among the
  ///     pictures whatever part of them is bad: what is read afterwards is as though they weren't
  ///     there.
  /// - Throws: `DatasetFault.noPictures` for a folder without any, `allBad` where none can be read and
  ///   bad ones are left out, `unreadable` for the folder and for a wanted class. Without `skip`, the
  ///   fault of the first file or class folder that can't be read.
  /// - Complexity: O(files): it reads the beginning of each. With `readsAll`, O(pixels).
  package init(
    path: String, targetSize: PictureSize? = nil, colorMode: ColorMode = .rgb,
    classes: [String]? = nil, crop: CropRecipe? = nil, badPictures: BadPictures = .fail,
    isRecursive: Bool = false, orientation: ExifOrientation = .ignore, readsAll: Bool = false
  ) throws(DatasetFault) {
    self.crop = crop
    self.path = path
    policy = badPictures
    var search = FolderSearch(
      badPictures: badPictures, isRecursive: isRecursive, orientation: orientation)
    try search.search(in: RawPath(path), for: classes)
    if readsAll, badPictures == .skip {
      try search.leaveOutDamaged(channels: colorMode.channels)
    }
    guard let first = search.files.first else {
      guard search.bad.isEmpty else { throw .allBad(path: path, pictures: search.bad) }
      throw .noPictures(path: path, skipped: search.skipped + search.hidden)
    }
    let isOneSize = search.files.allSatisfy { $0.size == first.size }
    let target = targetSize ?? (isOneSize ? first.size : Self.kerasSize)
    files = search.files
    folders = search.folders
    count = files.count
    self.classes = search.classes.map(\.text)
    let filled = Set(files.map(\.label))
    emptyClasses = search.classes.indices.filter { !filled.contains(Int32($0)) }
    skipped = search.skipped
    hidden = search.hidden
    largestFile = search.largestFile
    mostPixels = files.reduce(0) { max($0, $1.size.pixels) }
    resized = files.count { $0.size != target }
    large = files.count { $0.size.pixels > PictureCodec.manyPixels }
    grey16 = files.count { $0.header.isGrey16 }
    form = DecodedForm(
      channels: colorMode.channels, orientation: orientation,
      keepsGrey16: colorMode == .grayscale && grey16 > 0)
    shape = PictureShape(
      height: target.height, width: target.width, channels: colorMode.channels)
    bad = Monitor(BadPictureList(count: files.count, found: search.bad))
  }

  /// Nil: pictures are decoded when they are read.
  package func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }

  /// The index of the picture's class in `classes`; of a picture that turned out to be bad, that of the
  /// one in its place.
  package func label(_ index: Int) -> Int32? {
    files[bad.withLock { $0.standIn(for: index) } ?? index].label
  }

  /// The file a picture comes from; bytes that aren't UTF-8 are written as `\xNN`.
  package func path(_ index: Int) -> String { files[index].path.text }

  /// Pictures left out because they can't be read, after the first `known` of them.
  package func badPictures(after known: Int) -> [BadPicture] {
    bad.withLock { Array($0.found.dropFirst(known)) }
  }

  /// Pictures read until now in spite of a fault in their files: a JPEG whose data end early or hold
  /// bytes too many, a PNG with a wrong checksum or without its last rows.
  package var mendedPictures: Int { mended.withLock { $0.count } }

  /// Files that had changed when they were read, and folders whose pictures have.
  package func changes() -> SourceChanges {
    SourceChanges(
      files: changed.withLock { $0.sorted() }.map(path),
      folders: folders.filter { $0.hasChanged() }.map(\.path.text))
  }

  /// - Throws: `DatasetFault`, if the file is damaged or has changed.
  package func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws {
    // Without a count of readings, each reading takes the same part of the picture.
    try read(index, visit: index, into: picture)
  }

  /// Decodes the picture, crops it if there is a crop, and brings it to the shape.
  ///
  /// - Throws: `DatasetFault.picture` for a file that is damaged or has changed, `notAFile` and
  ///   `unreadable` for one that can't be read; where bad pictures are left out, `allBad` if no other is
  ///   good.
  /// - Complexity: O(pixels of the file's picture).
  package func read(
    _ index: Int, visit: Int, into picture: UnsafeMutablePointer<Float>
  ) throws {
    try readGood(index) { file, scratch throws(DatasetFault) in
      guard let crop else {
        let pixels = try fitted(file, with: scratch)
        guard form.keeps(file.header) else {
          ck_bytes_to_floats(level, pixels, picture, Int64(shape.count))
          return scratch.warnings
        }
        pixels.withMemoryRebound(to: UInt16.self, capacity: shape.count) { values in
          for place in 0..<shape.count { picture[place] = Float(values[place]) }
        }
        return scratch.warnings
      }
      let box = crop.box(in: file.size, channels: shape.channels, visit: visit)
      let bytes = try scratch.read(file)
      do throws(PictureFault) {
        return try scratch.cropped.read(
          bytes, header: file.header, box: box, target: shape, form: form, into: picture)
      } catch {
        throw .picture(path: file.path.text, error)
      }
    }
  }

  /// False with a crop, whose values have fractions, and where 16-bit grey is kept.
  package var hasBytes: Bool { crop == nil && !form.keepsGrey16 }

  /// Nil: pictures are decoded when they are read.
  package func borrowBytes(_ index: Int) -> UnsafePointer<UInt8>? { nil }

  /// Decodes the picture to bytes.
  ///
  /// - Throws: As `read`.
  package func readBytes(
    _ index: Int, visit: Int, into picture: UnsafeMutablePointer<UInt8>
  ) throws {
    try readGood(index) { file, scratch throws(DatasetFault) in
      picture.update(from: try fitted(file, with: scratch), count: shape.count)
      return scratch.warnings
    }
  }

  /// Reads a picture, or where it is bad and such are left out, the next good one.
  ///
  /// - Parameter body: Reads one and returns the decoder's warnings.
  private func readGood(
    _ index: Int,
    _ body: (FolderSearch.File, DecoderScratch) throws(DatasetFault) -> Int
  ) throws(DatasetFault) {
    let scratch = takeScratch()
    defer { scratches.withLock { $0.append(scratch) } }
    guard policy == .skip else { return note(try body(files[index], scratch), scratch, at: index) }
    while let place = bad.withLock({ $0.standIn(for: index) }) {
      do throws(DatasetFault) {
        return note(try body(files[place], scratch), scratch, at: place)
      } catch {
        guard let picture = error.badPicture else { throw error }
        bad.withLock { $0.add(place, picture) }
      }
    }
    throw .allBad(path: path, pictures: badPictures(after: 0))
  }

  private func note(_ warnings: Int, _ scratch: DecoderScratch, at place: Int) {
    if warnings > 0 { mended.withLock { _ = $0.insert(place) } }
    if scratch.hasChanged { changed.withLock { _ = $0.insert(place) } }
  }

  /// The whole picture in the shape's size, of two bytes a value where 16-bit grey is kept; valid until the scratch is used again.
  private func fitted(
    _ file: FolderSearch.File, with scratch: DecoderScratch
  ) throws(DatasetFault) -> UnsafePointer<UInt8> {
    let pixels = try scratch.decode(file)
    guard let resized = scratch.resized.baseAddress else {
      preconditionFailure("no picture is empty")
    }
    guard file.size.height != shape.height || file.size.width != shape.width else {
      return pixels
    }
    NearestResize.fillPlaces(scratch.rows, from: file.size.height)
    NearestResize.fillPlaces(scratch.columns, from: file.size.width)
    NearestResize.resize(
      pixels, width: file.size.width,
      channels: form.keeps(file.header) ? 2 : shape.channels, rows: scratch.rows,
      columns: scratch.columns, into: resized)
    return UnsafePointer(resized)
  }

  private func takeScratch() -> DecoderScratch {
    scratches.withLock { $0.popLast() }
      ?? DecoderScratch(
        largestFile: largestFile, mostPixels: crop == nil ? mostPixels : 1,
        target: PictureSize(height: shape.height, width: shape.width), form: form)
  }
}
