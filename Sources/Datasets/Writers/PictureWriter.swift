/// Where augmented pictures go: a `.npy` file or a folder of PNG. One thread at a time.
package protocol PictureWriter: AnyObject {
  /// Pictures written.
  var count: Int { get }
  /// Values that were NaN and became the byte 0; 0 where values stay floats.
  var notNumbers: Int { get }

  /// Adds pictures of the writer's shape that lie one after the other.
  ///
  /// - Throws: `DatasetFault.unwritable` where a file can't be written.
  func append(_ pictures: UnsafePointer<Float>, count added: Int) throws(DatasetFault)

  /// The same where a picture's class decides where it goes.
  ///
  /// - Parameter labels: The number of each picture's class.
  /// - Throws: As `append(_:count:)`.
  func append(
    _ pictures: UnsafePointer<Float>, count added: Int, labels: [Int32]
  ) throws(DatasetFault)

  /// Ends the writing; nothing can be added afterwards.
  ///
  /// - Throws: `DatasetFault.unwritable`.
  func finish() throws(DatasetFault)

  /// Ends the writing before all pictures have come, and keeps those that have, without replacing a
  /// file that is whole; nothing can be added afterwards.
  ///
  /// - Returns: The path that holds them: the writer's own, or another one where a file is at that path
  ///   already. Nil where nothing was kept: no picture had come, or they can't be kept.
  func finishEarly() -> String?
}

extension NpyWriter: PictureWriter {
  /// Ignores the labels: an array has one place for all pictures.
  ///
  /// - Throws: As `append(_:count:)`.
  package func append(
    _ pictures: UnsafePointer<Float>, count added: Int, labels: [Int32]
  ) throws(DatasetFault) {
    try append(pictures, count: added)
  }
}
