/// Where pictures come from: numbered, all of one shape, as float32.
///
/// The protocol is declared here and not with the datasets because `BatchPass` takes pictures from
/// it. All calls are safe from several threads at once.
package protocol DatasetSource: Sendable {
  /// Pictures, above 0.
  var count: Int { get }
  /// The shape of each.
  var shape: PictureShape { get }

  /// The picture where it lies in memory, `shape.count` values; nil if it has to be read. Valid as
  /// long as the source is.
  func borrow(_ index: Int) -> UnsafePointer<Float>?

  /// Writes the picture's `shape.count` values.
  ///
  /// - Throws: The source's own fault for a picture that can't be read or decoded.
  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws

  /// Reads for a source that draws random numbers, such as a random crop.
  ///
  /// - Parameter visit: Which picture of the session this is, from 0 on. It alone decides the random
  ///   numbers, so that they don't depend on the order in which workers read.
  /// - Throws: As `read(_:into:)`.
  func read(_ index: Int, visit: Int, into picture: UnsafeMutablePointer<Float>) throws

  /// The picture's class; nil if the source has no labels.
  func label(_ index: Int) -> Int32?

  /// Pictures that were left out because they can't be read, in the order in which they were found,
  /// after the first `known` of them.
  func badPictures(after known: Int) -> [BadPicture]

  /// What others have changed in the source's files since it was opened, as far as that shows.
  ///
  /// - Complexity: A look at each folder and at each array, none at single pictures.
  func changes() -> SourceChanges
}

/// What has changed in a source's files since it was opened.
package struct SourceChanges: Equatable, Sendable {
  /// Files whose size or time of change was another than at the opening when they were read, or is now.
  package var files: [String] = []
  /// Folders to which pictures or classes have come, or from which they have gone.
  package var folders: [String] = []

  /// No changes, or these.
  package init(files: [String] = [], folders: [String] = []) {
    self.files = files
    self.folders = folders
  }
}

extension DatasetSource {
  /// Ignores `visit`: a source that draws nothing reads the same picture every time.
  ///
  /// - Throws: As `read(_:into:)`.
  package func read(_ index: Int, visit: Int, into picture: UnsafeMutablePointer<Float>) throws {
    try read(index, into: picture)
  }

  /// None: a source without files of its own for each picture leaves none out.
  package func badPictures(after known: Int) -> [BadPicture] { [] }

  /// None: a source without files doesn't change.
  package func changes() -> SourceChanges { SourceChanges() }
}

/// A source whose pictures may also be had as the bytes they are stored in.
package protocol ByteSource: DatasetSource {
  /// Whether every value is a whole number from 0 to 255, so that bytes hold all of it.
  var hasBytes: Bool { get }

  /// The picture's bytes where they lie in memory, channels last; nil if they have to be read. Valid
  /// as long as the source is.
  func borrowBytes(_ index: Int) -> UnsafePointer<UInt8>?

  /// Writes the picture's `shape.count` bytes; `visit` as in `read`.
  ///
  /// - Throws: As `read(_:into:)`.
  func readBytes(_ index: Int, visit: Int, into picture: UnsafeMutablePointer<UInt8>) throws
}
