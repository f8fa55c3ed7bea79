package import Augmentation

/// A part of a dataset, numbered from 0 on: what is held out for validation, or the rest.
package struct PictureSubset: ByteSource {
  /// The parts, under the names of Keras's `subset`.
  package enum Part: String, CaseIterable, Sendable {
    case training
    case validation
  }

  private let base: any DatasetSource
  private let bytes: (any ByteSource)?
  private let indices: [Int32]

  /// The part of a dataset, or nil where no picture is in it.
  ///
  /// The first `share` of the pictures, rounded down, are for validation: of those of each class where
  /// the classes are folders, else of all. No order is drawn.
  ///
  /// - Parameters:
  ///   - share: The share for validation, above 0 and below 1.
  ///   - isByClass: Whether each class is split. Its pictures then follow one another.
  /// - Complexity: O(pictures).
  /// - Source: Keras 2.1.5, `keras/preprocessing/image.py`: `NumpyArrayIterator.__init__` and
  ///   `_list_valid_filenames_in_directory`.
  package init?(_ base: any DatasetSource, _ part: Part, share: Double, isByClass: Bool) {
    precondition(share > 0 && share < 1, "a share lies between 0 and 1")
    var indices: [Int32] = []
    var start = 0
    while start < base.count {
      var end = base.count
      if isByClass {
        let label = base.label(start)
        end = (start..<base.count).first { base.label($0) != label } ?? base.count
      }
      let split = start + Int(Double(end - start) * share)
      let range = part == .validation ? start..<split : split..<end
      indices += range.map { Int32($0) }
      start = end
    }
    guard !indices.isEmpty else { return nil }
    self.base = base
    self.indices = indices
    bytes = base as? any ByteSource
  }

  /// The number that a picture has in the whole dataset.
  package func origin(of index: Int) -> Int { Int(indices[index]) }

  package var count: Int { indices.count }

  package var shape: PictureShape { base.shape }

  package func borrow(_ index: Int) -> UnsafePointer<Float>? { base.borrow(origin(of: index)) }

  /// - Throws: As the dataset.
  package func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws {
    try base.read(origin(of: index), into: picture)
  }

  /// - Throws: As the dataset.
  package func read(_ index: Int, visit: Int, into picture: UnsafeMutablePointer<Float>) throws {
    try base.read(origin(of: index), visit: visit, into: picture)
  }

  package func label(_ index: Int) -> Int32? { base.label(origin(of: index)) }

  package func badPictures(after known: Int) -> [BadPicture] { base.badPictures(after: known) }

  package func changes() -> SourceChanges { base.changes() }

  package var hasBytes: Bool { bytes?.hasBytes ?? false }

  package func borrowBytes(_ index: Int) -> UnsafePointer<UInt8>? {
    bytes?.borrowBytes(origin(of: index))
  }

  /// - Throws: As the dataset.
  package func readBytes(
    _ index: Int, visit: Int, into picture: UnsafeMutablePointer<UInt8>
  ) throws {
    guard let bytes else { preconditionFailure("the dataset has no bytes") }
    try bytes.readBytes(origin(of: index), visit: visit, into: picture)
  }
}
